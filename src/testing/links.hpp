#pragma once

#include <kcpp/types.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace kcpp::testing {

/// What does not get through: between brokers, between clients and brokers, and to brokers that
/// stand still.
class links {
public:
    /// A frozen broker neither hears nor says anything, to anybody.
    void freeze(std::int32_t broker) { frozen_.insert(broker); }
    bool thaw(std::int32_t broker) { return frozen_.erase(broker) != 0; }
    bool is_frozen(std::int32_t broker) const { return frozen_.contains(broker); }

    void cut(std::int32_t a, std::int32_t b) { cut_.insert(std::minmax(a, b)); }
    void heal(std::int32_t a, std::int32_t b) { cut_.erase(std::minmax(a, b)); }
    void cut_clients(std::int32_t broker) { from_clients_.insert(broker); }
    void heal_clients(std::int32_t broker) { from_clients_.erase(broker); }

    /// One follower of one partition copies nothing.
    void stop_following(const topic_partition& place, std::int32_t follower) {
        not_following_.emplace(place, follower);
    }
    void follow_again(const topic_partition& place, std::int32_t follower) {
        not_following_.erase({place, follower});
    }

    /// Everything gets through again, but frozen brokers stay frozen.
    void heal() {
        cut_.clear();
        from_clients_.clear();
        not_following_.clear();
    }

    bool reaches_clients(std::int32_t broker) const {
        return !is_frozen(broker) && !from_clients_.contains(broker);
    }
    bool can_follow(const topic_partition& place, std::int32_t follower,
                    std::int32_t leader) const {
        return !is_frozen(follower) && !is_frozen(leader) &&
               !cut_.contains(std::minmax(follower, leader)) &&
               !not_following_.contains({place, follower});
    }
    const std::set<std::int32_t>& frozen() const noexcept { return frozen_; }

private:
    std::set<std::int32_t> frozen_;
    std::set<std::pair<std::int32_t, std::int32_t>> cut_;
    std::set<std::int32_t> from_clients_;
    std::set<std::pair<topic_partition, std::int32_t>> not_following_;
};

} // namespace kcpp::testing
