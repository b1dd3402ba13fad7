#pragma once

#include "runtime/time.hpp"
#include "testing/simulation/fiber.hpp"
#include "testing/simulation/random_stream.hpp"

#include <kcpp/detail/future_state.hpp>
#include <kcpp/function.hpp>

#include <asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp::testing {

/// Nothing can happen any more, and somebody still waits: a wake-up was lost.
class stuck : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Things go on and on, and virtual time does not.
class spinning : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One thread in which everything happens: coroutines on one io_context, simulated application
/// threads on stacks of their own, and events in virtual time. The same seed gives the same run, to
/// the last byte.
class world {
public:
    explicit world(std::uint64_t seed);
    ~world();

    std::uint64_t seed() const noexcept { return seed_; }
    asio::io_context& io() noexcept { return io_; }
    runtime::time_point now() const noexcept { return now_; }
    /// Since the beginning.
    runtime::duration elapsed() const noexcept;
    random_stream fork(std::string_view purpose) const noexcept { return {seed_, purpose}; }

    /// Runs `what` at that moment, or after all that is due now if it has passed. Events of one
    /// moment keep their order.
    using event_id = std::uint64_t;
    event_id at(runtime::time_point when, unique_function<void()> what);
    void cancel(event_id id);

    /// An application thread, which stands still whenever its participant does.
    void start_thread(std::string name, std::function<void()> body, std::string participant = {});
    /// Of the simulated thread that runs; 0 in handlers.
    std::size_t thread_number() const noexcept { return current_ ? current_->number : 0; }
    /// Blocks the simulated thread that calls it. Elsewhere: runs the world until the event is set.
    bool block(detail::event& e, std::optional<std::chrono::nanoseconds> limit);
    /// True while coroutines and events run, where blocking is refused.
    bool in_handler() const noexcept { return in_handler_; }
    /// Lets virtual time pass for the simulated thread that calls it.
    void sleep(runtime::duration span);

    /// A participant stands still, as a stopped process does: its threads, its timers, what it
    /// reads and writes. The network goes on, and so does the clock.
    void freeze(const std::string& participant);
    void thaw(const std::string& participant);
    bool frozen(const std::string& participant) const;
    /// When it last went on after standing still.
    runtime::time_point thawed_last(const std::string& participant) const;
    /// Runs `what` once the participant goes on.
    void when_thawed(const std::string& participant, unique_function<void()> what);

    /// Runs until every simulated thread has ended. Throws what escaped from one of them, `stuck`
    /// if nothing can go on, `spinning`, and std::runtime_error if `limit` of virtual time passes
    /// first.
    void run(runtime::duration limit);
    /// Goes on until nothing is left to do, for what must not stay pending.
    void drain(runtime::duration limit);

    /// Where the story goes; unset: nowhere.
    std::function<void(runtime::duration since_the_beginning, std::string_view)> tell;
    /// True if somebody listens to the story, so that it is worth being made.
    bool told() const noexcept { return static_cast<bool>(tell); }
    /// One line of the story. Changes nothing in the run.
    void note(std::string_view what) const {
        if (tell) tell(elapsed(), what);
    }
    /// What happened, as a number, for the hash: two runs with one hash went the same way.
    void mix(std::uint64_t what) noexcept;
    std::uint64_t trace_hash() const noexcept { return hash_; }

private:
    struct thread {
        std::size_t number = 0;
        std::string name;
        std::string participant;
        std::unique_ptr<fiber> stack;
        detail::event* waits_for = nullptr;
        runtime::time_point until = runtime::never;
    };

    bool step(runtime::time_point limit);
    bool run_a_thread();
    bool may_run(const thread& each) const;
    bool pass_time(runtime::time_point limit);
    std::string who_waits() const;

    std::uint64_t seed_;
    asio::io_context io_{ASIO_CONCURRENCY_HINT_UNSAFE};
    runtime::time_point now_;
    std::uint64_t steps_at_now_ = 0;
    std::map<std::pair<runtime::time_point, event_id>, unique_function<void()>> events_;
    std::map<event_id, runtime::time_point> due_;
    event_id next_event_ = 1;
    std::vector<std::unique_ptr<thread>> threads_;
    thread* current_ = nullptr;
    std::size_t threads_made_ = 0;
    std::map<std::string, std::vector<unique_function<void()>>> frozen_;
    std::map<std::string, runtime::time_point> thawed_;
    bool in_handler_ = false;
    random_stream scheduling_;
    std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

} // namespace kcpp::testing
