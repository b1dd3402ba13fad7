#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace kcpp::consuming {

/// What sharing out in one way costs, compared with another: first how uneven it is, then how many
/// partitions are far from who reads them, then how many change hands.
struct share_cost {
    std::int64_t unevenness = 0;
    std::int64_t far = 0;
    std::int64_t moved = 0;

    friend auto operator<=>(const share_cost&, const share_cost&) = default;
    friend share_cost operator+(const share_cost& a, const share_cost& b) {
        return {a.unevenness + b.unevenness, a.far + b.far, a.moved + b.moved};
    }
    friend share_cost operator-(const share_cost& a) { return {-a.unevenness, -a.far, -a.moved}; }
};

/// A network through which as much as possible flows from one node to another, as cheaply as
/// possible. Finds that by the successive shortest ways of Ford and Fulkerson, all of one length at
/// a time.
class cheapest_flow {
public:
    using node = std::uint32_t;
    using arc = std::uint32_t;

    node add_node();
    /// No arc may cost less than nothing.
    arc add_arc(node from, node to, std::int32_t capacity, share_cost each = {});
    void run(node source, node sink);
    std::int32_t through(arc which) const { return arcs_[which ^ 1].room; }

private:
    static constexpr arc none = std::numeric_limits<arc>::max();
    static constexpr std::uint32_t unseen = std::numeric_limits<std::uint32_t>::max();
    static constexpr share_cost unreached{std::numeric_limits<std::int64_t>::max(), 0, 0};

    /// Its way back is its neighbour, at 2n and 2n + 1.
    struct half {
        node to;
        std::int32_t room;
        share_cost cost;
        arc next;
    };

    bool measure(node source, node sink);
    bool is_on_a_shortest_way(node from, const half& way) const;
    bool count_steps(node source, node sink);
    bool push_once(node source, node sink);
    arc way_on(node from);

    std::vector<half> arcs_;
    /// By node: its first arc; the one to try next; how far from the source, in cost and in steps.
    std::vector<arc> first_, current_;
    std::vector<share_cost> length_;
    std::vector<std::uint32_t> steps_;
    std::vector<arc> way_;
    std::vector<node> queue_;
    /// While measuring: by how much the way to each node has become longer, and where to look on.
    std::vector<share_cost> longer_;
    std::vector<std::pair<share_cost, node>> open_;
};

} // namespace kcpp::consuming
