#include "testing/broker/call.hpp"

namespace kcpp::testing {

broker_errc call::injected(std::string_view topic, partition_id partition) {
    if (!failing_) failing_ = cluster.faults.take<faults::fail>(of, broker, topic, partition);
    if (!failing_ || !strikes(failing_->where, topic, partition)) return broker_errc::none;
    return std::get<faults::fail>(failing_->what).error;
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
