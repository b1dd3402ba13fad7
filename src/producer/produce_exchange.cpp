#include "producer/produce_exchange.hpp"

#include "base/kafka_errors.hpp"
#include "base/text.hpp"
#include "producer/topic_entry.hpp"
#include "protocol/milliseconds.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace kcpp::producing {

namespace {

constexpr std::int16_t topic_ids_since = 13;

/// What the user can do about it, where there is something.
const char* advice(broker_errc code) {
    switch (code) {
    case broker_errc::message_too_large:
    case broker_errc::record_list_too_large:
        return "; raise the topic's max.message.bytes, or send smaller batches (batch_bytes)";
    case broker_errc::topic_authorization_failed: return "; ask for the ACL Write on the topic";
    case broker_errc::not_enough_replicas:
    case broker_errc::not_enough_replicas_after_append:
        return "; fewer brokers are in sync than min.insync.replicas asks for";
    case broker_errc::invalid_required_acks: return "; acks must be none, leader or all";
    case broker_errc::invalid_timestamp:
        return "; the topic's message.timestamp limits do not allow this timestamp";
    case broker_errc::unsupported_compression_type: return "; the broker is too old for this codec";
    default: return "";
    }
}

} // namespace

protocol::produce::request build_request(const produce_exchange& sending,
                                         const producer_options& options,
                                         const client_options& client) {
    protocol::produce::request request;
    request.acks = static_cast<std::int16_t>(options.acks);
    request.timeout_ms = protocol::milliseconds(client.request_timeout);
    std::unordered_map<const topic_entry*, std::size_t> places;
    for (const auto& each : sending.batches) {
        const topic_entry& topic = each->home.topic();
        const auto [place, is_new] = places.try_emplace(&topic, request.topics.size());
        if (is_new) {
            auto& named = request.topics.emplace_back();
            named.name = topic.name;
            named.topic_id = each->topic_id;
        }
        protocol::produce::partition part;
        part.index = each->home.index();
        part.records = each->sealed.bytes().bytes;
        request.topics[place->second].partitions.push_back(std::move(part));
    }
    return request;
}

std::int16_t newest_version(const produce_exchange& sending) {
    const bool all_have_ids = std::ranges::all_of(
        sending.batches, [](const auto& each) { return each->topic_id != wire::uuid{}; });
    return all_have_ids ? INT16_MAX : topic_ids_since - 1;
}

produce_results::produce_results(const protocol::produce::response& said, std::int16_t version)
    : by_id_(version >= topic_ids_since) {
    for (const auto& topic : said.topics)
        for (const auto& partition : topic.partitions)
            entries_.push_back({by_id_ ? topic.topic_id : wire::uuid(),
                                by_id_ ? std::string_view() : topic.name, partition.index,
                                &partition});
    std::ranges::sort(entries_, before);
}

bool produce_results::before(const entry& a, const entry& b) noexcept {
    return std::tie(a.topic_id, a.topic, a.partition) < std::tie(b.topic_id, b.topic, b.partition);
}

const protocol::produce::partition_result* produce_results::find(const batch& about) const {
    const entry wanted{by_id_ ? about.topic_id : wire::uuid(),
                       by_id_ ? std::string_view() : about.home.topic().name, about.home.index()};
    const auto found = std::ranges::lower_bound(entries_, wanted, before);
    return found != entries_.end() && !before(wanted, *found) ? found->said : nullptr;
}

error refusal(const batch& refused, broker_errc code,
              const protocol::produce::partition_result& said, std::int32_t node) {
    std::string sentence =
        base::text("produce to ", refused.home.topic().name, '-', refused.home.index(),
                   " on broker ", node, ": ", name_of(code));
    if (said.error_message && !said.error_message->empty()) sentence += ": " + *said.error_message;
    sentence += advice(code);
    auto place = place_of(refused);
    place.broker = node;
    return error(code, std::move(sentence), std::move(place));
}

bool refreshes_metadata(broker_errc code) {
    const auto* known = base::find_kafka_error(static_cast<std::int16_t>(code));
    return known != nullptr && known->is(base::error_traits::refresh_metadata);
}

bool may_be_tried_again(const error& why) {
    return why.retriable() || why == client_errc::protocol_error;
}

error failure_of(const batch& failed, const error& why) {
    return failure_of(failed, why, failed.maybe_written);
}

error failure_of(const batch& failed, const error& why, bool unknown) {
    std::string sentence = why.message();
    if (why.topic().empty())
        sentence = base::text("produce to ", failed.home.topic().name, '-', failed.home.index(),
                              ": ", sentence);
    auto place = place_of(failed);
    place.broker = why.broker();
    return unknown ? error::unknown_outcome(why.code(), std::move(sentence), std::move(place))
                   : error(why.code(), std::move(sentence), std::move(place));
}

error_place place_of(const batch& which) {
    return {.topic = which.home.topic().name, .partition = which.home.index()};
}

} // namespace kcpp::producing
