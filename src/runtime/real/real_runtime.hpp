#pragma once

#include "runtime/real/name_lookup.hpp"
#include "runtime/real/tcp_stream.hpp"
#include "runtime/runtime.hpp"

#include <kcpp/log.hpp>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

namespace kcpp::runtime {

/// The runtime on real sockets, clocks and threads. Runs on a thread of its own, or on an
/// io_context that the application lends and runs with exactly one thread.
class real_runtime final : public runtime, public std::enable_shared_from_this<real_runtime> {
public:
    /// With an I/O thread of its own, which ends after `stop` once nothing is left to do.
    static std::shared_ptr<real_runtime> start(blocking_lookup lookup = system_lookup);
    /// On a borrowed io_context, which must outlive everything made on this runtime. Whoever blocks
    /// while nobody runs it, because it has stopped, runs it meanwhile. Misuse is told to `log`.
    static std::shared_ptr<real_runtime> borrow(asio::io_context& lent,
                                                std::shared_ptr<logger> log);

    ~real_runtime() override;

    executor get_executor() override { return io_->get_executor(); }
    time_point now() const override;
    time_point coarse_now() const override;
    timestamp wall_now() const override;
    std::uint64_t random() override { return random_(); }
    std::size_t thread_number() const noexcept override;
    std::unique_ptr<timer> make_timer() override;
    void start_lookup(std::string host, std::uint16_t port, time_point until,
                      lookup_handler done) override;
    void start_apart(unique_function<void()> work, apart_handler done) override;
    void start_connect(address to, time_point until, connect_handler done) override;
    std::unique_ptr<acceptor> listen(std::uint16_t port) override;
    void stop() noexcept override;
    void join(duration limit) noexcept override;

    bool on_io_thread() const noexcept override;
    bool block(detail::event& e, std::optional<std::chrono::nanoseconds> limit) override;
    void execute(unique_function<void()> work) override;

private:
    explicit real_runtime(blocking_lookup lookup);
    void run();
    void finish_lookup(std::uint64_t id, lookup_result found);
    void finish_apart(std::uint64_t id, bool done);
    void abandon_all();
    void check_thread();
    bool lent_and_stopped() const;
    /// Runs the lent context, which has stopped, and leaves it stopped.
    template <class Run>
    void run_stopped(Run run);
    bool drive(detail::event& e, std::optional<std::chrono::nanoseconds> limit);

    std::unique_ptr<asio::io_context> own_;
    asio::io_context* io_ = nullptr;
    /// For a borrowed context only.
    std::shared_ptr<logger> log_;
    std::atomic<bool> complained_ = false;
    std::optional<asio::executor_work_guard<executor>> guard_;
    std::thread thread_;
    std::atomic<std::thread::id> io_thread_{};
    std::mutex mutex_;
    bool ended_ = false;
    detail::event thread_ended_;
    std::mt19937_64 random_{std::random_device{}()};
    blocking_lookup lookup_;

    struct lookup {
        lookup_handler done;
        std::unique_ptr<timer> limit;
    };
    struct connect_attempt {
        std::shared_ptr<tcp_connect> attempt;
        std::unique_ptr<timer> limit;
    };
    std::uint64_t next_id_ = 0;
    std::map<std::uint64_t, lookup> lookups_;
    std::map<std::uint64_t, apart_handler> apart_;
    std::map<std::uint64_t, connect_attempt> connects_;
    bool stopped_ = false;
};

} // namespace kcpp::runtime
