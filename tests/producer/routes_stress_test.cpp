#include "producer/routes.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace kcpp::producing {
namespace {

/// A table of the generation `n`: topic "t" has a queue for each partition, and they only get more.
std::shared_ptr<routes::table> generation(topic_entry& owner, std::size_t n) {
    static const client_options options;
    while (owner.partitions.size() < n) {
        const auto index = static_cast<partition_id>(owner.partitions.size());
        owner.partitions.push_back(std::make_unique<partition_queue>(owner, index, options, false));
    }
    auto table = std::make_shared<routes::table>();
    route& to = (*table)["t"];
    for (const auto& queue : owner.partitions)
        to.partitions.push_back(queue.get());
    return table;
}

TEST(routes_stress, seven_threads_look_up_while_one_publishes) {
    constexpr std::size_t generations = 2000;
    topic_entry owner("t");
    routes known, other;
    other.publish(generation(owner, 1));
    std::atomic<bool> over = false;
    std::vector<std::thread> readers;
    for (int i = 0; i < 7; ++i) {
        readers.emplace_back([&, both = i % 2 == 0] {
            std::size_t seen = 0;
            while (!over) {
                if (both) {
                    const route* elsewhere = other.find("t");
                    ASSERT_NE(elsewhere, nullptr);
                    EXPECT_EQ(elsewhere->partitions.size(), 1u);
                }
                const route* to = known.find("t");
                const std::size_t now = to == nullptr ? 0 : to->partitions.size();
                EXPECT_GE(now, seen) << "an older table after a newer one";
                seen = now;
                if (now > 0) {
                    EXPECT_EQ(to->partitions.back()->index(), static_cast<partition_id>(now - 1));
                }
            }
            EXPECT_EQ(known.find("t")->partitions.size(), generations);
        });
    }
    for (std::size_t n = 1; n <= generations; ++n)
        known.publish(generation(owner, n));
    over = true;
    for (std::thread& reader : readers)
        reader.join();
}

} // namespace
} // namespace kcpp::producing
