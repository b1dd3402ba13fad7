#include "testing/simulation/simulated_stream.hpp"

#include "wire/crc32c.hpp"

#include <asio/error.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace kcpp::testing {

namespace {

std::error_code asio_error(asio::error::basic_errors e) {
    return asio::error::make_error_code(e);
}

std::span<const std::byte> bytes_of(const runtime::const_buffer& b) {
    return {static_cast<const std::byte*>(b.data()), b.size()};
}

} // namespace

simulated_stream::simulated_stream(simulated_network& net, connection_name name, direction sends)
    : net_(net), name_(std::move(name)), sends_(sends), number_(net.next_stream_++),
      participant_(sends == direction::to_broker ? name_.client
                                                 : simulated_network::participant(name_.port)) {}

simulated_stream::~simulated_stream() {
    net_.streams_.erase(number_);
}

void simulated_stream::join(const std::shared_ptr<simulated_stream>& a,
                            const std::shared_ptr<simulated_stream>& b) {
    a->peer_ = b;
    b->peer_ = a;
    a->net_.streams_[a->number_] = a;
    b->net_.streams_[b->number_] = b;
}

direction simulated_stream::receives() const noexcept {
    return sends_ == direction::to_broker ? direction::to_client : direction::to_broker;
}

/// What comes to this end now does not get through.
bool simulated_stream::held_up() const {
    return net_.is_cut(name_.client, name_.port, receives());
}

runtime::duration simulated_stream::latency() {
    const auto& sky = net_.conditions;
    auto span = runtime::duration(
        net_.random_.between(sky.least_latency.count(), sky.most_latency.count()));
    if (net_.random_.chance(sky.stall_chance))
        span += runtime::duration(net_.random_.between(0, sky.longest_stall.count()));
    return span;
}

// Sending

void simulated_stream::start_write(std::span<const runtime::const_buffer> from,
                                   runtime::io_handler done) {
    writing_ = std::move(done);
    pieces_.assign(from.begin(), from.end());
    written_ = 0;
    written_sum_ = 0;
    promised_sum_ = 0;
    for (const auto& each : pieces_)
        promised_sum_ = wire::crc32c(bytes_of(each), promised_sum_);
    write_more();
}

bool simulated_stream::nothing_left() const {
    return std::ranges::all_of(pieces_, [](const auto& each) { return each.size() == 0; });
}

/// Takes the next piece from the writer's memory, as it is now, and sends it on its way.
void simulated_stream::write_more() {
    auto& w = net_.world_;
    if (!writing_) return;
    if (closed_) return finish_write(asio_error(asio::error::operation_aborted));
    if (w.frozen(participant_)) {
        w.when_thawed(participant_, [self = shared_from_this()] { self->write_more(); });
        return;
    }
    if (broken_) return finish_write(*broken_);
    if (net_.random_.chance(net_.conditions.cut_chance)) {
        if (w.told()) w.note("connection " + std::to_string(name_.number) + " is cut");
        return reset();
    }
    if (nothing_left()) return end_of_writing();
    if (unread_ >= net_.conditions.window_bytes) {
        paused_ = true;
        return;
    }
    std::size_t amount = std::min<std::size_t>(asio::buffer_size(pieces_), 64 * 1024);
    if (net_.random_.chance(net_.conditions.split_chance)) amount = 1 + net_.random_.below(amount);
    std::vector<std::byte> bytes = take(amount);
    w.mix(name_.number * 31 + amount);
    for (const auto& tap : net_.taps)
        tap(name_, sends_, bytes);
    written_ += amount;
    written_sum_ = wire::crc32c(bytes, written_sum_);
    deliver(std::move(bytes));
    const auto span =
        std::chrono::microseconds(1 + amount * 1000 / net_.conditions.bytes_per_millisecond);
    w.at(runtime::after(w.now(), span), [self = shared_from_this()] { self->write_more(); });
}

void simulated_stream::end_of_writing() {
    if (written_sum_ != promised_sum_)
        throw std::logic_error("memory that was given to a write changed before the write was over"
                               " (connection " +
                               std::to_string(name_.number) + " of " + name_.client + ")");
    finish_write({});
}

std::vector<std::byte> simulated_stream::take(std::size_t amount) {
    std::vector<std::byte> bytes;
    bytes.reserve(amount);
    std::size_t used = 0;
    while (amount != 0) {
        auto& first = pieces_[used];
        const std::size_t some = std::min(amount, first.size());
        const auto from = bytes_of(first).first(some);
        bytes.insert(bytes.end(), from.begin(), from.end());
        first += some;
        amount -= some;
        if (first.size() == 0) ++used;
    }
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(used));
    return bytes;
}

void simulated_stream::deliver(std::vector<std::byte> bytes) {
    auto& w = net_.world_;
    unread_ += bytes.size();
    last_arrival_ = std::max(runtime::after(w.now(), latency()), last_arrival_);
    w.at(last_arrival_, [other = peer_, bytes = std::move(bytes)]() mutable {
        if (const auto there = other.lock()) there->arrive(std::move(bytes));
    });
}

/// The other end took bytes from its queue, or threw them away.
void simulated_stream::was_read(std::size_t bytes) {
    unread_ -= bytes;
    if (!paused_ || unread_ >= net_.conditions.window_bytes) return;
    paused_ = false;
    write_more();
}

void simulated_stream::finish_write(std::error_code error) {
    if (!writing_) return;
    asio::post(net_.world_.io(),
               [done = std::move(writing_), error, n = written_]() mutable { done({error, n}); });
    writing_ = nullptr;
    pieces_.clear();
}

// Receiving

void simulated_stream::start_read(runtime::mutable_buffer into, runtime::io_handler done) {
    reading_ = std::move(done);
    read_into_ = into;
    serve_reader();
}

void simulated_stream::arrive(std::vector<std::byte> bytes) {
    if (broken_ || closed_) {
        if (const auto other = peer_.lock()) other->was_read(bytes.size());
        return;
    }
    const bool waits = held_up() || !held_.empty();
    (waits ? held_ : arrived_).push_back({std::move(bytes)});
    serve_reader();
}

void simulated_stream::end() {
    if (held_up() || !held_.empty()) {
        end_held_ = true;
        return;
    }
    ended_ = true;
    serve_reader();
}

void simulated_stream::release() {
    if (held_up()) return;
    for (auto& each : std::exchange(held_, {}))
        arrived_.push_back(std::move(each));
    if (std::exchange(end_held_, false)) ended_ = true;
    serve_reader();
}

void simulated_stream::serve_reader() {
    if (!reading_) return;
    auto& w = net_.world_;
    if (closed_) return post_read({asio_error(asio::error::operation_aborted), 0});
    if (w.frozen(participant_)) {
        w.when_thawed(participant_, [self = shared_from_this()] { self->serve_reader(); });
        return;
    }
    if (broken_) return post_read({*broken_, 0});
    if (arrived_.empty()) {
        if (ended_) post_read({asio::error::make_error_code(asio::error::eof), 0});
        return;
    }
    chunk& first = arrived_.front();
    std::size_t amount = std::min(read_into_.size(), first.bytes.size() - first.taken);
    if (net_.random_.chance(net_.conditions.split_chance)) amount = 1 + net_.random_.below(amount);
    std::memcpy(read_into_.data(), first.bytes.data() + first.taken, amount);
    first.taken += amount;
    if (first.taken == first.bytes.size()) arrived_.pop_front();
    post_read({{}, amount});
    if (const auto other = peer_.lock()) other->was_read(amount);
}

void simulated_stream::post_read(runtime::io_result came) {
    if (!reading_) return;
    asio::post(net_.world_.io(), [done = std::move(reading_), came]() mutable { done(came); });
    reading_ = nullptr;
}

// Ending

void simulated_stream::close() noexcept {
    if (std::exchange(closed_, true)) return;
    post_read({asio_error(asio::error::operation_aborted), 0});
    finish_write(asio_error(asio::error::operation_aborted));
    const auto other = peer_.lock();
    if (!other) return;
    // Nobody will read what is there, or on its way.
    std::size_t thrown_away = 0;
    for (const auto* queue : {&arrived_, &held_})
        for (const chunk& each : *queue)
            thrown_away += each.bytes.size() - each.taken;
    arrived_.clear();
    held_.clear();
    half_close();
    if (thrown_away != 0)
        asio::post(net_.world_.io(), [other, thrown_away] { other->was_read(thrown_away); });
}

void simulated_stream::half_close() {
    auto& w = net_.world_;
    const auto arrives = std::max(runtime::after(w.now(), latency()), last_arrival_);
    w.at(arrives, [other = peer_] {
        if (const auto there = other.lock()) there->end();
    });
}

void simulated_stream::reset() {
    if (const auto other = peer_.lock()) other->broken(asio_error(asio::error::connection_reset));
    broken(asio_error(asio::error::connection_reset));
}

void simulated_stream::broken(std::error_code why) {
    if (broken_ || closed_) return;
    broken_ = why;
    serve_reader();
    write_more();
}

} // namespace kcpp::testing
