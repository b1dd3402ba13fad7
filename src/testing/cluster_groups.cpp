// Groups, their time and their coordinators.

#include "testing/cluster.hpp"

namespace kcpp::testing {

runtime::time_point cluster::group_time() const {
    return runtime.now() + group_time_passed_;
}

runtime::time_point cluster::due(runtime::time_point of_group) const {
    return of_group == runtime::never ? runtime::never : of_group - group_time_passed_;
}

group* cluster::group_now(std::string_view name) {
    group* g = state.find_group(name);
    if (g == nullptr || g->next_deadline() > group_time()) return g;
    g->members.advance(group_time());
    g->consumers.advance(group_time());
    group_news.notify();
    return g;
}

void cluster::pass_group_time(runtime::duration span) {
    group_time_passed_ += span;
    group_news.notify();
}

bool cluster::expire_member(const std::string& name, const std::string& member_id) {
    group* g = state.find_group(name);
    if (g == nullptr) return false;
    if (!g->members.expire_member(member_id, group_time()) &&
        !g->consumers.expire_member(member_id))
        return false;
    group_news.notify();
    return true;
}

void cluster::move_coordinator(const std::string& name, std::int32_t to) {
    state.move_coordinator(name, to);
    update_coordinators();
    group_news.notify();
}

void cluster::update_coordinators() {
    for (auto& [name, g] : state.groups()) {
        const std::int32_t now = state.coordinator_of(name);
        const std::int32_t before = std::exchange(coordinators_[name], now);
        if (before == now) continue;
        g.members.coordinator_moved(group_time());
        g.consumers.coordinator_moved(group_time());
    }
}

} // namespace kcpp::testing
