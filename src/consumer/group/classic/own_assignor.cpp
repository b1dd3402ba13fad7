#include "consumer/group/classic/own_assignor.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace kcpp {

std::vector<std::byte> partition_assignor::user_data(const std::vector<std::string>&) {
    return {};
}

void partition_assignor::on_assignment(const member_assignment&, std::int32_t) {}

} // namespace kcpp

namespace kcpp::consuming {

namespace {

template <class... Parts>
error blame(const partition_assignor& own, const Parts&... what) {
    return {client_errc::invalid_argument,
            base::text("the application's assignor \"", own.name(), "\" ", what...)};
}

/// What `call` gives, or what it threw as an error.
template <class Call>
auto guarded(const partition_assignor& own, const char* function, Call call)
    -> result<decltype(call())> {
    try {
        return call();
    } catch (const std::exception& e) {
        return blame(own, "threw \"", e.what(), "\" from ", function);
    } catch (...) {
        return blame(own, "threw something from ", function);
    }
}

/// Why this cannot be given to the member.
std::optional<error> check(const partition_assignor& own, const group_member& to,
                           const topic_partition& place, const topic_sizes& topics) {
    if (std::ranges::find(to.topics, place.topic) == to.topics.end())
        return blame(own, "gave ", to_string(place), " to member ", to.id,
                     ", which does not subscribe to that topic");
    const auto size = topics.find(place.topic);
    const std::int32_t partitions = size == topics.end() ? 0 : size->second;
    if (place.partition >= 0 && place.partition < partitions) return std::nullopt;
    return blame(own, "gave ", to_string(place), " to member ", to.id, "; topic ", place.topic,
                 " has ", partitions, " partitions");
}

std::optional<error> check(const partition_assignor& own,
                           const partition_assignor::assignments& given,
                           const std::vector<group_member>& members, const topic_sizes& topics) {
    std::map<std::string_view, const group_member*> known;
    for (const group_member& m : members)
        known[m.id] = &m;
    std::map<topic_partition, std::string_view> owners;
    for (const auto& [id, assignment] : given) {
        const auto to = known.find(id);
        if (to == known.end())
            return blame(own, "named a member \"", id, "\" that is not in the group");
        for (const topic_partition& place : assignment.partitions) {
            if (auto wrong = check(own, *to->second, place, topics)) return wrong;
            const auto [owner, is_first] = owners.emplace(place, id);
            if (is_first) continue;
            if (owner->second == id)
                return blame(own, "gave ", to_string(place), " twice to member ", id);
            return blame(own, "gave ", to_string(place), " to two members, ", owner->second,
                         " and ", id);
        }
    }
    return std::nullopt;
}

std::vector<subscribed_topic> topics_of(const topic_sizes& sizes, const topic_racks& racks) {
    std::vector<subscribed_topic> topics;
    for (const auto& [name, size] : sizes) {
        if (size <= 0) continue;
        subscribed_topic& t = topics.emplace_back();
        t.name = name;
        t.partitions = size;
        if (const auto known = racks.find(name); known != racks.end()) t.racks = known->second;
        t.racks.resize(static_cast<std::size_t>(size));
    }
    return topics;
}

void hold_back(partition_assignor::assignments& given, const std::vector<group_member>& members) {
    const claims_of_members claims = claims_of(members);
    for (auto& [id, assignment] : given)
        std::erase_if(assignment.partitions, [&, &id = id](const topic_partition& each) {
            return belongs_to_others(claims, each, id);
        });
}

} // namespace

result<std::vector<std::byte>> ask_user_data(partition_assignor& own,
                                             const std::vector<std::string>& topics) {
    return guarded(own, "user_data", [&] { return own.user_data(topics); });
}

result<partition_assignor::assignments> ask_to_assign(partition_assignor& own,
                                                      std::vector<group_member> members,
                                                      const topic_sizes& topics,
                                                      const topic_racks& racks) {
    std::ranges::sort(members, comes_before);
    const auto listed = topics_of(topics, racks);
    auto given = guarded(own, "assign", [&] { return own.assign(members, listed); });
    if (!given) return given;
    if (auto wrong = check(own, *given, members, topics)) return *wrong;
    if (own.protocol() == rebalance_protocol::cooperative) hold_back(*given, members);
    for (const group_member& m : members)
        (*given)[m.id];
    return given;
}

result<void> tell_assignment(partition_assignor& own, const member_assignment& mine,
                             std::int32_t generation) {
    const auto told = guarded(own, "on_assignment", [&] {
        own.on_assignment(mine, generation);
        return true;
    });
    if (!told) return told.error();
    return {};
}

} // namespace kcpp::consuming
