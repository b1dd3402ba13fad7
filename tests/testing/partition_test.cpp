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
