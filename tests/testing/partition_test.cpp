#include "batches.hpp"
#include "testing/model/partition.hpp"

#include <gtest/gtest.h>

#include <set>

using namespace kcpp::testing;

namespace {

struct brokers {
    std::set<std::int32_t> up{1, 2, 3};
    partition p{0, {1, 2, 3}, check()};

    partition::is_up check() const {
        return [this](std::int32_t id) { return up.contains(id); };
    }
    void stop(std::int32_t id) {
        up.erase(id);
        p.broker_stopped(id, check());
    }
    void start(std::int32_t id) {
        up.insert(id);
        p.broker_started(id, check());
    }
    void write(std::int32_t records) {
        p.append(
            place_in_log(numbered(records), p.log().end_offset(), p.leader_epoch(), std::nullopt));
    }
};

using ids = std::vector<std::int32_t>;

} // namespace

TEST(partition, everybody_in_sync_has_what_is_written) {
    brokers b;
    b.write(3);
    for (const std::int32_t id : {1, 2, 3})
        EXPECT_EQ(b.p.log_on(id)->end_offset(), 3);
    EXPECT_EQ(b.p.high_watermark(), 3);
    EXPECT_EQ(b.p.log_on(4), nullptr);
}

TEST(partition, the_next_replica_in_sync_takes_over) {
    brokers b;
    b.stop(1);
    EXPECT_EQ(b.p.leader(), 2);
    EXPECT_EQ(b.p.leader_epoch(), 1);
    EXPECT_EQ(b.p.in_sync(), (ids{2, 3}));
}

TEST(partition, who_comes_back_catches_up_and_does_not_lead) {
    brokers b;
    b.stop(1);
    b.write(5);
    EXPECT_EQ(b.p.log_on(1)->end_offset(), 0);
    b.start(1);
    EXPECT_EQ(b.p.log_on(1)->end_offset(), 5);
    EXPECT_EQ(b.p.leader(), 2);
    EXPECT_EQ(b.p.in_sync(), (ids{2, 3, 1}));
}

TEST(partition, only_the_last_one_in_sync_can_end_an_outage) {
    brokers b;
    b.stop(1);
    b.stop(2);
    b.write(1);
    b.stop(3);
    EXPECT_EQ(b.p.leader(), no_broker);
    EXPECT_EQ(b.p.in_sync(), (ids{3}));
    b.start(1);
    EXPECT_EQ(b.p.leader(), no_broker);
    b.start(3);
    EXPECT_EQ(b.p.leader(), 3);
    EXPECT_EQ(b.p.log().end_offset(), 1);
}

TEST(partition, a_broker_that_waited_for_the_leader_catches_up_with_it) {
    brokers b;
    b.stop(1);
    b.stop(2);
    b.write(1);
    b.stop(3);
    b.start(1);
    b.start(3);
    EXPECT_EQ(b.p.in_sync(), (ids{3, 1}));
    EXPECT_EQ(b.p.log_on(1)->end_offset(), 1);
}

TEST(partition, leadership_moves_to_replicas_in_sync_only) {
    brokers b;
    EXPECT_TRUE(b.p.move_leader(3));
    EXPECT_EQ(b.p.leader(), 3);
    EXPECT_EQ(b.p.leader_epoch(), 1);
    b.stop(1);
    EXPECT_FALSE(b.p.move_leader(1));
    EXPECT_FALSE(b.p.move_leader(9));
    EXPECT_EQ(b.p.leader_epoch(), 1);
}

TEST(partition, a_follower_that_is_held_back_lags_and_keeps_the_high_watermark) {
    brokers b;
    b.write(1);
    b.p.hold_back(2);
    b.write(2);
    EXPECT_EQ(b.p.log_on(3)->end_offset(), 3);
    EXPECT_EQ(b.p.log_on(2)->end_offset(), 1);
    EXPECT_EQ(b.p.high_watermark(), 1);
    EXPECT_EQ(b.p.in_sync(), (ids{1, 2, 3}));
    b.p.let_follow(2, b.check());
    EXPECT_EQ(b.p.log_on(2)->end_offset(), 3);
    EXPECT_EQ(b.p.high_watermark(), 3);
}

TEST(partition, a_follower_that_lags_too_long_is_waited_for_no_more) {
    brokers b;
    b.p.hold_back(2);
    b.write(1);
    EXPECT_FALSE(b.p.drop_from_sync(1)) << "the leader is always in sync";
    EXPECT_TRUE(b.p.drop_from_sync(2));
    EXPECT_FALSE(b.p.drop_from_sync(2));
    EXPECT_EQ(b.p.high_watermark(), 1);
    EXPECT_EQ(b.p.in_sync(), (ids{1, 3}));
    b.p.let_follow(2, b.check());
    EXPECT_EQ(b.p.in_sync(), (ids{1, 3, 2}));
}

TEST(partition, what_a_new_leader_does_not_have_is_lost) { // KIP-101
    brokers b;
    b.write(1);
    b.p.hold_back(2);
    b.write(4);
    ASSERT_TRUE(b.p.move_leader(2));
    for (const std::int32_t id : {1, 2, 3})
        EXPECT_EQ(b.p.log_on(id)->end_offset(), 1);
    b.write(1);
    EXPECT_EQ(b.p.high_watermark(), 2);
    EXPECT_EQ(b.p.log().end_of_epoch(0).end_offset, 1);
}

TEST(partition, a_power_failure_loses_what_was_not_replicated) {
    brokers b;
    b.write(2);
    b.p.hold_back(2);
    b.p.hold_back(3);
    b.write(3);
    b.p.lose_tail(1);
    EXPECT_EQ(b.p.log_on(1)->end_offset(), 2);
    b.stop(1);
    EXPECT_EQ(b.p.high_watermark(), 2);
    EXPECT_EQ(b.p.log().end_offset(), 2);
}

TEST(partition, an_unclean_leader_ends_an_outage_at_the_price_of_records) {
    brokers b;
    b.write(1);
    b.stop(1);
    b.stop(2);
    b.write(5);
    EXPECT_FALSE(b.p.elect_unclean(b.check())) << "somebody leads";
    b.stop(3);
    EXPECT_FALSE(b.p.elect_unclean(b.check())) << "nobody is up";
    b.start(2);
    EXPECT_EQ(b.p.leader(), no_broker);
    EXPECT_TRUE(b.p.elect_unclean(b.check()));
    EXPECT_EQ(b.p.leader(), 2);
    EXPECT_EQ(b.p.high_watermark(), 1);
    b.start(3);
    EXPECT_EQ(b.p.log_on(3)->end_offset(), 1);
}

TEST(partition, a_truncated_log_goes_on_in_a_new_epoch) {
    brokers b;
    b.write(2);
    b.write(2);
    b.p.truncate(3);
    EXPECT_EQ(b.p.log().end_offset(), 2);
    EXPECT_EQ(b.p.high_watermark(), 2);
    EXPECT_EQ(b.p.leader_epoch(), 1);
}
