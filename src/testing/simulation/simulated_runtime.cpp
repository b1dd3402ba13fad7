#include "testing/simulation/simulated_runtime.hpp"

#include <asio/error.hpp>
#include <asio/post.hpp>

#include <utility>

namespace kcpp::testing {

namespace {

/// When the simulated world began, for records' timestamps: 2026-01-01.
constexpr timestamp epoch{std::chrono::milliseconds(1'767'225'600'000)};

class simulated_timer final : public runtime::timer {
public:
    simulated_timer(world& w, const std::string& participant)
        : world_(w), participant_(participant) {}
    ~simulated_timer() override { cancel(); }

    void start_wait(runtime::time_point until, runtime::wait_handler done) override {
        waiting_ = std::make_shared<wait>();
        waiting_->done = std::move(done);
        event_ = 0;
        if (until == runtime::never) return;
        event_ = world_.at(until, [waiting = waiting_, &w = world_, who = participant_] {
            if (!w.frozen(who)) return waiting->end(runtime::wait_end::expired);
            w.when_thawed(who, [waiting] { waiting->end(runtime::wait_end::expired); });
        });
    }

    void cancel() noexcept override {
        if (!waiting_ || waiting_->over) return;
        world_.cancel(event_);
        waiting_->over = true;
        asio::post(world_.io(), [waiting = std::exchange(waiting_, nullptr)] {
            waiting->done(runtime::wait_end::cancelled);
        });
    }

private:
    struct wait {
        runtime::wait_handler done;
        bool over = false;

        void end(runtime::wait_end how) {
            if (std::exchange(over, true)) return;
            done(how);
        }
    };

    world& world_;
    const std::string& participant_;
    world::event_id event_ = 0;
    std::shared_ptr<wait> waiting_;
};

} // namespace

simulated_runtime::simulated_runtime(world& w, simulated_network& net, std::string name)
    : world_(w), net_(net), name_(std::move(name)), random_(w.fork(name_)) {}

timestamp simulated_runtime::wall_now() const {
    return epoch +
           std::chrono::duration_cast<std::chrono::milliseconds>(world_.now().time_since_epoch()) +
           wall_offset_;
}

std::unique_ptr<runtime::timer> simulated_runtime::make_timer() {
    return std::make_unique<simulated_timer>(world_, name_);
}

void simulated_runtime::start_lookup(std::string host, std::uint16_t port,
                                     kcpp::runtime::time_point,
                                     kcpp::runtime::lookup_handler done) {
    asio::post(world_.io(), [host = std::move(host), port, done = std::move(done)]() mutable {
        done({{}, {{host, port}}});
    });
}

/// The thread apart is now quick, now slow.
void simulated_runtime::start_apart(unique_function<void()> work,
                                    kcpp::runtime::apart_handler done) {
    const auto id = next_id_++;
    const auto waiting = std::make_shared<kcpp::runtime::apart_handler>(std::move(done));
    apart_[id] = waiting;
    if (stopped_) return stop_apart(id);
    constexpr std::uint64_t longest_us = 20'000;
    const auto takes = std::chrono::microseconds(random_.below(longest_us));
    const std::weak_ptr weak = waiting;
    world_.at(kcpp::runtime::after(now(), takes),
              [this, id, weak, work = std::move(work)]() mutable {
                  if (!weak.lock()) return;
                  work();
                  if (!world_.frozen(name_)) return finish_apart(id, true);
                  world_.when_thawed(name_, [this, id, weak] {
                      if (weak.lock()) finish_apart(id, true);
                  });
              });
}

void simulated_runtime::stop_apart(std::uint64_t id) {
    asio::post(world_.io(), [this, id, weak = std::weak_ptr(apart_[id])] {
        if (weak.lock()) finish_apart(id, false);
    });
}

void simulated_runtime::finish_apart(std::uint64_t id, bool done) {
    if (auto ended = apart_.extract(id)) (*ended.mapped())(done);
}

void simulated_runtime::start_connect(kcpp::runtime::address to, kcpp::runtime::time_point until,
                                      kcpp::runtime::connect_handler done) {
    const auto id = next_id_++;
    auto fresh = std::make_shared<attempt>(attempt{std::move(done)});
    connecting_[id] = fresh;
    const std::weak_ptr weak = fresh;
    fresh->limit = world_.at(until, [this, id, weak] {
        if (weak.lock()) take(id, {std::make_error_code(std::errc::timed_out), nullptr});
    });
    net_.connect(name_, to, until, [this, id, weak](kcpp::runtime::connect_result came) {
        if (weak.lock()) take(id, std::move(came));
    });
    if (stopped_)
        asio::post(world_.io(), [this, id, weak] {
            if (weak.lock())
                finish_connect(id, {std::make_error_code(std::errc::operation_canceled), nullptr});
        });
}

/// What the network says of an attempt. A participant that stands still hears of it when it goes
/// on.
void simulated_runtime::take(std::uint64_t id, kcpp::runtime::connect_result came) {
    if (!world_.frozen(name_)) return finish_connect(id, std::move(came));
    world_.when_thawed(
        name_, [this, id, weak = std::weak_ptr(connecting_[id]), came = std::move(came)]() mutable {
            if (weak.lock()) finish_connect(id, std::move(came));
        });
}

void simulated_runtime::finish_connect(std::uint64_t id, kcpp::runtime::connect_result came) {
    auto ended = connecting_.extract(id);
    if (!ended) return;
    world_.cancel(ended.mapped()->limit);
    ended.mapped()->done(std::move(came));
}

std::unique_ptr<runtime::acceptor> simulated_runtime::listen(std::uint16_t port) {
    return net_.listen(port);
}

void simulated_runtime::stop() noexcept {
    stopped_ = true;
    for (const auto& [id, waiting] : apart_)
        stop_apart(id);
    for (const auto& [id, each] : std::map(connecting_))
        asio::post(world_.io(), [this, id = id, weak = std::weak_ptr(each)] {
            if (weak.lock())
                finish_connect(id, {std::make_error_code(std::errc::operation_canceled), nullptr});
        });
}

void simulated_runtime::execute(unique_function<void()> work) {
    asio::post(world_.io(), [work = std::move(work)]() mutable { work(); });
}

} // namespace kcpp::testing
