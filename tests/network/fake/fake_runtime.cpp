#include "fake/fake_runtime.hpp"

#include "runtime/real/name_lookup.hpp"

#include <asio/error.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <deque>
#include <stdexcept>

namespace kcpp::runtime {

class fake_runtime::fake_timer final : public timer {
public:
    explicit fake_timer(fake_runtime& rt) : runtime_(rt) {}
    ~fake_timer() override { cancel(); }

    void start_wait(time_point until, wait_handler done) override {
        done_ = std::make_shared<wait_handler>(std::move(done));
        event_.reset();
        if (until == never) return;
        event_ = runtime_.at(until, [waiting = done_] { (*waiting)(wait_end::expired); });
    }
    void cancel() noexcept override {
        const auto waiting = std::exchange(done_, nullptr);
        if (!waiting) return;
        if (event_ && runtime_.events_.erase(*event_) == 0) return;
        asio::post(runtime_.io_, [waiting] { (*waiting)(wait_end::cancelled); });
    }

private:
    fake_runtime& runtime_;
    std::shared_ptr<wait_handler> done_;
    std::optional<event_id> event_;
};

class fake_runtime::fake_acceptor final : public acceptor {
public:
    fake_acceptor(fake_runtime& rt, std::uint16_t port) : runtime_(rt), port_(port) {
        runtime_.listening_[port] = this;
    }
    ~fake_acceptor() override { close(); }

    std::uint16_t port() const override { return port_; }
    void start_accept(connect_handler done) override {
        waiting_ = std::move(done);
        hand_over();
    }
    void close() noexcept override {
        if (!std::exchange(open_, false)) return;
        runtime_.listening_.erase(port_);
        arrived_.clear();
        if (waiting_) finish({asio::error::operation_aborted, nullptr});
    }
    void arrive(std::unique_ptr<stream> peer) {
        arrived_.push_back(std::move(peer));
        hand_over();
    }

private:
    void hand_over() {
        if (!waiting_ || (open_ && arrived_.empty())) return;
        if (!open_) {
            finish({asio::error::operation_aborted, nullptr});
            return;
        }
        auto next = std::move(arrived_.front());
        arrived_.pop_front();
        finish({{}, std::move(next)});
    }
    void finish(connect_result with) {
        asio::post(runtime_.io_, [done = std::exchange(waiting_, nullptr),
                                  with = std::move(with)]() mutable { done(std::move(with)); });
    }

    fake_runtime& runtime_;
    std::uint16_t port_;
    bool open_ = true;
    std::deque<std::unique_ptr<stream>> arrived_;
    connect_handler waiting_;
};

fake_runtime::fake_runtime() : io_(ASIO_CONCURRENCY_HINT_UNSAFE) {}

fake_runtime::~fake_runtime() {
    // Whoever was forgotten in here may still hold on to our timers and streams.
    events_.clear();
    hanging_.clear();
}

timestamp fake_runtime::wall_now() const {
    constexpr auto some_day = std::chrono::milliseconds(1'700'000'000'000);
    return timestamp(some_day +
                     std::chrono::floor<std::chrono::milliseconds>(now_.time_since_epoch()));
}

std::unique_ptr<timer> fake_runtime::make_timer() {
    return std::make_unique<fake_timer>(*this);
}

void fake_runtime::start_lookup(std::string host, std::uint16_t port, time_point until,
                                lookup_handler done) {
    if (address numeric; numeric_address(host, port, numeric)) {
        asio::post(io_, [numeric, done = std::move(done)]() mutable { done({{}, {numeric}}); });
        return;
    }
    ++lookups_;
    if (hanging_names_.contains(host)) {
        hang(until,
             [done = std::move(done)](std::errc why) mutable { done({make_error_code(why), {}}); });
        return;
    }
    lookup_result found;
    const auto known = names_.find(host);
    if (known != names_.end())
        found.addresses = known->second;
    else
        found.error = asio::error::host_not_found;
    for (address& a : found.addresses)
        a.port = port;
    asio::post(io_, [found = std::move(found), done = std::move(done)]() mutable {
        done(std::move(found));
    });
}

void fake_runtime::start_apart(unique_function<void()> work, apart_handler done) {
    ++apart_;
    if (stopped_ || apart_takes_ == forever)
        return hang(never, [done = std::move(done)](std::errc) mutable { done(false); });
    at(after(now_, apart_takes_), [this, work = std::move(work), done = std::move(done)]() mutable {
        work();
        const duration later = on_done_apart ? on_done_apart() : duration{};
        if (later == duration{}) return done(true);
        at(after(now_, later), [done = std::move(done)]() mutable { done(true); });
    });
}

void fake_runtime::start_connect(address to, time_point until, connect_handler done) {
    connects_.push_back(to);
    if (hanging_addresses_.contains(key(to))) {
        hang(until, [done = std::move(done)](std::errc why) mutable {
            done({make_error_code(why), nullptr});
        });
        return;
    }
    const auto alias = aliases_.find(key(to));
    const bool here = to.ip == "127.0.0.1" || alias != aliases_.end();
    const auto listener = listening_.find(alias == aliases_.end() ? to.port : alias->second);
    connect_result ended;
    if (stopped_) {
        ended.error = make_error_code(std::errc::operation_canceled);
    } else if (!here || listener == listening_.end()) {
        ended.error = asio::error::connection_refused;
    } else {
        auto [near, far] = connected_pair(get_executor(), wires_);
        ended.connected = std::move(near);
        listener->second->arrive(std::move(far));
    }
    asio::post(io_, [done = std::move(done), ended = std::move(ended)]() mutable {
        done(std::move(ended));
    });
}

std::unique_ptr<acceptor> fake_runtime::listen(std::uint16_t port) {
    if (port == 0) port = next_port_++;
    return std::make_unique<fake_acceptor>(*this, port);
}

void fake_runtime::stop() noexcept {
    stopped_ = true;
    for (auto& [id, waiting] : std::exchange(hanging_, {})) {
        events_.erase(waiting.limit);
        asio::post(
            io_, [end = std::move(waiting.end)]() mutable { end(std::errc::operation_canceled); });
    }
}

void fake_runtime::execute(unique_function<void()> work) {
    asio::post(io_, [work = std::move(work)]() mutable { work(); });
}

fake_runtime::event_id fake_runtime::at(time_point when, unique_function<void()> what) {
    const event_id id{std::max(when, now_), sequence_++};
    events_.emplace(id, std::move(what));
    return id;
}

void fake_runtime::hang(time_point until, unique_function<void(std::errc)> end) {
    const std::uint64_t id = sequence_++;
    const auto limit = at(until, [this, id] {
        if (auto late = hanging_.extract(id)) late.mapped().end(std::errc::timed_out);
    });
    hanging_.emplace(id, pending{std::move(end), limit});
    if (stopped_) stop();
}

bool fake_runtime::step(time_point limit) {
    const bool outer = std::exchange(driven_, true);
    io_.restart();
    bool moved = io_.poll_one() != 0;
    if (!moved && !events_.empty() && events_.begin()->first.first <= limit) {
        auto next = events_.extract(events_.begin());
        now_ = std::max(now_, next.key().first); // what is overdue comes late
        next.mapped()();
        moved = true;
    }
    driven_ = outer;
    return moved;
}

bool fake_runtime::run_until(const std::function<bool()>& done) {
    while (!done())
        if (!step(never)) return false;
    return true;
}

void fake_runtime::run_for(duration span) {
    const auto end = now_ + span;
    while (step(end)) {
    }
    now_ = std::max(now_, end);
}

void fake_runtime::run_now() {
    run_for(duration::zero());
}

bool fake_runtime::block(detail::event& e, std::optional<std::chrono::nanoseconds> limit) {
    const auto end = limit ? after(now_, *limit) : never;
    while (!e.is_set() && step(end)) {
    }
    if (e.is_set()) return true;
    if (!limit) throw std::logic_error("lost wake-up: nothing is left that could end this wait");
    now_ = std::max(now_, end);
    return false;
}

} // namespace kcpp::runtime
