// An application's own assignor: what it is told, what it may give, and that whatever it does is an
// error at worst.

#include "consumer/group/classic/offered_strategy.hpp"
#include "consumer/group/classic/own_assignor.hpp"
#include "group_members.hpp"
#include "lambda_assignor.hpp"

#include <random>
#include <set>
#include <stdexcept>

namespace kcpp::consuming::test {
namespace {

using given = partition_assignor::assignments;
using members = std::vector<group_member>;
using topics = std::vector<subscribed_topic>;

member_assignment some(const std::string& words) {
    member_assignment assignment;
    assignment.partitions = places(words);
    return assignment;
}

/// What comes of it if the assignor gives that to c1, who reads t, and c2, who reads t and u, of
/// two partitions each: the error, or what they get.
std::string outcome(given gives, rebalance_protocol protocol = rebalance_protocol::eager,
                    const std::string& c1_owns = {}) {
    lambda_assignor own([&](const members&, const topics&) { return gives; }, "own", protocol);
    const auto said = ask_to_assign(own, {member("c1", {"t"}, c1_owns), member("c2", {"t", "u"})},
                                    {{"t", 2}, {"u", 2}}, {});
    if (!said) return said.error().message();
    std::string text;
    for (const auto& [id, assignment] : *said) {
        text += id + ":";
        for (const auto& p : assignment.partitions)
            text += " " + to_string(p);
        text += ";";
    }
    return text;
}

TEST(own_assignor, gives_what_it_likes) {
    EXPECT_EQ(outcome({{"c1", some("t-1 t-0")}, {"c2", some("u-1 u-0")}}),
              "c1: t-1 t-0;c2: u-1 u-0;");
}

TEST(own_assignor, may_leave_members_and_partitions_out) {
    EXPECT_EQ(outcome({{"c2", some("u-1")}}), "c1:;c2: u-1;");
    EXPECT_EQ(outcome({}), "c1:;c2:;");
}

TEST(own_assignor, may_not_give_a_partition_to_two) {
    EXPECT_EQ(outcome({{"c1", some("t-0 t-1")}, {"c2", some("t-1")}}),
              "the application's assignor \"own\" gave t-1 to two members, c1 and c2");
    EXPECT_EQ(outcome({{"c1", some("t-0 t-0")}}),
              "the application's assignor \"own\" gave t-0 twice to member c1");
}

TEST(own_assignor, may_not_name_a_member_that_is_not_there) {
    EXPECT_EQ(outcome({{"c3", some("t-0")}}),
              "the application's assignor \"own\" named a member \"c3\" that is not in the group");
}

TEST(own_assignor, may_not_give_partitions_that_do_not_exist) {
    EXPECT_EQ(outcome({{"c1", some("t-2")}}),
              "the application's assignor \"own\" gave t-2 to member c1; topic t has 2 partitions");
    given negative;
    negative["c1"].partitions = {{"t", -1}};
    EXPECT_NE(outcome(negative).find("topic t has 2 partitions"), std::string::npos);
}

TEST(own_assignor, may_not_give_what_a_member_does_not_subscribe_to) {
    EXPECT_EQ(outcome({{"c1", some("u-0")}}),
              "the application's assignor \"own\" gave u-0 to member c1, which does not subscribe "
              "to that topic");
}

TEST(own_assignor, that_throws_is_an_error) {
    lambda_assignor own(
        [](const members&, const topics&) -> given { throw std::runtime_error("no such weight"); });
    const auto said = ask_to_assign(own, {member("c1", {"t"})}, {{"t", 2}}, {});
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error(), client_errc::invalid_argument);
    EXPECT_EQ(said.error().message(),
              "the application's assignor \"own\" threw \"no such weight\" from assign");
    own.say = [](const names&) -> std::vector<std::byte> { throw 7; };
    EXPECT_EQ(ask_user_data(own, {"t"}).error().message(),
              "the application's assignor \"own\" threw something from user_data");
    own.hear = [](const member_assignment&, std::int32_t) { throw std::runtime_error("full"); };
    EXPECT_EQ(tell_assignment(own, {}, 1).error().message(),
              "the application's assignor \"own\" threw \"full\" from on_assignment");
}

TEST(own_assignor, is_told_of_members_in_turn_and_of_topics_with_their_racks) { // KIP-345, KIP-881
    members seen;
    topics listed;
    lambda_assignor own([&](const members& m, const topics& t) {
        seen = m;
        listed = t;
        return given();
    });
    group_member fixed = member("c3", {"t"}, "t-1", 4);
    fixed.instance_id = "one";
    fixed.rack = "a";
    fixed.user_data = {std::byte{7}};
    ASSERT_TRUE(ask_to_assign(own, {member("c2", {"t"}), member("c1", {"t"}), fixed},
                              {{"t", 2}, {"missing", 0}}, {{"t", {{"a", "b"}}}}));
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen[0].id, "c3");
    EXPECT_EQ(seen[0].owned, places("t-1"));
    EXPECT_EQ(seen[0].generation, 4);
    EXPECT_EQ(seen[0].rack, "a");
    EXPECT_EQ(seen[0].user_data, (std::vector{std::byte{7}}));
    EXPECT_EQ(seen[1].id, "c1");
    EXPECT_EQ(seen[2].id, "c2");
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0].name, "t");
    EXPECT_EQ(listed[0].partitions, 2);
    EXPECT_EQ(listed[0].racks, (std::vector<names>{{"a", "b"}, {}}));
}

TEST(own_assignor, that_is_cooperative_gives_on_only_what_was_given_up) { // G4, KIP-429
    const given wish{{"c1", some("t-0")}, {"c2", some("t-1 u-0")}};
    EXPECT_EQ(outcome(wish, rebalance_protocol::cooperative, "t-0 t-1"), "c1: t-0;c2: u-0;");
    EXPECT_EQ(outcome(wish, rebalance_protocol::cooperative, "t-0"), "c1: t-0;c2: t-1 u-0;");
    EXPECT_EQ(outcome(wish, rebalance_protocol::eager, "t-0 t-1"), "c1: t-0;c2: t-1 u-0;");
}

/// What the leader learns of a member that said it had that, under a strategy.
group_member heard_by_the_leader(const offered_strategy& strategy, const previous_assignment& has) {
    protocol::consumer_protocol::subscription said;
    said.topics = {"t"};
    EXPECT_TRUE(strategy.describe(said, has.partitions, has));
    const auto read = read_subscription(write_subscription(said));
    group_member known;
    if (read) strategy.read(known, *read);
    return known;
}

TEST(own_assignor, hears_what_members_have_only_where_they_keep_it) {
    const previous_assignment has{places("t-0 t-2"), 5};
    auto own =
        std::make_shared<lambda_assignor>([](const members&, const topics&) { return given(); },
                                          "own", rebalance_protocol::cooperative);
    own->say = [](const names& subscribed) {
        return std::vector<std::byte>(subscribed.size(), std::byte{9});
    };
    const auto keeping = heard_by_the_leader(offered_strategy(own), has);
    EXPECT_EQ(keeping.owned, has.partitions);
    EXPECT_EQ(keeping.generation, 5);
    EXPECT_EQ(keeping.user_data, std::vector{std::byte{9}});

    const auto eager =
        std::make_shared<lambda_assignor>([](const members&, const topics&) { return given(); });
    EXPECT_EQ(heard_by_the_leader(offered_strategy(eager), has).generation, -1);
}

TEST(own_assignor, adds_user_data_to_assignments) {
    const auto own = std::make_shared<lambda_assignor>([](const members& all, const topics& t) {
        auto gives = all_to(all.front(), t);
        gives[all.front().id].user_data = {std::byte{1}, std::byte{2}};
        return gives;
    });
    member_assignment heard;
    std::int32_t since = 0;
    own->hear = [&](const member_assignment& mine, std::int32_t generation) {
        heard = mine;
        since = generation;
    };
    const offered_strategy strategy(own);
    const auto shares = strategy.share_out({member("c1", {"t"})}, {{"t", 2}}, {});
    ASSERT_TRUE(shares);
    ASSERT_TRUE(strategy.tell(shares->at("c1"), 3));
    EXPECT_EQ(heard.partitions, places("t-0 t-1"));
    EXPECT_EQ(heard.user_data, (std::vector{std::byte{1}, std::byte{2}}));
    EXPECT_EQ(since, 3);
}

/// A member's metadata as anybody might send them: good ones, then changed here and there.
member_bytes hostile(std::mt19937& random, const offered_strategy& strategy) {
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    protocol::consumer_protocol::subscription said;
    for (const char* topic : {"t", "u", "not-there"})
        if (below(2) != 0) said.topics.emplace_back(topic);
    if (below(4) == 0 && !said.topics.empty()) said.topics.push_back(said.topics.front());
    if (below(2) != 0) said.rack_id = std::string(below(3), 'a');
    previous_assignment has;
    has.generation = static_cast<std::int32_t>(below(2));
    for (std::size_t i = below(5); i > 0; --i)
        has.partitions.push_back({below(2) == 0 ? "t" : "u", static_cast<partition_id>(below(6))});
    (void)strategy.describe(said, has.partitions, has);
    member_bytes bytes = write_subscription(said);
    if (below(2) == 0) bytes.resize(below(bytes.size() + 1));
    for (std::size_t i = below(4); i > 0 && !bytes.empty(); --i)
        bytes[below(bytes.size())] = static_cast<std::byte>(below(256));
    return bytes;
}

TEST(assignors, share_out_well_whatever_members_say) { // reliability G: hostile member metadata
    std::mt19937 random(23);
    const auto fair = std::make_shared<lambda_assignor>([](const members& all, const topics& t) {
        given gives;
        std::size_t turn = 0;
        for (const subscribed_topic& topic : t)
            for (partition_id p = 0; p < topic.partitions; ++p)
                for (std::size_t tried = 0; tried < all.size(); ++tried) {
                    const group_member& next = all[turn++ % all.size()];
                    if (std::ranges::find(next.topics, topic.name) == next.topics.end()) continue;
                    gives[next.id].partitions.push_back({topic.name, p});
                    break;
                }
        return gives;
    });
    const std::vector<offered_strategy> strategies{
        offered_strategy(assignment_strategy::range),
        offered_strategy(assignment_strategy::round_robin),
        offered_strategy(assignment_strategy::sticky),
        offered_strategy(assignment_strategy::cooperative_sticky), offered_strategy(fair)};
    for (int i = 0; i < 3000; ++i) {
        const auto& strategy = strategies[static_cast<std::size_t>(i) % strategies.size()];
        members all;
        for (std::size_t m = 1 + random() % 5; m > 0; --m) {
            group_member& one = all.emplace_back(member("c" + std::to_string(m), {}));
            const auto said = read_subscription(hostile(random, strategy));
            if (!said) continue;
            one.topics = said->topics;
            one.rack = said->rack_id.value_or("");
            strategy.read(one, *said);
        }
        const auto shares =
            strategy.share_out(all, {{"t", 4}, {"u", 3}}, {{"t", {{"a"}, {"aa"}, {}}}});
        ASSERT_TRUE(shares) << shares.error().message();
        ASSERT_EQ(shares->size(), all.size());
        std::set<topic_partition> seen;
        for (const auto& m : all) {
            const auto gets = read_assignment(shares->at(m.id));
            ASSERT_TRUE(gets);
            for (const auto& p : *gets) {
                ASSERT_NE(std::ranges::find(m.topics, p.topic), m.topics.end());
                ASSERT_TRUE(seen.insert(p).second) << to_string(p) << " has two owners";
            }
        }
    }
}

} // namespace
} // namespace kcpp::consuming::test
