// Where records go, by the producer's options.

#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

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

} // namespace
} // namespace kcpp::producing
