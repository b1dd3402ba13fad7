#pragma once

#include "consumer/group/classic/assignor.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace kcpp::consuming {

/// Which members are near which partitions, by numbers instead of names. (KIP-881)
class rack_map {
public:
    /// Sets of racks, numbered.
    using rack_set = std::uint32_t;
    using rack_sets = std::vector<rack_set>;
    using rack = std::uint32_t;

    /// Of the members as they are numbered there. Views of names that both must keep.
    rack_map(const std::vector<group_member>& members, const topic_racks& racks);

    /// By partition, where its copies are.
    rack_sets sets_of(const std::string& topic, std::int32_t partitions);

    rack rack_of(std::size_t member) const { return of_member_[member]; }

    /// It is a rack, and no copy is there.
    bool is_far(rack from, rack_set copies) const;

    /// Kafka's condition for looking at racks at all: some of the members are where there are
    /// copies, and not all partitions are in the same racks.
    bool matters(const std::vector<std::size_t>& members, const rack_sets& partitions) const;

private:
    static constexpr rack no_rack = UINT32_MAX;

    rack number_of(std::string_view name);
    rack_set number_of(const std::vector<std::string>& names);

    const topic_racks& racks_;
    std::map<std::string_view, rack> numbers_;
    std::map<std::vector<rack>, rack_set> set_numbers_;
    /// By rack_set, then by rack.
    std::vector<std::vector<bool>> is_in_;
    std::vector<rack> of_member_;
};

} // namespace kcpp::consuming
