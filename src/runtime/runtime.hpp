#pragma once

#include "runtime/stream.hpp"
#include "runtime/task.hpp"
#include "runtime/time.hpp"

#include <kcpp/detail/future_state.hpp>
#include <kcpp/function.hpp>
#include <kcpp/types.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace kcpp::runtime {

/// An address in numbers, as a look-up gives it.
struct address {
    std::string ip;
    std::uint16_t port = 0;

    friend bool operator==(const address&, const address&) = default;
};

struct lookup_result {
    std::error_code error;
    std::vector<address> addresses;
};
using lookup_handler = unique_function<void(lookup_result)>;

/// Whether it was done: not if it failed, or the runtime was stopped.
using apart_handler = unique_function<void(bool done)>;

enum class wait_end { expired, cancelled };
using wait_handler = unique_function<void(wait_end)>;

class timer {
public:
    virtual ~timer() = default;
    /// One wait at a time.
    virtual void start_wait(time_point until, wait_handler done) = 0;
    virtual void cancel() noexcept = 0;

    auto wait(time_point until) {
        return await_result<wait_end>(
            [this, until](wait_handler done) { start_wait(until, std::move(done)); });
    }
};

/// The only door to the outside: clocks, timers, randomness, names, sockets, threads. The real one
/// stands on Asio; a simulated one runs a whole client and a whole cluster in one thread, in
/// virtual time.
///
/// Everything is for the I/O thread, except `now`, `coarse_now`, `wall_now` and what wait_context
/// has, which any thread may call.
class runtime : public detail::wait_context {
public:
    virtual executor get_executor() = 0;
    virtual time_point now() const = 0;
    /// The same in a fifth of the time, but up to `coarseness` late.
    virtual time_point coarse_now() const { return now(); }
    static constexpr duration coarseness = std::chrono::milliseconds(10);
    virtual timestamp wall_now() const = 0;
    virtual std::uint64_t random() = 0;
    /// Tells the calling thread from others, as far as small numbers go. Any thread.
    virtual std::size_t thread_number() const noexcept = 0;
    virtual std::unique_ptr<timer> make_timer() = 0;
    /// Both end with timed_out at `until`, and with operation_aborted when the runtime is stopped.
    virtual void start_lookup(std::string host, std::uint16_t port, time_point until,
                              lookup_handler done) = 0;
    virtual void start_connect(address to, time_point until, connect_handler done) = 0;
    /// Does work that takes long on a thread apart, because others wait for the I/O thread; one
    /// after another. Abandoned, it may still be under way: it owns what it touches.
    virtual void start_apart(unique_function<void()> work, apart_handler done) = 0;
    /// Listens on loopback; port 0 lets the system choose. For brokers.
    virtual std::unique_ptr<acceptor> listen(std::uint16_t port) = 0;
    /// No more work will come: look-ups, connects and what is done apart are abandoned, what runs
    /// may finish, then the I/O thread ends.
    virtual void stop() noexcept = 0;
    /// Waits for the I/O thread to end after `stop`, at most `limit`. Returns at once on that
    /// thread, and where there is none.
    virtual void join(duration limit) noexcept = 0;

    auto lookup(std::string host, std::uint16_t port, time_point until) {
        return await_result<lookup_result>(
            [this, host = std::move(host), port, until](lookup_handler done) mutable {
                start_lookup(std::move(host), port, until, std::move(done));
            });
    }
    auto apart(unique_function<void()> work) {
        return await_result<bool>([this, work = std::move(work)](apart_handler done) mutable {
            start_apart(std::move(work), std::move(done));
        });
    }
    auto connect(address to, time_point until) {
        return await_result<connect_result>(
            [this, to = std::move(to), until](connect_handler done) mutable {
                start_connect(std::move(to), until, std::move(done));
            });
    }
};

} // namespace kcpp::runtime
