#pragma once

#include "consumer/group/classic/assignor.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kcpp::consuming {

/// Partitions shared out so that no member could take one off another that has two more, not even
/// by way of others, and that each keeps as much of what it had as that allows.
class sticky_shares {
public:
    sticky_shares(std::vector<group_member> members, const topic_sizes& topics);

    group_assignment all() const;

private:
    using member_index = std::size_t;
    static constexpr member_index nobody = SIZE_MAX;

    struct topic {
        std::string name;
        std::vector<member_index> subscribers;
    };
    struct share {
        std::uint32_t topic;
        partition_id partition;
        member_index before = nobody;
        member_index now = nobody;
    };
    /// One step of a way from a member to another: what it could give, and to whom.
    struct step {
        member_index from = nobody;
        std::uint32_t topic = 0;
    };

    void list_topics(const topic_sizes& topics);
    void restore();
    void deal_out();
    void balance();
    std::optional<std::size_t> highest_load(std::size_t limit) const;
    bool relieve(std::size_t load);
    std::optional<member_index> find_way(std::size_t heavy, std::vector<step>& ways) const;
    void hand_on(member_index from, std::uint32_t topic, member_index to);
    void give(std::size_t share, member_index to);

    std::vector<group_member> members_;
    std::vector<topic> topics_;
    std::vector<share> shares_;
    /// By member: indexes of shares.
    std::vector<std::vector<std::size_t>> held_;
};

} // namespace kcpp::consuming
