#pragma once

#include "consumer/group/classic/assignors/cheapest_flow.hpp"
#include "consumer/group/classic/assignors/rack_map.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace kcpp::consuming {

/// Partitions shared out as evenly as can be, of these ways by one with the fewest far from who
/// reads them, and of those by one in which most stay where they were. (KIP-881)
///
/// Partitions of one kind, whose copies are in the same racks and which the same members may be
/// given, are alike but for who had them; so are members that are in one rack and may be given the
/// same. So what goes through the network is not single partitions but numbers of a kind: to who
/// had them, or to a rack, from there to its members that are alike, and at last to each of those.
class near_shares {
public:
    using member_index = std::size_t;
    static constexpr member_index nobody = SIZE_MAX;
    /// Of the topics that the same members subscribe to.
    using audience = std::uint32_t;

    /// `audiences`: who subscribes, by audience. `loads`: how many partitions each member has in
    /// one of the most even ways; no other of these gives any member more than one more or less.
    near_shares(const rack_map& racks, const std::vector<std::vector<member_index>>& audiences,
                const std::vector<std::size_t>& loads);

    /// The next partition.
    void add(audience readers, rack_map::rack_set copies, member_index before);

    /// Whose they are, as they were added.
    std::vector<member_index> share_out();

private:
    using node = cheapest_flow::node;
    using arc = cheapest_flow::arc;
    using bucket = std::vector<std::size_t>;
    /// Where partitions are on their way, and where they go on to.
    struct place {
        node at = 0;
        bucket partitions{};
        std::vector<std::pair<place*, arc>> ways{};
    };
    struct home {
        bucket partitions{};
        arc stays = 0;
    };
    using kind = std::pair<audience, rack_map::rack_set>;
    /// Members that are alike.
    using likeness = std::pair<std::vector<audience>, rack_map::rack>;

    template <class Places, class Key>
    std::pair<place*, bool> place_in(Places& places, const Key& key);
    void lead_on(place& from, place& to, share_cost each = {});
    void connect_members(const std::vector<std::size_t>& loads);
    void connect_audiences(const std::vector<std::vector<member_index>>& audiences);
    void connect_kinds();
    void leave_at_home();
    void deal_out(place& from);

    const rack_map& racks_;
    cheapest_flow network_;
    node source_, sink_;
    std::vector<place> members_;
    std::map<likeness, place> alike_;
    /// By audience: its members' racks.
    std::vector<std::map<rack_map::rack, place>> audiences_;
    std::map<kind, place> kinds_;
    /// By kind, and by who had them.
    std::map<std::pair<kind, member_index>, home> homes_;
    std::vector<member_index> now_;
};

} // namespace kcpp::consuming
