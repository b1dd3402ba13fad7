// The main job, against real Kafka: create a topic, produce keyed records, read them as a group,
// delete the topic.

#include "kafka.hpp"

#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>

#include <gtest/gtest.h>

#include <map>
#include <thread>

namespace kcpp::integration {
namespace {

using namespace std::chrono_literals;

struct way_to_share {
    const char* name;
    group_protocol protocol;
    std::vector<partition_assignment_strategy> strategies{};
};

class group_of_two : public ::testing::TestWithParam<way_to_share> {};

TEST_P(group_of_two, reads_each_record_once_and_in_order_per_key) {
    const scratch_topic topic(6);
    constexpr int records = 10'000, keys = 100;
    client shared(connection());
    producer sending(shared);
    for (int i = 0; i < records; ++i) {
        const std::string key = std::to_string(i % keys), value = std::to_string(i);
        sending.send({.topic = topic.name(), .key = key, .value = value});
    }
    sending.flush().get();

    const std::string group = fresh_name("group");
    std::mutex mutex;
    std::map<std::string, std::vector<int>> seen;
    int count = 0;
    std::stop_source done;
    const auto member = [&] {
        consumer reading(connection(), {.group_id = group,
                                        .offset_reset = offset_reset::earliest,
                                        .group_protocol = GetParam().protocol,
                                        .assignment_strategies = GetParam().strategies});
        reading.subscribe({topic.name()});
        while (!done.stop_requested()) {
            auto batch = reading.poll(100ms).value();
            std::lock_guard lock(mutex);
            for (const consumer_record& r : batch) {
                seen[r.key().to_string()].push_back(std::stoi(r.value().to_string()));
                if (++count == records) done.request_stop();
            }
        }
        EXPECT_TRUE(reading.close().has_value());
    };
    std::jthread first(member), second(member);
    first.join();
    second.join();

    std::map<std::string, std::vector<int>> expected;
    for (int i = 0; i < records; ++i)
        expected[std::to_string(i % keys)].push_back(i);
    EXPECT_EQ(seen, expected);

    admin managing(shared);
    std::int64_t committed = 0;
    for (const auto& [place, next] : managing.list_group_offsets(group).get())
        committed += next.offset;
    EXPECT_EQ(committed, records);
    for (auto& [id, verdict] : managing.delete_groups({group}).get())
        verdict.value();
}

INSTANTIATE_TEST_SUITE_P(main_job, group_of_two,
                         ::testing::Values(way_to_share{"automatic", group_protocol::automatic},
                                           way_to_share{"classic", group_protocol::classic},
                                           way_to_share{"sticky",
                                                        group_protocol::classic,
                                                        {assignment_strategy::sticky}},
                                           way_to_share{"cooperative",
                                                        group_protocol::classic,
                                                        {assignment_strategy::cooperative_sticky}}),
                         [](const auto& p) { return std::string(p.param.name); });

TEST(main_job, a_topic_that_does_not_exist_is_named_in_the_error_within_max_block) {
    producer sending(connection(), {.max_block = 1s});
    const std::string topic = fresh_name("missing");
    const auto failed = sending.send({.topic = topic, .value = "x"}).result();
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error(), broker_errc::unknown_topic_or_partition);
    EXPECT_EQ(failed.error().message(),
              "topic " + topic + " does not exist on this cluster; create it, or check the name");
}

} // namespace
} // namespace kcpp::integration
