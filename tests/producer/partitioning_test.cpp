// Where records go, by the producer's options.

#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <stdexcept>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;

class partitioning_test : public ::testing::Test {
protected:
    virtual_cluster world;
    client shared = world.make_client();
    outcomes told{world};

    void SetUp() override { world.create_topic("orders", 3); }

    /// The partitions of as many records.
    std::vector<partition_id> sent(producer_options options, int records, bytes_view key = {}) {
        options.linger = 0ms;
        producer p(shared, std::move(options));
        std::vector<partition_id> places;
        for (int i = 0; i < records; ++i)
            places.push_back(p.send({.topic = "orders", .key = key, .value = "v"}).get().partition);
        return places;
    }
};

using places = std::vector<partition_id>;

TEST_F(partitioning_test, round_robin_takes_one_after_the_other) {
    EXPECT_EQ(sent({.partitioning = partitioning::round_robin}, 6, "key"),
              (places{0, 1, 2, 0, 1, 2}));
}

TEST_F(partitioning_test, sticky_ignores_keys_and_stays) {
    const auto chosen = sent({.partitioning = partitioning::sticky}, 5, "key");
    EXPECT_EQ(chosen, places(5, chosen[0]));
}

TEST_F(partitioning_test, a_partition_that_is_named_is_taken_whatever_the_options_say) {
    producer p(shared, {.partitioning = partitioning::round_robin,
                        .choose_partition = [](auto&, std::size_t) { return 1; }});
    EXPECT_EQ(p.send({.topic = "orders", .value = "v", .partition = 2}).get().partition, 2);
}

TEST_F(partitioning_test, the_application_may_choose) {
    std::size_t seen = 0;
    const auto by_length = [&](const producer_record& r, std::size_t partitions) {
        seen = partitions;
        return static_cast<partition_id>(r.key.size() % partitions);
    };
    EXPECT_EQ(sent({.choose_partition = by_length}, 1, "abcd"), places{1});
    EXPECT_EQ(seen, 3u);
}

TEST_F(partitioning_test, a_choice_that_cannot_be_is_told_before_and_after_the_topic_is_known) {
    partition_id choice = 3;
    producer p(shared, {.choose_partition = [&](auto&, std::size_t) {
                   if (choice == 7) throw std::runtime_error("no idea");
                   return choice;
               }});
    const auto complaint = [&](partition_id chosen) {
        choice = chosen;
        const auto failed = p.send({.topic = "orders", .value = "v"}).result();
        if (failed) return std::string();
        EXPECT_EQ(failed.error(), client_errc::invalid_argument);
        return failed.error().message();
    };
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(complaint(3), "producer_options::choose_partition chose partition 3 of 3 for a "
                                "record of topic orders");
        EXPECT_EQ(complaint(-1), "producer_options::choose_partition chose partition -1 of 3 for a "
                                 "record of topic orders");
        EXPECT_EQ(complaint(7), "producer_options::choose_partition threw \"no idea\" for a record "
                                "of topic orders");
    }
    EXPECT_EQ(complaint(2), "");
    EXPECT_TRUE(p.flush().result());
    EXPECT_TRUE(gives_all_back(p));
}

TEST(rack_aware, K4_records_stay_in_the_rack_of_the_client_until_nobody_leads_there) {
    virtual_cluster world(3, {.racks = {"a", "b", "c"}});
    world.create_topic("orders", 6, {}, 3);
    client shared = world.make_client({.rack = "b", .metadata_max_age = 1s});
    producer p(shared, {.partitioning = partitioning::round_robin, .rack_aware = true});
    const auto leaders_of = [&](int records) {
        std::set<std::int32_t> leaders;
        for (int i = 0; i < records; ++i) {
            const auto where = p.send({.topic = "orders", .value = "v"}).get().partition;
            leaders.insert(world.partition("orders", where).leader());
        }
        return leaders;
    };
    EXPECT_EQ(leaders_of(12), std::set<std::int32_t>{2});
    world.brokers->stop_broker(2);
    world.rt->run_for(5s);
    EXPECT_EQ(leaders_of(12), (std::set<std::int32_t>{1, 3}));
}

TEST(rack_aware, K4_keys_go_where_they_belong_whatever_the_rack) {
    virtual_cluster world(2, {.racks = {"a", "b"}});
    world.create_topic("orders", 2);
    client shared = world.make_client({.rack = "a"});
    producer p(shared, {.rack_aware = true});
    std::set<partition_id> used;
    for (int i = 0; i < 20; ++i)
        used.insert(
            p.send({.topic = "orders", .key = std::to_string(i), .value = "v"}).get().partition);
    EXPECT_EQ(used, (std::set<partition_id>{0, 1}));
}

class availability : public ::testing::Test {
protected:
    availability() {
        world.create_topic("orders", 2);
        frozen = world.partition("orders", 0).leader();
    }
    /// One record each 10 ms; where they went that were delivered within a second of virtual time.
    std::map<partition_id, int> delivered_within_a_second(producer& p) {
        auto where = std::make_shared<std::map<partition_id, int>>();
        for (int i = 0; i < 100; ++i) {
            p.send({.topic = "orders", .value = "v"}, [where](const auto& r) {
                if (r) ++(*where)[r->partition];
            });
            world.rt->run_for(10ms);
        }
        return *where;
    }

    virtual_cluster world{2};
    client shared = world.make_client();
    std::int32_t frozen = 0;
};

TEST_F(availability, KIP_794_a_broker_that_takes_nothing_is_avoided_until_it_does) { // K3
    producer p(
        shared,
        {.partitioning = partitioning::round_robin, .availability_timeout = 200ms, .linger = 0ms});
    EXPECT_EQ(delivered_within_a_second(p), (std::map<partition_id, int>{{0, 50}, {1, 50}}));
    world.brokers->freeze_broker(frozen);
    delivered_within_a_second(p);
    EXPECT_EQ(delivered_within_a_second(p), (std::map<partition_id, int>{{1, 100}}));
    world.brokers->thaw_broker(frozen);
    delivered_within_a_second(p);
    EXPECT_EQ(delivered_within_a_second(p), (std::map<partition_id, int>{{0, 50}, {1, 50}}));
}

TEST_F(availability, KIP_794_is_not_looked_at_unless_asked_for) {
    producer p(shared, {.partitioning = partitioning::round_robin, .linger = 0ms});
    delivered_within_a_second(p);
    world.brokers->freeze_broker(frozen);
    delivered_within_a_second(p);
    EXPECT_EQ(delivered_within_a_second(p), (std::map<partition_id, int>{{1, 50}}));
}

} // namespace
} // namespace kcpp::producing
