#include "admin/sentences.hpp"

#include "base/kafka_errors.hpp"
#include "base/text.hpp"

namespace kcpp::administration {

namespace {

/// What to do about it. Empty where the broker's words are all there is to say.
std::string_view advice(broker_errc code) {
    switch (code) {
    case broker_errc::topic_already_exists: return "choose another name, or use the topic as it is";
    case broker_errc::unknown_topic_or_partition:
        return "check the name; list_topics() tells which there are";
    case broker_errc::invalid_topic_exception:
        return "1 to 249 letters, digits, '.', '_' and '-' make a name";
    case broker_errc::invalid_partitions: return "a topic's number of partitions can only grow";
    case broker_errc::invalid_replication_factor:
        return "there cannot be more replicas than brokers";
    case broker_errc::invalid_replica_assignment:
        return "each partition needs the same number of existing brokers, each of them once";
    case broker_errc::invalid_config: return "check the name and value of each config";
    case broker_errc::not_controller: return "the controller is moving; try again";
    case broker_errc::policy_violation: return "ask whoever runs the cluster about its policies";
    case broker_errc::topic_authorization_failed: return "ask for the ACL on this topic";
    case broker_errc::group_authorization_failed: return "ask for the ACL on this group";
    case broker_errc::cluster_authorization_failed: return "ask for the ACL on the cluster";
    case broker_errc::topic_deletion_disabled: return "set delete.topic.enable=true on the brokers";
    case broker_errc::reassignment_in_progress: return "wait until the reassignment is over";
    case broker_errc::non_empty_group: return "stop its members first";
    case broker_errc::group_id_not_found:
        return "check the id; list_groups() tells which there are";
    case broker_errc::throttling_quota_exceeded: return "try again later, or ask for more quota";
    default: return {};
    }
}

/// "TOPIC_ALREADY_EXISTS"; a code that is newer than our table keeps its number.
std::string label(broker_errc code) {
    const auto* known = base::find_kafka_error(static_cast<int>(code));
    return known == nullptr ? base::text("error code ", static_cast<int>(code))
                            : std::string(known->name);
}

std::string_view meaning(broker_errc code) {
    const auto* known = base::find_kafka_error(static_cast<int>(code));
    return known == nullptr ? std::string_view("this client is too old to know what it means")
                            : known->message;
}

/// Some brokers end their messages with a full stop, others don't.
std::string_view without_full_stop(std::string_view sentence) {
    while (sentence.ends_with('.') || sentence.ends_with(' '))
        sentence.remove_suffix(1);
    return sentence;
}

} // namespace

std::string_view shown(std::string_view name) {
    return name.empty() ? std::string_view("\"\"") : name;
}

error refused(const item& what, broker_errc code, const std::optional<std::string>& said,
              std::optional<std::int32_t> broker) {
    const auto why = said && !said->empty() ? without_full_stop(*said) : meaning(code);
    const auto next = advice(code);
    return error(
        code, base::text(what.asked, ": ", label(code), ": ", why, next.empty() ? "" : "; ", next),
        {.topic = what.topic, .broker = broker});
}

error cannot_be(const item& what, std::string_view what_is_allowed) {
    return error(client_errc::invalid_argument, base::text(what.asked, ": ", what_is_allowed),
                 {.topic = what.topic});
}

error about(const item& what, const error& why) {
    auto sentence = base::text(what.asked, ": ", why.message());
    error_place place{what.topic.empty() ? std::string(why.topic()) : what.topic, why.partition(),
                      why.broker()};
    if (why.unknown_outcome())
        return error::unknown_outcome(why.code(), std::move(sentence), std::move(place));
    return error(why.code(), std::move(sentence), std::move(place));
}

} // namespace kcpp::administration
