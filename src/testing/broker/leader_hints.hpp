#pragma once

#include "protocol/shared.hpp"
#include "testing/broker/call.hpp"

#include <map>
#include <vector>

namespace kcpp::testing {

/// Tells clients that asked the wrong broker who leads now (KIP-951), in versions of Produce and
/// Fetch that can carry it.
class leader_hints {
public:
    leader_hints(const call& c, bool carried) : call_(c), carried_(carried) {}

    template <class PartitionResult>
    void add_to(PartitionResult& r, topic* t) {
        if (!carried_ || t == nullptr || !is_about_leadership(r.error_code)) return;
        const partition* p = t->find(r.index);
        const broker_node* leader = p == nullptr ? nullptr : call_.state().find_broker(p->leader());
        if (leader == nullptr) return;
        r.current_leader = {leader->id, p->leader_epoch()};
        endpoints_[leader->id] = {leader->id, leader->host, leader->port, std::nullopt};
    }

    std::vector<protocol::node_endpoint> endpoints() const {
        std::vector<protocol::node_endpoint> list;
        for (const auto& [id, endpoint] : endpoints_)
            list.push_back(endpoint);
        return list;
    }

private:
    static bool is_about_leadership(std::int16_t error) {
        return error == code(broker_errc::not_leader_or_follower) ||
               error == code(broker_errc::fenced_leader_epoch);
    }

    const call& call_;
    bool carried_;
    std::map<std::int32_t, protocol::node_endpoint> endpoints_;
};

} // namespace kcpp::testing
