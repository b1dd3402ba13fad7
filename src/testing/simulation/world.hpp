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
    random_stream fork(std::string_view purpose) const noexcept { return {seed_, purpose}; }

    /// Runs `what` at that moment, or after all that is due now if it has passed. Events of one
    /// moment keep their order.
    using event_id = std::uint64_t;
    event_id at(runtime::time_point when, unique_function<void()> what);
    void cancel(event_id id);

    /// An application thread.
    void start_thread(std::string name, std::function<void()> body);
    /// Blocks the simulated thread that calls it. Elsewhere: runs the world until the event is set.
    bool block(detail::event& e, std::optional<std::chrono::nanoseconds> limit);
    /// True while coroutines and events run, where blocking is refused.
    bool in_handler() const noexcept { return in_handler_; }
    /// Lets virtual time pass for the simulated thread that calls it.
    void sleep(runtime::duration span);

    /// Runs until every simulated thread has ended. Throws what escaped from one of them, `stuck`
    /// if nothing can go on, and std::runtime_error if `limit` of virtual time passes first.
    void run(runtime::duration limit);
    /// Goes on until nothing is left to do, for what must not stay pending.
    void drain(runtime::duration limit);

    /// One line of the story, and part of what the trace hash is made of.
    void trace(std::string_view what);
    std::uint64_t trace_hash() const noexcept { return hash_; }
    /// Where the story goes; unset: nowhere.
    std::function<void(runtime::time_point, std::string_view)> tell;
    /// True if somebody listens to the story, so that it is worth being made.
    bool told() const noexcept { return static_cast<bool>(tell); }
    void mix(std::uint64_t what) noexcept;

private:
    struct thread {
        std::string name;
        std::unique_ptr<fiber> stack;
        detail::event* waits_for = nullptr;
        runtime::time_point until = runtime::never;
        bool runnable() const;
    };

    bool step(runtime::time_point limit);
    bool run_a_thread();
    std::string who_waits() const;

    std::uint64_t seed_;
    asio::io_context io_{ASIO_CONCURRENCY_HINT_UNSAFE};
    runtime::time_point now_;
    std::map<std::pair<runtime::time_point, event_id>, unique_function<void()>> events_;
    std::map<event_id, runtime::time_point> due_;
    event_id next_event_ = 1;
    std::vector<std::unique_ptr<thread>> threads_;
    thread* current_ = nullptr;
    bool in_handler_ = false;
    random_stream scheduling_;
    std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

} // namespace kcpp::testing
