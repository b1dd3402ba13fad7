#include "runtime/real/real_runtime.hpp"

#include "runtime/real/tcp_stream.hpp"
#include "runtime/real/worker.hpp"

#include <asio/basic_waitable_timer.hpp>
#include <asio/post.hpp>

#include <chrono>
#include <ctime>
#include <stdexcept>

namespace kcpp::runtime {

namespace {

using system_timer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, executor>;

class real_timer final : public timer {
public:
    explicit real_timer(executor ex) : timer_(ex) {}

    void start_wait(time_point until, wait_handler done) override {
        timer_.expires_at(std::chrono::steady_clock::time_point(until.time_since_epoch()));
        timer_.async_wait([done = std::move(done)](std::error_code error) mutable {
            done(error ? wait_end::cancelled : wait_end::expired);
        });
    }
    void cancel() noexcept override { timer_.cancel(); }

private:
    system_timer timer_;
};

} // namespace

std::shared_ptr<real_runtime> real_runtime::start(blocking_lookup lookup) {
    std::shared_ptr<real_runtime> rt(new real_runtime(std::move(lookup)));
    rt->own_ = std::make_unique<asio::io_context>(1);
    rt->io_ = rt->own_.get();
    rt->guard_.emplace(rt->io_->get_executor());
    // The thread keeps the runtime alive until it ends, so that a last reference dropped on it is
    // not a join with itself.
    rt->thread_ = std::thread([rt] { rt->run(); });
    return rt;
}

std::shared_ptr<real_runtime> real_runtime::borrow(asio::io_context& lent,
                                                   std::shared_ptr<logger> log) {
    std::shared_ptr<real_runtime> rt(new real_runtime(system_lookup));
    rt->io_ = &lent;
    rt->log_ = log ? std::move(log) : default_logger();
    return rt;
}

real_runtime::real_runtime(blocking_lookup lookup) : lookup_(std::move(lookup)) {}

real_runtime::~real_runtime() {
    if (thread_.joinable()) thread_.detach();
}

void real_runtime::run() {
    io_thread_ = std::this_thread::get_id();
    io_->run();
    {
        std::lock_guard lock(mutex_);
        ended_ = true;
    }
    // What was posted between the last look at the queue and `ended_`.
    io_->restart();
    io_->poll();
    thread_ended_.set();
}

time_point real_runtime::now() const {
    return time_point(std::chrono::steady_clock::now().time_since_epoch());
}

time_point real_runtime::coarse_now() const {
#ifdef CLOCK_MONOTONIC_COARSE
    std::timespec tick{};
    if (clock_gettime(CLOCK_MONOTONIC_COARSE, &tick) == 0)
        return time_point(std::chrono::seconds(tick.tv_sec) +
                          std::chrono::nanoseconds(tick.tv_nsec));
#endif
    return now();
}

timestamp real_runtime::wall_now() const {
    const auto exactly = [] {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    };
#ifdef CLOCK_REALTIME_COARSE
    // The exact time costs as much as all else that `send` does with a record, the kernel's last
    // tick a sixth of it. So a thread that asks again within the same tick is told the same time,
    // which is a few milliseconds late at most.
    thread_local std::timespec tick{};
    thread_local timestamp then{};
    std::timespec now{};
    if (clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0) return exactly();
    if (now.tv_nsec != tick.tv_nsec || now.tv_sec != tick.tv_sec) {
        tick = now;
        then = exactly();
    }
    return then;
#else
    return exactly();
#endif
}

std::unique_ptr<timer> real_runtime::make_timer() {
    return std::make_unique<real_timer>(get_executor());
}

std::size_t real_runtime::thread_number() const noexcept {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t mine = threads.fetch_add(1, std::memory_order_relaxed);
    return mine;
}

void real_runtime::start_lookup(std::string host, std::uint16_t port, time_point until,
                                lookup_handler done) {
    if (address numeric; numeric_address(host, port, numeric)) {
        asio::post(get_executor(),
                   [numeric, done = std::move(done)]() mutable { done({{}, {numeric}}); });
        return;
    }
    if (stopped_) until = now();
    const std::uint64_t id = next_id_++;
    auto& waiting = lookups_[id];
    waiting = {std::move(done), make_timer()};
    waiting.limit->start_wait(until, [self = shared_from_this(), id](wait_end ended) {
        if (ended == wait_end::expired)
            self->finish_lookup(id, {make_error_code(std::errc::timed_out), {}});
    });
    // The look-up thread holds a number, not the handler: a coroutine must not be destroyed over
    // there.
    look_up_elsewhere(std::move(host), port, lookup_,
                      [weak = weak_from_this(), id](lookup_result found) {
                          auto self = weak.lock();
                          if (!self) return;
                          self->execute([weak, id, found = std::move(found)]() mutable {
                              if (auto alive = weak.lock())
                                  alive->finish_lookup(id, std::move(found));
                          });
                      });
}

void real_runtime::finish_lookup(std::uint64_t id, lookup_result found) {
    if (auto waiting = lookups_.extract(id)) waiting.mapped().done(std::move(found));
}

void real_runtime::start_apart(unique_function<void()> work, apart_handler done) {
    static worker* const thread = new worker;
    const std::uint64_t id = next_id_++;
    if (stopped_) return execute([done = std::move(done)]() mutable { done(false); });
    apart_[id] = std::move(done);
    thread->run([weak = weak_from_this(), id, work = std::move(work)]() mutable {
        bool ended = true;
        try {
            work();
        } catch (...) {
            ended = false; // for want of memory
        }
        // What the work held is let go on the I/O thread, where it came from.
        if (auto self = weak.lock())
            self->execute([weak, id, ended, work = std::move(work)] {
                if (auto alive = weak.lock()) alive->finish_apart(id, ended);
            });
    });
}

void real_runtime::finish_apart(std::uint64_t id, bool done) {
    if (auto waiting = apart_.extract(id)) waiting.mapped()(done);
}

void real_runtime::start_connect(address to, time_point until, connect_handler done) {
    const std::uint64_t id = next_id_++;
    auto& attempt = connects_[id];
    attempt.limit = make_timer();
    attempt.attempt = std::make_shared<tcp_connect>(
        get_executor(),
        [self = shared_from_this(), id, done = std::move(done)](connect_result ended) mutable {
            self->connects_.erase(id);
            done(std::move(ended));
        });
    attempt.limit->start_wait(until, [connecting = attempt.attempt](wait_end ended) {
        if (ended == wait_end::expired) connecting->abandon(std::errc::timed_out);
    });
    attempt.attempt->start(to);
    if (stopped_) attempt.attempt->abandon(std::errc::operation_canceled);
}

void real_runtime::abandon_all() {
    stopped_ = true;
    for (auto& [id, waiting] : std::exchange(lookups_, {}))
        waiting.done({make_error_code(std::errc::operation_canceled), {}});
    for (auto& [id, done] : std::exchange(apart_, {}))
        done(false);
    for (auto& [id, connecting] : connects_)
        connecting.attempt->abandon(std::errc::operation_canceled);
}

std::unique_ptr<acceptor> real_runtime::listen(std::uint16_t port) {
    return listen_tcp(get_executor(), port);
}

void real_runtime::stop() noexcept {
    execute([self = shared_from_this()] {
        self->abandon_all();
        self->guard_.reset();
    });
}

void real_runtime::join(duration limit) noexcept {
    if (lent_and_stopped())
        run_stopped([this] {
            while (io_->poll() != 0) {
            }
        });
    if (on_io_thread() || !thread_.joinable()) return;
    if (thread_ended_.wait_for(limit)) thread_.join();
}

bool real_runtime::on_io_thread() const noexcept {
    return io_thread_.load() == std::this_thread::get_id() && !lent_and_stopped();
}

bool real_runtime::lent_and_stopped() const {
    return !own_ && io_->stopped();
}

bool real_runtime::block(detail::event& e, std::optional<std::chrono::nanoseconds> limit) {
    if (lent_and_stopped()) return drive(e, limit);
    if (limit) return e.wait_for(*limit);
    e.wait();
    return true;
}

bool real_runtime::drive(detail::event& e, std::optional<std::chrono::nanoseconds> limit) {
    using std::chrono::steady_clock;
    const auto end = limit ? steady_clock::now() + *limit : steady_clock::time_point::max();
    run_stopped([&] {
        while (!e.is_set() && io_->run_one_until(end) != 0) {
        }
    });
    if (!e.is_set() && !limit)
        throw std::logic_error("kcpp: the io_context that was lent has nothing left to run");
    return e.is_set();
}

template <class Run>
void real_runtime::run_stopped(Run run) {
    // Nobody else runs it, so for as long as this lasts we are its thread.
    const auto before = io_thread_.exchange(std::this_thread::get_id());
    io_->restart();
    run();
    io_->stop();
    io_thread_ = before;
}

void real_runtime::execute(unique_function<void()> work) {
    if (!own_) {
        asio::post(get_executor(), [self = shared_from_this(), work = std::move(work)]() mutable {
            self->check_thread();
            work();
        });
        return;
    }
    {
        std::lock_guard lock(mutex_);
        if (!ended_) {
            asio::post(get_executor(), [work = std::move(work)]() mutable { work(); });
            return;
        }
    }
    work();
}

void real_runtime::check_thread() {
    const auto here = std::this_thread::get_id();
    std::thread::id first;
    if (io_thread_.compare_exchange_strong(first, here) || first == here) return;
    if (complained_.exchange(true)) return;
    log_->write({log_level::error,
                 "runtime",
                 {},
                 "two threads run the io_context that was lent to kcpp, which is a data race: "
                 "run it in one thread, or let kcpp have its own"});
}

} // namespace kcpp::runtime
