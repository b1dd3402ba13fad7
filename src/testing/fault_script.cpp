#include "testing/fault_script.hpp"

#include <algorithm>

namespace kcpp::testing {

bool strikes(const fault_place& where, std::string_view topic, partition_id partition) {
    return (where.topic.empty() || where.topic == topic) &&
           (!where.partition || *where.partition == partition);
}

std::shared_ptr<const fault_rule>
fault_script::take(api of, std::int32_t broker, std::string_view topic, partition_id partition,
                   const std::function<bool(const fault&)>& wanted) {
    const auto found = std::ranges::find_if(rules_, [&](const auto& r) {
        return r->of == of && wanted(r->what) && (!r->where.broker || *r->where.broker == broker) &&
               strikes(r->where, topic, partition);
    });
    if (found == rules_.end()) return nullptr;
    const std::shared_ptr<fault_rule> rule = *found;
    if (--rule->times_left == 0) rules_.erase(found);
    return rule;
}

bool fault_script::take_drop(api of, std::int32_t broker, drop when) {
    return take(of, broker, {}, -1, [when](const fault& what) {
               const drop* asked = std::get_if<drop>(&what);
               return asked != nullptr && *asked == when;
           }) != nullptr;
}

} // namespace kcpp::testing
