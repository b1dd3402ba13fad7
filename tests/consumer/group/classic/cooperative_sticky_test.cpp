// What changes hands is given up by its owner first. (G4, KIP-429)

#include "consumer/group/classic/member_bytes.hpp"
#include "javas_rounds.hpp"

namespace kcpp::consuming::test {
namespace {

TEST(cooperative_sticky, a_new_group_is_shared_out_at_once) {
    EXPECT_EQ(
        words(assign_cooperative_sticky({member("c1", {"t"}), member("c2", {"t"})}, {{"t", 3}})),
        (expected{{"c1", "t-0 t-2"}, {"c2", "t-1"}}));
}

TEST(cooperative_sticky, what_another_has_is_given_to_nobody_yet) {
    EXPECT_EQ(words(assign_cooperative_sticky(
                  {member("c1", {"t"}, "t-0 t-1 t-2 t-3"), member("c2", {"t"})}, {{"t", 4}})),
              (expected{{"c1", "t-0 t-1"}, {"c2", ""}}));
}

TEST(cooperative_sticky, what_was_given_up_is_given_on) {
    EXPECT_EQ(words(assign_cooperative_sticky({member("c1", {"t"}, "t-0 t-1"), member("c2", {"t"})},
                                              {{"t", 4}})),
              (expected{{"c1", "t-0 t-1"}, {"c2", "t-2 t-3"}}));
}

TEST(cooperative_sticky, who_claims_something_since_an_earlier_generation_gives_it_up) {
    EXPECT_EQ(words(assign_cooperative_sticky(
                  {member("c1", {"t"}, "t-0 t-1", 4), member("c2", {"t"}, "t-0", 5)}, {{"t", 2}})),
              (expected{{"c1", "t-1"}, {"c2", "t-0"}}));
}

TEST(cooperative_sticky, what_only_somebody_has_that_cannot_read_it_is_given_up_first) {
    const std::vector<group_member> members{member("c1", {"u"}, "t-0"), member("c2", {"t"})};
    EXPECT_EQ(words(assign_cooperative_sticky(members, {{"t", 1}, {"u", 1}})),
              (expected{{"c1", "u-0"}, {"c2", ""}}));
}

TEST(cooperative_sticky, what_a_member_has_is_told_in_the_subscription_and_its_generation_twice) {
    protocol::consumer_protocol::subscription wanted;
    const previous_assignment owned{{{"t", 0}, {"t", 2}, {"u", 1}}, 7};
    write_owned(wanted, owned);
    EXPECT_EQ(read_owned(wanted), owned);
    wanted.generation_id = -1; // as those before KIP-792 say it
    EXPECT_EQ(read_owned(wanted), owned);
    wanted.user_data = std::nullopt;
    EXPECT_EQ(read_owned(wanted), (previous_assignment{owned.partitions, -1}));
}

/// Something is given to one while another says that it has it.
bool takes_from_another(const round& r, const group_assignment& given) {
    const auto owns = [](const group_member& m, const topic_partition& p) {
        return std::ranges::find(m.owned, p) != m.owned.end();
    };
    for (const auto& [id, partitions] : given)
        for (const auto& p : partitions)
            if (!owns(r.called(id), p) &&
                std::ranges::any_of(r.members, [&](const auto& m) { return owns(m, p); }))
                return true;
    return false;
}

std::size_t partitions_in(const group_assignment& given) {
    std::size_t sum = 0;
    for (const auto& [id, partitions] : given)
        sum += partitions.size();
    return sum;
}

TEST(cooperative_sticky, holds_back_what_java_holds_back_on_the_same_groups_and_no_more) {
    std::size_t ours_given = 0, javas_given = 0;
    for (const round& r : rounds_of_java()) {
        SCOPED_TRACE(r.name);
        EXPECT_FALSE(takes_from_another(r, r.javas_cooperative));
        const auto ours = assign_cooperative_sticky(r.members, r.topics);
        EXPECT_FALSE(takes_from_another(r, ours));
        const auto all = assign_sticky(r.members, r.topics);
        for (const auto& [id, partitions] : ours)
            for (const auto& p : partitions)
                EXPECT_TRUE(std::ranges::find(all.at(id), p) != all.at(id).end());
        ours_given += partitions_in(ours);
        javas_given += partitions_in(r.javas_cooperative);
    }
    EXPECT_GE(ours_given, javas_given);
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

TEST(cooperative_sticky, members_say_what_they_have_as_java_does) {
    std::size_t seen = 0;
    for (const round& r : rounds_of_java())
        for (const auto& [id, bytes] : r.cooperative_subscription) {
            group_member m = r.called(id);
            std::ranges::sort(m.owned);
            protocol::consumer_protocol::subscription wanted;
            wanted.topics = m.topics;
            write_owned(wanted, {m.owned, m.generation});
            EXPECT_EQ(hex(write_subscription(wanted)), bytes) << r.name << ", " << id;
            ++seen;
        }
    EXPECT_GE(seen, 20U);
}

} // namespace
} // namespace kcpp::consuming::test
