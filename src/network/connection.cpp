#include "network/connection.hpp"

#include "wire/endian.hpp"

#include <algorithm>

namespace kcpp::network {

namespace {

/// One gather write carries at most this many requests, so that a long queue does not become one
/// endless write.
constexpr std::size_t most_requests_per_write = 64;

const char* name_of(std::int16_t api_key) {
    return protocol::name(static_cast<protocol::api_key>(api_key));
}

} // namespace

connection::connection(const environment& env, endpoint where,
                       std::unique_ptr<runtime::stream> connected)
    : env_(env), where_(std::move(where)), stream_(std::move(connected)),
      assembler_(env.options.max_response_bytes), last_used_(env.rt.now()), work_(env.rt),
      watch_(env.rt) {}

void connection::start() {
    env_.tasks.spawn(write_loop(shared_from_this()));
    env_.tasks.spawn(read_loop(shared_from_this()));
    env_.tasks.spawn(watch_loop(shared_from_this()));
}

void connection::send(request_frame frame, patience limits, reply_handler done) {
    const auto now = env_.rt.now();
    exchange_state waiting{frame.api_key,  std::move(frame), limits.timeout,
                           limits.give_up, runtime::never,   0,
                           std::move(done)};
    if (closed_) {
        env_.rt.execute([self = shared_from_this(), waiting = std::move(waiting)]() mutable {
            self->fail(waiting, written::no, self->closed_->code(), self->closed_->message());
        });
        return;
    }
    last_used_ = now;
    waiting.deadline = runtime::after(std::max(now, muted_until_), limits.timeout);
    const auto due = std::min(waiting.deadline, waiting.give_up);
    queue_.push_back(std::move(waiting));
    work_.notify();
    if (due < armed_until_) watch_.notify();
}

runtime::task<> connection::write_loop(std::shared_ptr<connection> self) {
    while (!self->closed_) {
        if (self->queue_.empty()) {
            co_await self->work_.wait(runtime::never);
        } else if (self->muted_until_ > self->env_.rt.now()) {
            co_await self->work_.wait(self->muted_until_);
        } else {
            std::error_code failed = co_await self->write_batch();
            if (failed) self->lost(failed);
        }
    }
}

runtime::task<std::error_code> connection::write_batch() {
    const auto now = env_.rt.now();
    while (!queue_.empty() && writing_.size() < most_requests_per_write) {
        exchange_state next = std::move(queue_.front());
        queue_.pop_front();
        next.correlation_id = next_correlation_;
        next_correlation_ = next_correlation_ == INT32_MAX ? 1 : next_correlation_ + 1;
        next.deadline = runtime::after(now, next.timeout);
        next.frame.number(next.correlation_id);
        next.frame.gather(pieces_);
        writing_.push_back(std::move(next.frame));
        (writing_.back().answered ? awaited_ : unanswered_).push_back(std::move(next));
    }
    runtime::io_result ended = co_await stream_->write(pieces_);
    pieces_.clear();
    writing_.clear();
    for (exchange_state& done : std::exchange(unanswered_, {})) {
        if (ended.error)
            fail(done, written::maybe, client_errc::connection_lost,
                 base::text("the connection to ", to_string(where_),
                            " was lost: ", ended.error.message()));
        else if (done.done)
            done.done(reply{});
    }
    co_return ended.error;
}

runtime::task<> connection::read_loop(std::shared_ptr<connection> self) {
    while (!self->closed_) {
        const auto room = self->assembler_.room();
        runtime::io_result read =
            co_await self->stream_->read_some(runtime::mutable_buffer(room.data(), room.size()));
        if (self->closed_) break;
        if (read.error) {
            self->lost(read.error);
            break;
        }
        self->heard_ = true;
        self->assembler_.filled(read.bytes);
        while (auto frame = self->assembler_.next()) {
            self->take_reply(*std::move(frame));
            if (self->closed_) break;
        }
        if (auto length = self->assembler_.refused()) self->refuse_length(*length);
    }
}

void connection::take_reply(wire::slice frame) {
    if (frame.bytes.size() < sizeof(std::int32_t)) {
        disbelieve(base::text("sent a response of ", frame.bytes.size(),
                              " bytes, too short for a correlation id"));
        return;
    }
    if (awaited_.empty()) {
        disbelieve("sent a response that nobody had asked for");
        return;
    }
    const auto correlation_id = wire::load_be<std::int32_t>(frame.bytes.data());
    if (correlation_id != awaited_.front().correlation_id) {
        disbelieve(base::text("answered with correlation id ", correlation_id, " where ",
                              awaited_.front().correlation_id, " (",
                              name_of(awaited_.front().api_key), ") was due"));
        return;
    }
    exchange_state answered = std::move(awaited_.front());
    awaited_.pop_front();
    last_used_ = env_.rt.now();
    // From now on it may be idle, and for less time than a request may take.
    if (in_flight() == 0 && next_deadline() < armed_until_) watch_.notify();
    if (answered.done) answered.done(reply{std::nullopt, false, std::move(frame)});
}

void connection::refuse_length(std::int32_t length) {
    // What a TLS server says to a plaintext client: an alert record, 15 03 0x.
    const bool tls = (static_cast<std::uint32_t>(length) >> 16) == 0x1503;
    // "HTTP", as the first four bytes.
    const bool http = length == 0x48545450;
    const char* hint = tls    ? "; it answers in TLS, while this client speaks plaintext"
                       : http ? "; it answers in HTTP: this is not a Kafka port"
                              : "";
    disbelieve(base::text("announced a response of ", length, " bytes; the limit is ",
                          env_.options.max_response_bytes, " (max_response_bytes)", hint));
}

void connection::disbelieve(std::string_view what) {
    close(error(client_errc::protocol_error,
                base::text(to_string(where_), ' ', what, "; the connection was closed"),
                {.broker = where_.node}));
}

void connection::lost(std::error_code why) {
    const bool ended = runtime::is_end_of_stream(why);
    std::string how =
        ended ? std::string("was closed by the broker") : base::text("was lost: ", why.message());
    if (!heard_)
        how += " before it said anything; perhaps it expects TLS on this port, or is not a Kafka "
               "broker";
    close(error(client_errc::connection_lost,
                base::text("the connection to ", to_string(where_), ' ', how),
                {.broker = where_.node}));
}

void connection::close(error why) {
    if (closed_) return;
    closed_ = std::move(why);
    stream_->close();
    work_.notify();
    watch_.notify();
    auto awaited = std::exchange(awaited_, {});
    auto unanswered = std::exchange(unanswered_, {});
    auto unwritten = std::exchange(queue_, {});
    for (auto* begun : {&awaited, &unanswered})
        for (exchange_state& waiting : *begun)
            fail(waiting, written::maybe, closed_->code(), closed_->message());
    for (exchange_state& waiting : unwritten)
        fail(waiting, written::no, closed_->code(), closed_->message());
    if (on_closed) std::exchange(on_closed, nullptr)();
}

void connection::throttle(runtime::duration pause) {
    if (pause <= runtime::duration::zero()) return;
    muted_until_ = std::max(muted_until_, runtime::after(env_.rt.now(), pause));
    // What was written before lies at the broker unread until the pause is over.
    for (auto* waiting : {&awaited_, &queue_})
        for (exchange_state& one : *waiting)
            one.deadline = std::max(one.deadline, runtime::after(muted_until_, one.timeout));
    env_.log.debug(to_string(where_), " asked for a pause of ", pause);
}

bool connection::idle_too_long() const {
    return in_flight() == 0 && env_.rt.now() - last_used_ >= env_.options.connections_max_idle;
}

runtime::task<> connection::watch_loop(std::shared_ptr<connection> self) {
    while (!self->closed_) {
        self->armed_until_ = self->next_deadline();
        bool changed = co_await self->watch_.wait(self->armed_until_);
        if (!changed && !self->closed_) self->expire(self->env_.rt.now());
    }
}

runtime::time_point connection::next_deadline() const {
    auto next = runtime::never;
    if (in_flight() == 0) return runtime::after(last_used_, env_.options.connections_max_idle);
    for (const auto* waiting : {&awaited_, &unanswered_, &queue_})
        for (const exchange_state& one : *waiting)
            next = std::min(next, one.done ? std::min(one.deadline, one.give_up) : one.deadline);
    return next;
}

void connection::expire(runtime::time_point now) {
    if (in_flight() == 0 && runtime::after(last_used_, env_.options.connections_max_idle) <= now) {
        close(error(client_errc::connection_lost,
                    base::text("the connection to ", to_string(where_), " was idle and was closed"),
                    {.broker = where_.node}));
        return;
    }
    for (const auto* waiting : {&awaited_, &unanswered_, &queue_}) {
        for (const exchange_state& one : *waiting) {
            if (one.deadline > now) continue;
            close(error(client_errc::timed_out,
                        base::text(to_string(where_), " did not answer ", name_of(one.api_key),
                                   " within ", one.timeout, "; the connection was closed"),
                        {.broker = where_.node}));
            return;
        }
    }
    drop_unwanted(awaited_, now);
    drop_unwanted(unanswered_, now);
    drop_unwanted(queue_, now);
    // What was not written need not be; what was must stay, to match its response.
    std::erase_if(queue_, [](const exchange_state& one) { return !one.done; });
}

void connection::drop_unwanted(std::deque<exchange_state>& waiting, runtime::time_point now) {
    const auto how = &waiting == &queue_ ? written::no : written::maybe;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        exchange_state& one = waiting[i];
        if (!one.done || one.give_up > now) continue;
        fail(one, how, client_errc::timed_out,
             base::text("no answer from ", to_string(where_), " in the time given"));
    }
}

void connection::fail(exchange_state& waiting, written how, std::error_code code,
                      std::string_view why) const {
    auto done = std::exchange(waiting.done, {});
    if (!done) return;
    std::string sentence = base::text(name_of(waiting.api_key), ": ", why);
    done(reply{
        error(code, std::move(sentence), {.broker = where_.node}), how == written::maybe, {}});
}

} // namespace kcpp::network
