#include "testing/broker/call.hpp"

namespace kcpp::testing {

broker_errc call::injected(std::string_view topic, partition_id partition) {
    return error_by<faults::fail>(failing_, topic, partition);
}

broker_errc call::injected_late(std::string_view topic, partition_id partition) {
    return error_by<faults::fail_late>(failing_late_, topic, partition);
}

/// A rule strikes one request, in all places of it that fit.
template <class Fault>
broker_errc call::error_by(std::shared_ptr<const fault_rule>& rule, std::string_view topic,
                           partition_id partition) {
    if (!rule) rule = cluster.faults.take<Fault>(of, broker, topic, partition);
    if (!rule || !strikes(rule->where, topic, partition)) return broker_errc::none;
    return std::get<Fault>(rule->what).error;
}

std::string call::fresh_member_id(std::string_view prefix) const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string id(prefix);
    id += '-';
    const wire::uuid random = state().fresh_id();
    for (std::size_t i = 0; i < random.bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) id += '-';
        id += digits[random.bytes[i] >> 4];
        id += digits[random.bytes[i] & 15];
    }
    return id;
}

} // namespace kcpp::testing
