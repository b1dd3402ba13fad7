#pragma once

#include "consumer/group/classic/assignor.hpp"
#include "consumer/group/classic/assignors/near_shares.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kcpp::consuming {

/// Partitions shared out so that no member could take one off another that has two more, not even
/// by way of others, and that each keeps as much of what it had as that allows. Where racks matter,
/// fewest are far from who reads them, and as few as that allows change hands.
class sticky_shares {
public:
    sticky_shares(std::vector<group_member> members, const topic_sizes& topics,
                  const topic_racks& racks);

    group_assignment all() const;

private:
    using member_index = std::size_t;
    static constexpr member_index nobody = SIZE_MAX;

    struct topic {
        std::string name;
        std::int32_t partitions;
        /// Of audiences_.
        near_shares::audience audience;
    };
    struct share {
        std::uint32_t topic;
        partition_id partition;
        member_index before = nobody;
        member_index now = nobody;
    };
    /// One step of a way from a member to another: of which topics it could give something, and to
    /// whom.
    struct step {
        member_index from = nobody;
        near_shares::audience audience = 0;
    };

    void list_topics(const topic_sizes& topics);
    void restore();
    void deal_out();
    void balance();
    std::optional<std::size_t> highest_load(std::size_t limit) const;
    bool relieve(std::size_t load);
    std::optional<member_index> find_way(std::size_t heavy, std::vector<step>& ways) const;
    void hand_on(member_index from, near_shares::audience audience, member_index to);
    void give(std::size_t share, member_index to);
    void bring_near(const topic_racks& racks);

    near_shares::audience audience_of(std::size_t which) const {
        return topics_[shares_[which].topic].audience;
    }
    const std::vector<member_index>& subscribers_of(std::size_t which) const {
        return audiences_[audience_of(which)];
    }

    std::vector<group_member> members_;
    /// Who subscribes, once for all topics that the same members subscribe to.
    std::vector<std::vector<member_index>> audiences_;
    std::vector<topic> topics_;
    std::vector<share> shares_;
    /// By member: indexes of shares.
    std::vector<std::vector<std::size_t>> held_;
};

} // namespace kcpp::consuming
