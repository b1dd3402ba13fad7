#include "testing/simulation/simulated_network.hpp"

#include "testing/simulation/simulated_stream.hpp"

#include <asio/error.hpp>
#include <asio/post.hpp>

#include <deque>
#include <stdexcept>
#include <utility>

namespace kcpp::testing {

namespace {

/// As Linux does.
constexpr runtime::duration first_syn_again = std::chrono::seconds(1);

/// What the seam hands out: it owns the end, and closes it when it goes.
class stream_handle final : public runtime::stream {
public:
    explicit stream_handle(std::shared_ptr<simulated_stream> end) : end_(std::move(end)) {}
    ~stream_handle() override { end_->close(); }
    void start_read(runtime::mutable_buffer into, runtime::io_handler done) override {
        end_->start_read(into, std::move(done));
    }
    void start_write(std::span<const runtime::const_buffer> from,
                     runtime::io_handler done) override {
        end_->start_write(from, std::move(done));
    }
    void close() noexcept override { end_->close(); }

private:
    std::shared_ptr<simulated_stream> end_;
};

} // namespace

class simulated_acceptor final : public runtime::acceptor {
public:
    simulated_acceptor(simulated_network& net, std::uint16_t port)
        : net_(net), port_(port), participant_(simulated_network::participant(port)) {
        net_.listening_[port] = this;
    }
    ~simulated_acceptor() override { close(); }

    std::uint16_t port() const override { return port_; }

    void start_accept(runtime::connect_handler done) override {
        accepting_ = std::move(done);
        serve();
    }

    void close() noexcept override {
        if (std::exchange(closed_, true)) return;
        net_.listening_.erase(port_);
        waiting_.clear();
        if (accepting_) finish({asio::error::operation_aborted, nullptr});
    }

    void arrive(std::shared_ptr<simulated_stream> end) {
        waiting_.push_back(std::make_unique<stream_handle>(std::move(end)));
        serve();
    }

private:
    /// A stopped process accepts nothing, but the system has accepted for it already.
    void serve() {
        if (!accepting_ || waiting_.empty()) return;
        if (net_.world_.frozen(participant_)) {
            net_.world_.when_thawed(participant_, [&net = net_, port = port_] {
                if (const auto found = net.listening_.find(port); found != net.listening_.end())
                    found->second->serve();
            });
            return;
        }
        auto next = std::move(waiting_.front());
        waiting_.pop_front();
        finish({{}, std::move(next)});
    }

    void finish(runtime::connect_result came) {
        asio::post(net_.world_.io(), [done = std::exchange(accepting_, nullptr),
                                      came = std::move(came)]() mutable { done(std::move(came)); });
    }

    simulated_network& net_;
    std::uint16_t port_;
    std::string participant_;
    runtime::connect_handler accepting_;
    std::deque<std::unique_ptr<runtime::stream>> waiting_;
    bool closed_ = false;
};

std::unique_ptr<runtime::acceptor> simulated_network::listen(std::uint16_t port) {
    if (port == 0) port = next_port_++;
    if (listening_.contains(port))
        throw std::system_error(std::make_error_code(std::errc::address_in_use));
    return std::make_unique<simulated_acceptor>(*this, port);
}

void simulated_network::connect(const std::string& from, const runtime::address& to,
                                runtime::time_point until, runtime::connect_handler done) {
    const bool refused = random_.chance(conditions.refuse_chance);
    send_syn({from, to.port, until, refused, std::move(done)}, first_syn_again);
}

/// TCP asks again and again, ever more seldom, while nobody answers.
void simulated_network::send_syn(attempt what, runtime::duration again) {
    auto& w = world_;
    if (is_cut(what.from, what.port, direction::to_broker) ||
        is_cut(what.from, what.port, direction::to_client)) {
        if (w.now() >= what.until)
            return what.done({std::make_error_code(std::errc::timed_out), nullptr});
        w.at(std::min(what.until, runtime::after(w.now(), again)),
             [this, what = std::move(what), again]() mutable {
                 send_syn(std::move(what), again * 2);
             });
        return;
    }
    const auto takes = runtime::duration(
        random_.between(conditions.least_latency.count(), conditions.most_latency.count()));
    w.at(runtime::after(w.now(), takes),
         [this, what = std::move(what)]() mutable { open(std::move(what)); });
}

void simulated_network::open(attempt what) {
    const auto found = listening_.find(what.port);
    if (what.refused || found == listening_.end())
        return what.done({asio::error::make_error_code(asio::error::connection_refused), nullptr});
    const connection_name name{next_connection_++, what.from, what.port};
    auto client = std::make_shared<simulated_stream>(*this, name, direction::to_broker);
    auto server = std::make_shared<simulated_stream>(*this, name, direction::to_client);
    simulated_stream::join(client, server);
    world_.mix(name.number);
    found->second->arrive(std::move(server));
    what.done({{}, std::make_unique<stream_handle>(std::move(client))});
}

void simulated_network::cut(const std::string& client, std::uint16_t port, direction which) {
    cut_.emplace(client, port, which);
}

void simulated_network::heal(const std::string& client, std::uint16_t port, direction which) {
    if (cut_.erase({client, port, which}) == 0) return;
    for (const auto& each : streams_to(client, port))
        each->release();
}

bool simulated_network::is_cut(const std::string& client, std::uint16_t port,
                               direction which) const {
    return !cut_.empty() && cut_.contains({client, port, which});
}

std::vector<std::shared_ptr<simulated_stream>>
simulated_network::streams_to(const std::string& client, std::uint16_t port) const {
    std::vector<std::shared_ptr<simulated_stream>> found;
    for (const auto& [number, weak] : streams_)
        if (const auto each = weak.lock();
            each && each->name().port == port && (client.empty() || each->name().client == client))
            found.push_back(each);
    return found;
}

void simulated_network::reset_connections(const std::string& client, std::uint16_t port) {
    for (const auto& each : streams_to(client, port))
        each->reset();
}

void simulated_network::half_close(std::uint16_t port) {
    const auto all = streams_to("", port);
    if (!all.empty()) all[random_.below(all.size())]->half_close();
}

} // namespace kcpp::testing
