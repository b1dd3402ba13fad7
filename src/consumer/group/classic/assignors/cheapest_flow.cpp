#include "consumer/group/classic/assignors/cheapest_flow.hpp"

#include <algorithm>
#include <functional>

namespace kcpp::consuming {

cheapest_flow::node cheapest_flow::add_node() {
    first_.push_back(none);
    return static_cast<node>(first_.size() - 1);
}

cheapest_flow::arc cheapest_flow::add_arc(node from, node to, std::int32_t capacity,
                                          share_cost each) {
    const auto there = static_cast<arc>(arcs_.size());
    arcs_.push_back({to, capacity, each, first_[from]});
    first_[from] = there;
    arcs_.push_back({from, 0, -each, first_[to]});
    first_[to] = there + 1;
    return there;
}

void cheapest_flow::run(node source, node sink) {
    length_.assign(first_.size(), {});
    while (measure(source, sink))
        while (count_steps(source, sink))
            while (push_once(source, sink)) {
            }
}

/// How far each node is from the source; true if the sink can be reached. Ways back cost less than
/// nothing; but by how much longer they make a way than it was last time, nothing does (Dijkstra
/// with the potentials of Edmonds and Karp). What cannot be reached once never can.
bool cheapest_flow::measure(node source, node sink) {
    longer_.assign(first_.size(), unreached);
    longer_[source] = {};
    open_.assign(1, {share_cost(), source});
    while (!open_.empty()) {
        const auto [so_far, from] = open_.front();
        std::ranges::pop_heap(open_, std::greater());
        open_.pop_back();
        if (so_far != longer_[from]) continue;
        for (arc a = first_[from]; a != none; a = arcs_[a].next) {
            const half& way = arcs_[a];
            if (way.room == 0) continue;
            const share_cost longer = so_far + way.cost + length_[from] + -length_[way.to];
            if (longer >= longer_[way.to]) continue;
            longer_[way.to] = longer;
            open_.emplace_back(longer, way.to);
            std::ranges::push_heap(open_, std::greater());
        }
    }
    for (node n = 0; n < length_.size(); ++n)
        if (longer_[n] != unreached) length_[n] = length_[n] + longer_[n];
    return longer_[sink] != unreached;
}

bool cheapest_flow::is_on_a_shortest_way(node from, const half& way) const {
    return way.room > 0 && length_[from] + way.cost == length_[way.to];
}

/// How many steps each node is from the source along the shortest ways, until the sink is found.
/// Of ways of one length those with the fewest steps are taken first (Dinic): others wind through
/// half of the network.
bool cheapest_flow::count_steps(node source, node sink) {
    current_ = first_;
    steps_.assign(first_.size(), unseen);
    steps_[source] = 0;
    queue_.assign(1, source);
    for (std::size_t at = 0; at < queue_.size() && steps_[sink] == unseen; ++at) {
        const node from = queue_[at];
        for (arc a = first_[from]; a != none; a = arcs_[a].next) {
            const half& way = arcs_[a];
            if (steps_[way.to] != unseen || !is_on_a_shortest_way(from, way)) continue;
            steps_[way.to] = steps_[from] + 1;
            queue_.push_back(way.to);
        }
    }
    return steps_[sink] != unseen;
}

/// The next arc that leads a step on, or none. What led nowhere is not tried again.
cheapest_flow::arc cheapest_flow::way_on(node from) {
    for (arc& a = current_[from]; a != none; a = arcs_[a].next) {
        const half& way = arcs_[a];
        if (steps_[way.to] == steps_[from] + 1 && is_on_a_shortest_way(from, way)) return a;
    }
    return none;
}

/// Sends as much as fits along one of these ways.
bool cheapest_flow::push_once(node source, node sink) {
    way_.clear();
    for (node at = source; at != sink;) {
        if (const arc on = way_on(at); on != none) {
            way_.push_back(on);
            at = arcs_[on].to;
        } else if (way_.empty()) {
            return false;
        } else {
            at = arcs_[way_.back() ^ 1].to;
            current_[at] = arcs_[way_.back()].next;
            way_.pop_back();
        }
    }
    std::int32_t fits = std::numeric_limits<std::int32_t>::max();
    for (const arc a : way_)
        fits = std::min(fits, arcs_[a].room);
    for (const arc a : way_) {
        arcs_[a].room -= fits;
        arcs_[a ^ 1].room += fits;
    }
    return true;
}

} // namespace kcpp::consuming
