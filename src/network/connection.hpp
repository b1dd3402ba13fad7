#pragma once

#include "network/endpoint.hpp"
#include "network/environment.hpp"
#include "network/frame_assembler.hpp"
#include "network/request_frame.hpp"
#include "network/version_ranges.hpp"
#include "runtime/signal.hpp"

#include <kcpp/error.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace kcpp::network {

/// What came of a request.
struct reply {
    std::optional<error> failure;
    /// With a failure: the request was at least partly written, so the broker may have acted on it.
    bool maybe_executed = false;
    /// Without a failure: the response frame, from its correlation id on. Empty for a request that
    /// is never answered.
    wire::slice frame;
};
using reply_handler = unique_function<void(reply)>;

/// How long to wait for a reply.
struct patience {
    /// A broker that has not answered by then is taken for dead, and the connection is closed.
    /// (`request.timeout.ms`)
    runtime::duration timeout;
    /// The caller does not want the reply any more; the connection goes on and drops it when it
    /// comes.
    runtime::time_point give_up = runtime::never;
};

/// One connection to one broker: requests are written as they come, several may be under way, and
/// replies come in their order.
///
/// For the I/O thread. Closing it, from either side, ends every request with a failure; no reply
/// handler is ever forgotten.
class connection : public std::enable_shared_from_this<connection> {
public:
    connection(const environment& env, endpoint where, std::unique_ptr<runtime::stream> connected);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// Starts reading, writing and watching the clock.
    void start();
    /// Sends a request; `done` is called exactly once, never inside this call.
    void send(request_frame frame, patience limits, reply_handler done);
    auto exchange(request_frame frame, patience limits) {
        return runtime::await_result<reply>(
            [this, frame = std::move(frame), limits](reply_handler done) mutable {
                send(std::move(frame), limits, std::move(done));
            });
    }
    void close(error why);
    /// Sends nothing for this long; the broker asked for it (KIP-219).
    void throttle(runtime::duration pause);

    bool is_open() const noexcept { return !closed_; }
    std::size_t in_flight() const noexcept {
        return queue_.size() + awaited_.size() + unanswered_.size();
    }
    const endpoint& where() const noexcept { return where_; }
    const version_ranges& versions() const noexcept { return versions_; }
    void set_versions(version_ranges versions) { versions_ = std::move(versions); }
    /// Why it was closed.
    const std::optional<error>& closed_because() const noexcept { return closed_; }
    /// True once any byte has come from the peer.
    bool heard_from_peer() const noexcept { return heard_; }
    /// Nothing was sent or awaited for longer than `connections_max_idle`.
    bool idle_too_long() const;

    /// Called once, when the connection has closed.
    std::function<void()> on_closed;

private:
    struct exchange_state {
        std::int16_t api_key;
        request_frame frame;
        runtime::duration timeout;
        runtime::time_point give_up;
        runtime::time_point deadline;
        std::int32_t correlation_id = 0;
        reply_handler done;
    };

    static runtime::task<> write_loop(std::shared_ptr<connection> self);
    static runtime::task<> read_loop(std::shared_ptr<connection> self);
    static runtime::task<> watch_loop(std::shared_ptr<connection> self);

    runtime::task<std::error_code> write_batch();
    void take_reply(wire::slice frame);
    void refuse_length(std::int32_t length);
    /// The broker said something that no broker says: nothing on this connection can be trusted.
    void disbelieve(std::string_view what);
    void lost(std::error_code why);
    runtime::time_point next_deadline() const;
    void expire(runtime::time_point now);
    void drop_unwanted(std::deque<exchange_state>& waiting, runtime::time_point now);
    enum class written { no, maybe };
    void fail(exchange_state& waiting, written how, std::error_code code,
              std::string_view why) const;

    environment env_;
    endpoint where_;
    std::unique_ptr<runtime::stream> stream_;
    version_ranges versions_;
    frame_assembler assembler_;

    std::deque<exchange_state> queue_;
    std::deque<exchange_state> awaited_;
    /// What is being written and never gets an answer; it ends with the write.
    std::deque<exchange_state> unanswered_;
    /// What is being written now: its memory must stay until the write is over, whatever becomes of
    /// the requests.
    std::vector<request_frame> writing_;
    std::vector<runtime::const_buffer> pieces_;
    std::int32_t next_correlation_ = 1;
    runtime::time_point muted_until_{};
    runtime::time_point armed_until_ = runtime::never;
    runtime::time_point last_used_;
    bool heard_ = false;
    std::optional<error> closed_;
    runtime::signal work_;
    runtime::signal watch_;
};

} // namespace kcpp::network
