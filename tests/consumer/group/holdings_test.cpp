// What an application is told of, when partitions come and go faster than it listens.

#include "consumer/group/holdings.hpp"

#include <gtest/gtest.h>

namespace kcpp::consuming {
namespace {

using kind = rebalance_event::kind;
using partitions = std::vector<topic_partition>;
const topic_partition a0{"a", 0}, a1{"a", 1}, b0{"b", 0};

class holdings_test : public ::testing::Test {
protected:
    struct told {
        kind what;
        partitions of;
        friend bool operator==(const told&, const told&) = default;
    };

    /// As the application does it.
    told hear() {
        const auto event = hand.take_event();
        if (!event) return {kind::lost, {}};
        last = *event;
        if (event->what == kind::assigned) {
            table.announce(event->partitions);
            table.release(event->partitions);
        }
        return {event->what, partitions_of(event->partitions)};
    }
    void carry_out() {
        table.give_up(last.partitions);
        held.acknowledge(last.partitions);
    }
    bool silent() { return !hand.take_event(); }
    tenures those(const partitions& wanted) {
        tenures found = held.all();
        std::erase_if(
            found, [&](const tenure& t) { return std::ranges::find(wanted, *t) == wanted.end(); });
        return found;
    }
    void give_up(const partitions& gone) { held.give_up(those(gone), runtime::never); }

    partition_table table{{.reset = earliest_timestamp}};
    hand_over hand;
    holdings held{table, hand};
    rebalance_event last;
};

TEST_F(holdings_test, only_what_is_new_is_assigned) {
    EXPECT_EQ(held.take_up({a0, a1}), 2U);
    EXPECT_EQ(hear(), (told{kind::assigned, {a0, a1}}));
    EXPECT_EQ(held.take_up({a0, a1, b0}), 1U);
    EXPECT_EQ(hear(), (told{kind::assigned, {b0}}));
    EXPECT_EQ(held.take_up({a0, a1, b0}), 0U);
    EXPECT_TRUE(silent());
}

TEST_F(holdings_test, a_member_that_gets_nothing_is_told_so_once) {
    held.take_up({});
    EXPECT_EQ(hear(), (told{kind::assigned, {}}));
    held.take_up({});
    EXPECT_TRUE(silent());
}

TEST_F(holdings_test, giving_up_is_settled_when_the_application_has_done_it) {
    held.take_up({a0, a1, b0});
    hear();
    give_up({a0});
    give_up({b0});
    EXPECT_EQ(hear(), (told{kind::revoked, {a0}}));
    carry_out();
    EXPECT_FALSE(held.settled());
    EXPECT_EQ(hear(), (told{kind::revoked, {b0}}));
    carry_out();
    EXPECT_TRUE(held.settled());
    EXPECT_EQ(partitions_of(held.all()), (partitions{a1}));
    held.take_up({a1});
    EXPECT_EQ(hear(), (told{kind::assigned, {}})) << "how it ended";
}

TEST_F(holdings_test, what_it_was_never_told_of_is_given_up_in_silence) {
    held.take_up({a0, a1});
    give_up({a1});
    EXPECT_TRUE(held.settled());
    EXPECT_EQ(hear(), (told{kind::assigned, {a0}}));
    EXPECT_TRUE(silent());
    EXPECT_EQ(partitions_of(held.all()), (partitions{a0}));
}

TEST_F(holdings_test, of_what_goes_it_is_told_only_what_it_knows) {
    held.take_up({a0});
    hear();
    held.take_up({a0, a1});
    give_up({a0, a1});
    EXPECT_EQ(hear(), (told{kind::revoked, {a0}}));
    EXPECT_TRUE(silent());
    carry_out();
    EXPECT_TRUE(held.settled());
    EXPECT_TRUE(held.all().empty());
}

TEST_F(holdings_test, what_is_lost_is_told_if_it_was_known) {
    held.take_up({a0});
    hear();
    held.take_up({a0, a1});
    EXPECT_EQ(held.lose(), 2U);
    EXPECT_EQ(hear(), (told{kind::lost, {a0}}));
    EXPECT_TRUE(silent());
    EXPECT_TRUE(held.all().empty());
}

TEST_F(holdings_test, what_is_lost_before_it_heard_that_it_goes_is_lost) {
    held.take_up({a0, a1});
    hear();
    give_up({a0});
    held.lose();
    EXPECT_EQ(hear(), (told{kind::lost, {a0, a1}}));
    EXPECT_TRUE(silent());
    EXPECT_TRUE(held.settled());
}

TEST_F(holdings_test, what_is_lost_while_it_is_given_up_was_told_of_already) {
    held.take_up({a0, a1});
    hear();
    give_up({a0});
    EXPECT_EQ(hear(), (told{kind::revoked, {a0}}));
    held.lose();
    EXPECT_EQ(hear(), (told{kind::lost, {a1}}));
    held.take_up({a0});
    carry_out(); // comes late, and is about another stay
    EXPECT_EQ(partitions_of(held.all()), (partitions{a0}));
    EXPECT_EQ(hear(), (told{kind::assigned, {a0}}));
}

TEST_F(holdings_test, at_the_end_it_gives_up_what_it_knows) {
    held.take_up({a0, a1});
    hear();
    held.take_up({a0, a1, b0});
    give_up({a0});
    const auto rest = held.end();
    ASSERT_TRUE(rest);
    EXPECT_EQ(rest->what, kind::revoked);
    EXPECT_EQ(partitions_of(rest->partitions), (partitions{a0, a1}));
    EXPECT_TRUE(silent());
}

TEST_F(holdings_test, at_the_end_of_nothing_there_is_nothing_to_give_up) {
    held.take_up({a0});
    EXPECT_FALSE(held.end());
    EXPECT_TRUE(silent());
}

} // namespace
} // namespace kcpp::consuming
