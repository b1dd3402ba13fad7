#include "consumer/group/classic/offered_strategy.hpp"

#include "consumer/group/classic/own_assignor.hpp"
#include "options/strategy_names.hpp"

#include <optional>
#include <variant>

namespace kcpp::consuming {

partition_assignor* offered_strategy::own() const noexcept {
    const auto* held = std::get_if<std::shared_ptr<partition_assignor>>(&listed_);
    return held == nullptr ? nullptr : held->get();
}

bool offered_strategy::is(assignment_strategy kafkas) const noexcept {
    const auto* listed = std::get_if<assignment_strategy>(&listed_);
    return listed != nullptr && *listed == kafkas;
}

std::string_view offered_strategy::name() const noexcept {
    return options::name_of(listed_);
}

bool offered_strategy::is_cooperative() const noexcept {
    if (const auto* assignor = own())
        return assignor->protocol() == rebalance_protocol::cooperative;
    return consuming::is_cooperative(std::get<assignment_strategy>(listed_));
}

result<void> offered_strategy::describe(protocol::consumer_protocol::subscription& into,
                                        const std::vector<topic_partition>& held,
                                        const previous_assignment& last) const {
    if (is(assignment_strategy::sticky) && last.generation >= 0)
        into.user_data = write_previous(last);
    if (is(assignment_strategy::cooperative_sticky)) write_owned(into, {held, last.generation});
    partition_assignor* const assignor = own();
    if (assignor == nullptr) return {};
    auto said = ask_user_data(*assignor, into.topics);
    if (!said) return said.error();
    if (!said->empty()) into.user_data = *std::move(said);
    if (is_cooperative()) write_held(into, {held, last.generation});
    return {};
}

void offered_strategy::read(group_member& into,
                            const protocol::consumer_protocol::subscription& said) const {
    std::optional<previous_assignment> had;
    if (is(assignment_strategy::cooperative_sticky)) had = read_owned(said);
    if (is(assignment_strategy::sticky) && said.user_data) had = read_previous(*said.user_data);
    if (own() != nullptr) {
        had = read_held(said);
        into.user_data = said.user_data.value_or(protocol::bytes());
    }
    if (!had) return;
    into.owned = std::move(had->partitions);
    into.generation = had->generation;
}

result<member_shares> offered_strategy::share_out(std::vector<group_member> members,
                                                  const topic_sizes& topics,
                                                  const topic_racks& racks) const {
    member_shares shares;
    if (partition_assignor* const assignor = own()) {
        const auto given = ask_to_assign(*assignor, std::move(members), topics, racks);
        if (!given) return given.error();
        for (const auto& [id, assignment] : *given)
            shares.emplace(id, write_assignment(assignment.partitions, assignment.user_data));
        return shares;
    }
    const auto kafkas = std::get<assignment_strategy>(listed_);
    for (const auto& [id, partitions] : assign(kafkas, std::move(members), topics, racks))
        shares.emplace(id, write_assignment(partitions));
    return shares;
}

result<void> offered_strategy::tell(std::span<const std::byte> assignment,
                                    std::int32_t generation) const {
    partition_assignor* const assignor = own();
    if (assignor == nullptr) return {};
    member_assignment mine;
    if (auto partitions = read_assignment(assignment)) mine.partitions = *std::move(partitions);
    mine.user_data = read_assigned_user_data(assignment);
    return tell_assignment(*assignor, mine, generation);
}

std::vector<offered_strategy> offered_by(const consumer_options& options) {
    std::vector<offered_strategy> offered(options.assignment_strategies.begin(),
                                          options.assignment_strategies.end());
    if (!offered.empty()) return offered;
    return {offered_strategy(assignment_strategy::range),
            offered_strategy(assignment_strategy::cooperative_sticky)};
}

} // namespace kcpp::consuming
