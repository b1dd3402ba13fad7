#include "testing/simulation/simulated_network.hpp"

#include <asio/error.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <cstring>
#include <optional>

namespace kcpp::testing {

namespace {

constexpr runtime::duration recheck_when_cut = std::chrono::milliseconds(50);

std::error_code asio_error(asio::error::basic_errors e) {
    return asio::error::make_error_code(e);
}

} // namespace

/// One end of a connection. What is written here is taken from the writer's memory bit by bit, and
/// arrives at the other end later, in order.
class simulated_stream final : public runtime::stream {
public:
    simulated_stream(simulated_network& net, std::uint16_t port, std::uint64_t connection)
        : net_(net), port_(port), connection_(connection) {
        ++net_.live_;
        net_.streams_.insert(this);
    }
    ~simulated_stream() override {
        close();
        net_.streams_.erase(this);
        --net_.live_;
    }

    static void join(const std::shared_ptr<simulated_stream>& a,
                     const std::shared_ptr<simulated_stream>& b) {
        a->peer_ = b;
        b->peer_ = a;
        a->self_ = a;
        b->self_ = b;
    }

    std::uint16_t port() const noexcept { return port_; }

    void start_read(runtime::mutable_buffer into, runtime::io_handler done) override {
        reading_ = std::move(done);
        read_into_ = into;
        serve_reader();
    }

    void start_write(std::span<const runtime::const_buffer> from,
                     runtime::io_handler done) override {
        writing_ = std::move(done);
        pieces_.assign(from.begin(), from.end());
        written_ = 0;
        send_more();
    }

    void close() noexcept override {
        if (closed_) return;
        closed_ = true;
        fail(asio_error(asio::error::operation_aborted));
        if (auto other = peer_.lock()) {
            auto& w = net_.world_;
            const auto arrives = std::max(runtime::after(w.now(), latency()), last_arrival_);
            w.at(arrives, [other] { other->end(); });
        }
    }

    /// The connection is gone for both ends at once, with whatever was on its way.
    void reset() {
        if (auto other = peer_.lock()) other->broken(asio_error(asio::error::connection_reset));
        broken(asio_error(asio::error::connection_reset));
    }

private:
    struct chunk {
        std::vector<std::byte> bytes;
        std::size_t taken = 0;
    };

    runtime::duration latency() {
        const auto& sky = net_.conditions;
        auto span = runtime::duration(
            net_.random_.between(sky.least_latency.count(), sky.most_latency.count()));
        if (net_.random_.chance(sky.stall_chance))
            span += runtime::duration(net_.random_.between(0, sky.longest_stall.count()));
        return span;
    }

    /// Takes the next piece from the writer's memory, as it is now, and sends it on its way.
    void send_more() {
        auto& w = net_.world_;
        if (closed_ || broken_)
            return finish_write(broken_.value_or(asio_error(asio::error::operation_aborted)));
        if (net_.random_.chance(net_.conditions.cut_chance)) {
            w.trace("connection cut");
            return reset();
        }
        std::size_t left = 0;
        for (const auto& p : pieces_)
            left += p.size();
        if (left == 0) return finish_write({});
        std::size_t amount = std::min<std::size_t>(left, 64 * 1024);
        if (net_.random_.chance(net_.conditions.split_chance))
            amount = 1 + net_.random_.below(amount);
        std::vector<std::byte> bytes = take(amount);
        w.mix(connection_ * 31 + bytes.size());
        written_ += amount;
        deliver(std::move(bytes));
        const auto span = runtime::duration(
            std::chrono::microseconds(1 + amount / net_.conditions.bytes_per_microsecond));
        w.at(runtime::after(w.now(), span), [self = self_.lock()] {
            if (self) self->send_more();
        });
    }

    std::vector<std::byte> take(std::size_t amount) {
        std::vector<std::byte> bytes;
        bytes.reserve(amount);
        while (amount != 0) {
            auto& first = pieces_.front();
            const std::size_t some = std::min(amount, first.size());
            const auto* from = static_cast<const std::byte*>(first.data());
            bytes.insert(bytes.end(), from, from + some);
            first += some;
            if (first.size() == 0) pieces_.erase(pieces_.begin());
            amount -= some;
        }
        return bytes;
    }

    void deliver(std::vector<std::byte> bytes) {
        auto& w = net_.world_;
        last_arrival_ = std::max(runtime::after(w.now(), latency()), last_arrival_);
        w.at(last_arrival_, [other = peer_.lock(), bytes = std::move(bytes)]() mutable {
            if (other) other->arrive(std::move(bytes));
        });
    }

    void arrive(std::vector<std::byte> bytes) {
        if (broken_ || closed_) return;
        if (!net_.reachable(port_)) {
            // Cut off: TCP goes on trying.
            auto& w = net_.world_;
            held_.push_back({std::move(bytes)});
            if (held_.size() == 1)
                w.at(runtime::after(w.now(), recheck_when_cut), [self = self_.lock()] {
                    if (self) self->release_held();
                });
            return;
        }
        if (!held_.empty()) return held_.push_back({std::move(bytes)});
        arrived_.push_back({std::move(bytes)});
        serve_reader();
    }

    void release_held() {
        auto& w = net_.world_;
        if (!net_.reachable(port_)) {
            w.at(runtime::after(w.now(), recheck_when_cut), [self = self_.lock()] {
                if (self) self->release_held();
            });
            return;
        }
        for (auto& each : std::exchange(held_, {}))
            arrived_.push_back(std::move(each));
        if (std::exchange(end_held_, false)) ended_ = true;
        serve_reader();
    }

    void end() {
        if (!held_.empty()) {
            end_held_ = true;
            return;
        }
        ended_ = true;
        serve_reader();
    }

    void broken(std::error_code why) {
        if (broken_ || closed_) return;
        broken_ = why;
        fail(why);
    }

    void fail(std::error_code why) {
        post_read({why, 0});
        finish_write(why);
    }

    void serve_reader() {
        if (!reading_) return;
        if (closed_) return post_read({asio_error(asio::error::operation_aborted), 0});
        if (broken_) return post_read({*broken_, 0});
        if (arrived_.empty()) {
            if (ended_) post_read({asio::error::make_error_code(asio::error::eof), 0});
            return;
        }
        chunk& first = arrived_.front();
        const std::size_t amount = std::min(read_into_.size(), first.bytes.size() - first.taken);
        std::memcpy(read_into_.data(), first.bytes.data() + first.taken, amount);
        first.taken += amount;
        if (first.taken == first.bytes.size()) arrived_.pop_front();
        post_read({{}, amount});
    }

    void post_read(runtime::io_result came) {
        if (!reading_) return;
        asio::post(net_.world_.io(), [done = std::move(reading_), came]() mutable { done(came); });
        reading_ = nullptr;
    }

    void finish_write(std::error_code error) {
        if (!writing_) return;
        asio::post(net_.world_.io(), [done = std::move(writing_), error, n = written_]() mutable {
            done({error, n});
        });
        writing_ = nullptr;
        pieces_.clear();
    }

    simulated_network& net_;
    std::uint16_t port_;
    std::uint64_t connection_;
    std::weak_ptr<simulated_stream> peer_;
    std::weak_ptr<simulated_stream> self_;
    std::deque<chunk> arrived_;
    std::deque<chunk> held_;
    bool end_held_ = false;
    bool ended_ = false;
    bool closed_ = false;
    std::optional<std::error_code> broken_;
    runtime::time_point last_arrival_{};
    runtime::io_handler reading_;
    runtime::mutable_buffer read_into_;
    runtime::io_handler writing_;
    std::vector<runtime::const_buffer> pieces_;
    std::size_t written_ = 0;
};

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

class simulated_acceptor final : public runtime::acceptor {
public:
    simulated_acceptor(simulated_network& net, std::uint16_t port) : net_(net), port_(port) {
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
        if (const auto found = net_.listening_.find(port_);
            found != net_.listening_.end() && found->second == this)
            net_.listening_.erase(found);
        waiting_.clear();
        if (accepting_)
            asio::post(net_.world_.io(), [done = std::move(accepting_)]() mutable {
                done({asio::error::make_error_code(asio::error::operation_aborted), nullptr});
            });
        accepting_ = nullptr;
    }

    void arrive(std::shared_ptr<simulated_stream> end) {
        waiting_.push_back(std::make_unique<stream_handle>(std::move(end)));
        serve();
    }

private:
    void serve() {
        if (!accepting_ || waiting_.empty()) return;
        auto next = std::move(waiting_.front());
        waiting_.pop_front();
        asio::post(net_.world_.io(),
                   [done = std::move(accepting_), next = std::move(next)]() mutable {
                       done({{}, std::move(next)});
                   });
        accepting_ = nullptr;
    }

    simulated_network& net_;
    std::uint16_t port_;
    runtime::connect_handler accepting_;
    std::deque<std::unique_ptr<runtime::stream>> waiting_;
    bool closed_ = false;
};

std::unique_ptr<runtime::acceptor> simulated_network::listen(const std::string&,
                                                             std::uint16_t port) {
    if (port == 0) port = next_port_++;
    return std::make_unique<simulated_acceptor>(*this, port);
}

void simulated_network::connect(const std::string& from, const runtime::address& to,
                                runtime::time_point until, runtime::connect_handler done) {
    auto& w = world_;
    if (!reachable(to.port)) {
        // Nobody answers: the SYN is lost.
        w.at(until, [done = std::move(done)]() mutable {
            done({std::make_error_code(std::errc::timed_out), nullptr});
        });
        return;
    }
    const auto takes = runtime::duration(
        random_.between(conditions.least_latency.count(), conditions.most_latency.count()));
    const bool refused = random_.chance(conditions.refuse_chance);
    w.at(runtime::after(w.now(), takes), [this, from, to, refused,
                                          done = std::move(done)]() mutable {
        const auto found = listening_.find(to.port);
        if (refused || found == listening_.end())
            return done({asio::error::make_error_code(asio::error::connection_refused), nullptr});
        const auto id = next_connection_++;
        auto client = std::make_shared<simulated_stream>(*this, to.port, id);
        auto server = std::make_shared<simulated_stream>(*this, to.port, id);
        simulated_stream::join(client, server);
        world_.mix(id);
        found->second->arrive(std::move(server));
        done({{}, std::make_unique<stream_handle>(std::move(client))});
    });
}

void simulated_network::cut_off(const std::string&, std::uint16_t port) {
    cut_.insert(port);
}

void simulated_network::heal() {
    cut_.clear();
}

void simulated_network::reset_connections(std::uint16_t port) {
    for (simulated_stream* each : std::vector(streams_.begin(), streams_.end()))
        if (each->port() == port) each->reset();
}

} // namespace kcpp::testing
