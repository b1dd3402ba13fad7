// Members are given what has a copy in their rack, as far as balance allows. (KIP-881)

#include "base/text.hpp"
#include "consumer/group/classic/member_bytes.hpp"
#include "javas_rounds.hpp"
#include "judging.hpp"

#include <random>
#include <set>
#include <tuple>

namespace kcpp::consuming::test {
namespace {

group_member in_rack(const std::string& rack, group_member m) {
    m.rack = rack;
    return m;
}

/// A topic's copies, partition by partition.
topic_racks copies(const std::string& topic, const names& by_partition) {
    topic_racks racks;
    for (const std::string& word : by_partition)
        racks[topic].push_back(racks_in(word));
    return racks;
}

/// Whether Kafka looks at racks at all.
bool racks_matter(const round& r) {
    std::set<std::string> members, brokers;
    std::set<names> sets;
    for (const auto& m : r.members)
        if (!m.rack.empty()) members.insert(m.rack);
    for (const auto& [topic, by_partition] : r.racks)
        if (std::ranges::any_of(
                r.members, [&, &name = topic](const auto& m) { return r.subscribes(m.id, name); }))
            for (const names& racks : by_partition) {
                brokers.insert(racks.begin(), racks.end());
                sets.insert(racks);
            }
    return sets.size() > 1 && std::ranges::any_of(members, [&](const std::string& rack) {
               return brokers.contains(rack);
           });
}

TEST(racks, range_gives_members_what_is_near_first) {
    EXPECT_EQ(
        words(assign_range({in_rack("a", member("c1", {"t"})), in_rack("b", member("c2", {"t"}))},
                           {{"t", 4}}, copies("t", {"b", "a", "b", "a"}))),
        (expected{{"c1", "t-1 t-3"}, {"c2", "t-0 t-2"}}));
}

TEST(racks, range_keeps_its_balance_where_most_is_in_one_rack) {
    EXPECT_EQ(
        words(assign_range({in_rack("a", member("c1", {"t"})), in_rack("b", member("c2", {"t"}))},
                           {{"t", 4}}, copies("t", {"b", "b", "b", "b,a"}))),
        (expected{{"c1", "t-2 t-3"}, {"c2", "t-0 t-1"}}));
}

TEST(racks, range_gives_the_same_partitions_of_topics_that_are_alike) {
    topic_racks racks = copies("t", {"b", "a", "b", "a"});
    racks["u"] = racks["t"];
    EXPECT_EQ(words(assign_range(
                  {in_rack("a", member("c1", {"t", "u"})), in_rack("b", member("c2", {"t", "u"}))},
                  {{"t", 4}, {"u", 4}}, racks)),
              (expected{{"c1", "t-1 t-3 u-1 u-3"}, {"c2", "t-0 t-2 u-0 u-2"}}));
}

TEST(racks, range_shares_out_as_java_does_on_the_same_groups) {
    std::size_t changed = 0;
    for (const round& r : rounds_of_java(KCPP_RACKS_FILE)) {
        SCOPED_TRACE(r.name);
        const auto ours = assign_range(r.members, r.topics, r.racks);
        EXPECT_EQ(words(ours), words(r.javas_ranges));
        if (words(ours) != words(assign_range(r.members, r.topics))) ++changed;
    }
    EXPECT_GT(changed, 100U) << "racks must matter in many of them";
}

TEST(racks, round_robin_knows_no_racks) {
    const std::vector<group_member> members{in_rack("a", member("c1", {"t"})),
                                            in_rack("b", member("c2", {"t"}))};
    EXPECT_EQ(words(assign_round_robin(members, {{"t", 2}}, copies("t", {"b", "a"}))),
              (expected{{"c1", "t-0"}, {"c2", "t-1"}}));
}

TEST(racks, sticky_gives_a_new_group_what_is_near) {
    EXPECT_EQ(
        words(assign_sticky({in_rack("a", member("c1", {"t"})), in_rack("b", member("c2", {"t"}))},
                            {{"t", 4}}, copies("t", {"b", "a", "b", "a"}))),
        (expected{{"c1", "t-1 t-3"}, {"c2", "t-0 t-2"}}));
}

TEST(racks, sticky_moves_what_is_far_from_its_reader_and_nothing_else) {
    EXPECT_EQ(words(assign_sticky({in_rack("a", member("c1", {"t"}, "t-0 t-1 t-2")),
                                   in_rack("b", member("c2", {"t"}, "t-3 t-4 t-5"))},
                                  {{"t", 6}}, copies("t", {"a", "a", "b", "a", "b", "b"}))),
              (expected{{"c1", "t-0 t-1 t-3"}, {"c2", "t-2 t-4 t-5"}}));
}

TEST(racks, sticky_moves_nothing_that_would_be_as_far_elsewhere) {
    EXPECT_EQ(words(assign_sticky({in_rack("a", member("c1", {"t"}, "t-1 t-3")),
                                   in_rack("a", member("c2", {"t"}, "t-0 t-2"))},
                                  {{"t", 4}}, copies("t", {"b", "a", "b", "a"}))),
              (expected{{"c1", "t-1 t-3"}, {"c2", "t-0 t-2"}}));
}

TEST(racks, sticky_is_balanced_first_and_near_second) {
    const auto given =
        assign_sticky({in_rack("a", member("c1", {"t"})), in_rack("b", member("c2", {"t"}))},
                      {{"t", 4}}, copies("t", {"a", "a", "a", "a,b"}));
    EXPECT_EQ(given.at("c1").size(), 2U);
    EXPECT_EQ(given.at("c2").size(), 2U);
    EXPECT_NE(std::ranges::find(given.at("c2"), place("t-3")), given.at("c2").end());
}

TEST(racks, sticky_cares_for_no_racks_if_all_partitions_are_in_the_same_ones) {
    const std::vector<group_member> members{in_rack("c", member("c1", {"t"}, "t-0 t-1")),
                                            in_rack("a", member("c2", {"t"}, "t-2"))};
    EXPECT_EQ(words(assign_sticky(members, {{"t", 3}}, copies("t", {"a,b", "a,b", "a,b"}))),
              (expected{{"c1", "t-0 t-1"}, {"c2", "t-2"}}));
}

TEST(racks, sticky_is_as_even_as_near_and_as_sticky_as_java_on_the_same_groups) {
    const auto all = rounds_of_java(KCPP_RACKS_FILE);
    ASSERT_EQ(all.size(), 600U);
    std::size_t mattered = 0, ours_far = 0, javas_far = 0, ours_kept = 0, javas_kept = 0;
    for (const round& r : all) {
        SCOPED_TRACE(r.name);
        ASSERT_EQ(wrong(r, r.javas), "");
        const auto ours = assign_sticky(r.members, r.topics, r.racks);
        EXPECT_EQ(wrong(r, ours), "");
        EXPECT_FALSE(could_be_more_even(r, ours));
        EXPECT_LE(unevenness(ours), unevenness(r.javas));
        if (!racks_matter(r)) {
            EXPECT_EQ(words(ours), words(assign_sticky(r.members, r.topics)));
            continue;
        }
        ++mattered;
        if (unevenness(ours) < unevenness(r.javas)) continue;
        EXPECT_LE(far_from_their_readers(r, ours), far_from_their_readers(r, r.javas));
        ours_far += far_from_their_readers(r, ours);
        javas_far += far_from_their_readers(r, r.javas);
        if (far_from_their_readers(r, ours) < far_from_their_readers(r, r.javas)) continue;
        EXPECT_GE(kept(r, ours), kept(r, r.javas));
        ours_kept += kept(r, ours);
        javas_kept += kept(r, r.javas);
    }
    EXPECT_GT(mattered, 200U);
    RecordProperty("mattered", static_cast<int>(mattered));
    RecordProperty("far", base::text(ours_far, " of Java's ", javas_far));
    RecordProperty("kept", base::text(ours_kept, " of Java's ", javas_kept));
}

TEST(racks, cooperative_sticky_comes_to_rest_after_what_was_given_up_is_given_on) { // KIP-429
    for (const round& r : rounds_of_java(KCPP_RACKS_FILE)) {
        if (!racks_matter(r)) continue;
        SCOPED_TRACE(r.name);
        auto members = r.members;
        const auto hand_over = [&] {
            const auto given = assign_cooperative_sticky(members, r.topics, r.racks);
            for (group_member& m : members) {
                m.owned = given.at(m.id);
                m.generation = 7;
            }
            return given;
        };
        hand_over();
        const auto second = hand_over();
        EXPECT_EQ(wrong(r, second), "");
        EXPECT_EQ(words(hand_over()), words(second));
    }
}

std::string hex(const member_bytes& bytes) {
    std::string text;
    for (const std::byte b : bytes) {
        constexpr char digits[] = "0123456789abcdef";
        text += digits[std::to_integer<int>(b) >> 4];
        text += digits[std::to_integer<int>(b) & 15];
    }
    return text;
}

TEST(racks, members_say_where_they_are_as_java_does) { // in version 3 of the subscription
    std::size_t with_rack = 0;
    for (const round& r : rounds_of_java(KCPP_RACKS_FILE))
        for (const auto& [id, bytes] : r.cooperative_subscription) {
            group_member m = r.called(id);
            std::ranges::sort(m.owned);
            protocol::consumer_protocol::subscription wanted;
            wanted.topics = m.topics;
            if (!m.rack.empty()) wanted.rack_id = m.rack;
            write_owned(wanted, {m.owned, m.generation});
            EXPECT_EQ(hex(write_subscription(wanted)), bytes) << r.name << ", " << id;
            if (!m.rack.empty()) ++with_rack;
        }
    EXPECT_GE(with_rack, 10U);
}

/// Any group: subscriptions, racks and claims of all kinds.
round any_group(std::mt19937& random, const std::string& name) {
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    const auto rack = [&] { return std::string(1, static_cast<char>('a' + below(5))); };
    round r;
    r.name = name;
    const std::size_t topics = 1 + below(6);
    for (std::size_t t = 0; t < topics; ++t) {
        const std::string topic = "t" + std::to_string(t);
        r.topics[topic] = static_cast<std::int32_t>(below(12));
        for (std::int32_t p = 0; p < r.topics[topic]; ++p) {
            std::set<std::string> in;
            for (std::size_t n = below(4); n > 0; --n)
                in.insert(rack());
            r.racks[topic].emplace_back(in.begin(), in.end());
        }
    }
    const std::size_t members = 1 + below(9);
    for (std::size_t m = 0; m < members; ++m) {
        group_member one =
            member("c" + std::to_string(m), {}, {}, static_cast<std::int32_t>(below(3)));
        for (const auto& [topic, size] : r.topics)
            if (below(3) != 0) one.topics.push_back(topic);
        if (below(4) != 0) one.rack = rack();
        for (std::size_t c = below(12); c > 0; --c)
            one.owned.push_back({"t" + std::to_string(below(topics + 1)),
                                 static_cast<partition_id>(below(14)) - 1});
        r.members.push_back(std::move(one));
    }
    return r;
}

TEST(racks, groups_of_any_kind_are_shared_out_evenly_and_whole) {
    std::mt19937 random(11);
    for (int i = 0; i < 400; ++i) {
        const round r = any_group(random, std::to_string(i));
        SCOPED_TRACE(r.name);
        const auto given = assign_sticky(r.members, r.topics, r.racks);
        EXPECT_EQ(wrong(r, given), "");
        EXPECT_FALSE(could_be_more_even(r, given));
        const auto plain = assign_sticky(r.members, r.topics);
        EXPECT_EQ(unevenness(given), unevenness(plain));
        EXPECT_LE(far_from_their_readers(r, given), far_from_their_readers(r, plain));
        EXPECT_EQ(wrong(r, assign_range(r.members, r.topics, r.racks)), "");
    }
}

/// All ways to share a small group's partitions out: the best there is.
std::tuple<std::size_t, std::size_t, std::size_t> best_of_all(const round& r) {
    std::vector<topic_partition> all;
    for (const auto& [topic, size] : r.topics)
        for (partition_id p = 0; p < size; ++p)
            if (std::ranges::any_of(r.members, [&, &name = topic](const auto& m) {
                    return r.subscribes(m.id, name);
                }))
                all.push_back({topic, p});
    std::tuple<std::size_t, std::size_t, std::size_t> best(SIZE_MAX, 0, 0);
    group_assignment given;
    for (const auto& m : r.members)
        given[m.id];
    const auto place_from = [&](const auto& self, std::size_t at) -> void {
        if (at == all.size()) {
            best = std::min(best, std::tuple(unevenness(given), far_from_their_readers(r, given),
                                             all.size() - kept(r, given)));
            return;
        }
        for (auto& [id, partitions] : given) {
            if (!r.subscribes(id, all[at].topic)) continue;
            partitions.push_back(all[at]);
            self(self, at + 1);
            partitions.pop_back();
        }
    };
    place_from(place_from, 0);
    return best;
}

TEST(racks, no_other_way_is_better) {
    std::mt19937 random(5);
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    std::size_t mattered = 0;
    for (int i = 0; i < 400; ++i) {
        round r;
        r.name = std::to_string(i);
        SCOPED_TRACE(r.name);
        for (const char* topic : {"t", "u"}) {
            r.topics[topic] = static_cast<std::int32_t>(1 + below(3));
            for (std::int32_t p = 0; p < r.topics[topic]; ++p)
                r.racks[topic].push_back({std::string(1, static_cast<char>('a' + below(3)))});
        }
        std::vector<std::pair<std::string, partition_id>> free;
        for (const auto& [topic, size] : r.topics)
            for (partition_id p = 0; p < size; ++p)
                free.emplace_back(topic, p);
        std::ranges::shuffle(free, random);
        for (std::size_t m = 0; m < 3; ++m) {
            group_member one = member("c" + std::to_string(m), {});
            for (const char* topic : {"t", "u"})
                if (below(3) != 0) one.topics.push_back(topic);
            if (below(5) != 0) one.rack = std::string(1, static_cast<char>('a' + below(3)));
            for (std::size_t c = below(4); c > 0 && !free.empty(); --c) {
                // What it cannot be given back is nobody's to keep.
                const auto [topic, p] = free.back();
                free.pop_back();
                one.owned.push_back({topic, p});
            }
            r.members.push_back(std::move(one));
        }
        if (!racks_matter(r)) continue;
        ++mattered;
        const auto ours = assign_sticky(r.members, r.topics, r.racks);
        std::size_t all = 0;
        for (const auto& [id, partitions] : ours)
            all += partitions.size();
        EXPECT_EQ(
            std::tuple(unevenness(ours), far_from_their_readers(r, ours), all - kept(r, ours)),
            best_of_all(r));
    }
    EXPECT_GT(mattered, 200U);
}

} // namespace
} // namespace kcpp::consuming::test
