// In whose name batches are sent: one producer id for all partitions, an epoch for each of them.

#include "base/kafka_errors.hpp"
#include "producer/core.hpp"
#include "producer/sender.hpp"
#include "protocol/init_producer_id.hpp"

#include <cstdint>
#include <limits>

namespace kcpp::producing {

/// Whether the partition's batches may be sent: those of an idempotent producer need a name, and
/// another one when their numbers have a gap.
bool sender::identify(partition_queue& queue, runtime::time_point& next) {
    sequence_window& window = queue.io.window;
    const bool named = window.identity().id >= 0;
    if (!window.numbered() || (named && !window.wants_new_identity())) return true;
    if (const auto as = identity_after(window.identity())) {
        if (named)
            core_.log_.info("goes on with ", queue.topic().name, '-', queue.index(),
                            " as producer ", as->id, " in epoch ", as->epoch);
        window.restart(*as);
        return true;
    }
    want_identity(next);
    return false;
}

/// Brokers keep epochs for each partition, so that the others need not care (KIP-360, P8).
std::optional<producer_identity> sender::identity_after(const producer_identity& used) {
    if (used.id >= 0 && used.epoch < std::numeric_limits<std::int16_t>::max())
        return producer_identity{used.id, static_cast<std::int16_t>(used.epoch + 1)};
    if (identity_.granted && identity_.granted->id == used.id) identity_.granted.reset();
    return identity_.granted;
}

void sender::want_identity(runtime::time_point& next) {
    if (identity_.asking) return;
    if (identity_.retry_at > core_.client_->rt().now()) {
        next = std::min(next, identity_.retry_at);
        return;
    }
    identity_.asking = true;
    core_.client_->spawn(ask_identity(core_.shared_from_this()));
}

runtime::task<> sender::ask_identity(std::shared_ptr<core> owner) {
    cluster::core& client = *owner->client_;
    protocol::init_producer_id::request request;
    request.transactional_id.reset();
    request.transaction_timeout_ms = std::numeric_limits<std::int32_t>::max();
    const auto until = runtime::after(client.rt().now(), client.options().request_timeout);
    const auto said = co_await client.call_any(request, until);

    sender& self = owner->sender_;
    self.identity_.asking = false;
    const auto code = said ? static_cast<broker_errc>(said->body.error_code) : broker_errc::none;
    if (!said) {
        self.not_identified(said.error());
    } else if (code != broker_errc::none) {
        const bool forbidden = code == broker_errc::cluster_authorization_failed;
        self.not_identified(error(
            code,
            base::text("no producer id from the brokers: ", name_of(code),
                       forbidden ? "; ask for the ACL Write on the topic (or, before Kafka 2.8, "
                                   "IdempotentWrite on the cluster), or set "
                                   "producer_options::idempotence to false"
                                 : "")));
    } else {
        self.identity_.granted = {said->body.producer_id, said->body.producer_epoch};
        self.identity_.pause.reset();
        self.identity_.failure.reset();
    }
    self.wake();
}

void sender::not_identified(const error& why) {
    auto& rt = core_.client_->rt();
    identity_.failure = why;
    identity_.retry_at = runtime::after(rt.now(), identity_.pause.next(rt.random()));
    if (may_be_tried_again(why)) return;
    for (partition_queue* queue : listed_)
        if (queue->io.window.identity().id < 0) fail_waiting(*queue, why);
}

} // namespace kcpp::producing
