#pragma once

#include "fake/fake_stream.hpp"
#include "runtime/runtime.hpp"

#include <asio/io_context.hpp>

#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace kcpp::runtime {

/// A runtime for tests: one thread, a clock that jumps to the next thing to happen, streams in
/// memory. The test's own thread drives it: with `run_until`, or by blocking on a future.
class fake_runtime final : public runtime {
public:
    fake_runtime();
    ~fake_runtime() override;

    executor get_executor() override { return io_.get_executor(); }
    time_point now() const override { return now_; }
    timestamp wall_now() const override;
    std::uint64_t random() override { return random_(); }
    std::size_t thread_number() const noexcept override { return 0; }
    std::unique_ptr<timer> make_timer() override;
    void start_lookup(std::string host, std::uint16_t port, time_point until,
                      lookup_handler done) override;
    void start_apart(unique_function<void()> work, apart_handler done) override;
    void start_connect(address to, time_point until, connect_handler done) override;
    /// Port 0 gives a port of its own.
    std::unique_ptr<acceptor> listen(std::uint16_t port) override;
    void stop() noexcept override;
    void join(duration) noexcept override {}

    /// While it is driven, this is the I/O thread.
    bool on_io_thread() const noexcept override { return driven_; }
    bool block(detail::event& e, std::optional<std::chrono::nanoseconds> limit) override;
    void execute(unique_function<void()> work) override;

    // for tests

    /// Lets things happen until `done()`, or until nothing is left that could. Says which.
    bool run_until(const std::function<bool()>& done);
    /// Lets time pass.
    void run_for(duration span);
    /// Lets time pass in which this process is frozen: what came due happens later.
    void stand_still(duration span) { now_ += span; }
    /// Lets everything happen that needs no time to pass.
    void run_now();

    /// What a name stands for. Unknown names have no address.
    void name(const std::string& host, std::vector<address> addresses) {
        names_[host] = std::move(addresses);
    }
    /// Look-ups of this name never end by themselves.
    void hang_lookups(const std::string& host) { hanging_names_.insert(host); }
    /// Connects to this address never end by themselves.
    void hang_connects(const address& to) { hanging_addresses_.insert(key(to)); }
    /// How long each work takes that is done apart; forever: until `stop`.
    void apart_takes(duration span) { apart_takes_ = span; }
    static constexpr duration forever = duration::max();
    /// Makes an address that nobody listens on reach a listening port.
    void alias(const address& from, std::uint16_t port) { aliases_[key(from)] = port; }

    /// Every connect so far, in order.
    const std::vector<address>& connects() const noexcept { return connects_; }
    std::size_t lookups() const noexcept { return lookups_; }
    /// Happens each time when such work is done and nobody has heard of it yet: for how long not.
    std::function<duration()> on_done_apart;
    /// How much work was given away to be done apart.
    std::size_t apart() const noexcept { return apart_; }
    /// Streams that are alive, on either side.
    std::size_t streams() const noexcept { return wires_.streams; }
    stream_settings& wires() noexcept { return wires_; }

private:
    class fake_timer;
    class fake_acceptor;
    using event_id = std::pair<time_point, std::uint64_t>;
    struct pending {
        unique_function<void(std::errc)> end;
        event_id limit;
    };

    static std::string key(const address& a) { return a.ip + ':' + std::to_string(a.port); }
    event_id at(time_point when, unique_function<void()> what);
    /// What never ends by itself: until `until`, or `stop`.
    void hang(time_point until, unique_function<void(std::errc)> end);
    bool step(time_point limit);

    asio::io_context io_;
    time_point now_{std::chrono::hours(1)};
    std::uint64_t sequence_ = 0;
    std::map<event_id, unique_function<void()>> events_;
    std::map<std::uint64_t, pending> hanging_;
    std::mt19937_64 random_{1};
    bool driven_ = false;
    bool stopped_ = false;

    std::map<std::string, std::vector<address>> names_;
    std::set<std::string> hanging_names_;
    std::set<std::string> hanging_addresses_;
    std::map<std::string, std::uint16_t> aliases_;
    std::map<std::uint16_t, fake_acceptor*> listening_;
    std::uint16_t next_port_ = 40001;
    std::vector<address> connects_;
    std::size_t lookups_ = 0;
    std::size_t apart_ = 0;
    duration apart_takes_{};
    stream_settings wires_;
};

} // namespace kcpp::runtime
