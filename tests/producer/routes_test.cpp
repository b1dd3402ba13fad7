#include "producer/routes.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace kcpp::producing {
namespace {

std::shared_ptr<routes::table> table_of(std::initializer_list<std::string> topics) {
    auto table = std::make_shared<routes::table>();
    for (const std::string& name : topics)
        (*table)[name].topic = std::make_shared<topic_entry>(name);
    return table;
}

TEST(routes, nothing_is_known_at_first) {
    routes known;
    EXPECT_EQ(known.find("orders"), nullptr);
}

TEST(routes, what_was_published_is_found_and_replaced) {
    routes known;
    known.publish(table_of({"orders"}));
    ASSERT_NE(known.find("orders"), nullptr);
    EXPECT_EQ(known.find("orders")->topic->name, "orders");
    EXPECT_EQ(known.find("bills"), nullptr);
    known.publish(table_of({"bills"}));
    EXPECT_EQ(known.find("orders"), nullptr);
    EXPECT_NE(known.find("bills"), nullptr);
}

TEST(routes, two_producers_on_one_thread_do_not_see_each_others) {
    routes a, b;
    a.publish(table_of({"orders"}));
    b.publish(table_of({"bills"}));
    for (int i = 0; i < 3; ++i) {
        EXPECT_NE(a.find("orders"), nullptr);
        EXPECT_EQ(b.find("orders"), nullptr);
        EXPECT_NE(b.find("bills"), nullptr);
        EXPECT_EQ(a.find("bills"), nullptr);
    }
}

TEST(routes, a_producer_at_the_address_of_a_dead_one_starts_with_nothing) {
    std::optional<routes> known(std::in_place);
    known->publish(table_of({"orders"}));
    EXPECT_NE(known->find("orders"), nullptr);
    known.emplace();
    EXPECT_EQ(known->find("orders"), nullptr);
}

TEST(routes, a_thread_that_outlives_the_producer_ends_well) {
    std::thread late;
    {
        auto known = std::make_unique<routes>();
        known->publish(table_of({"orders"}));
        std::atomic<bool> seen = false;
        std::atomic<bool> over = false;
        late = std::thread([&, raw = known.get()] {
            EXPECT_NE(raw->find("orders"), nullptr);
            seen = true;
            seen.notify_all();
            over.wait(false);
        });
        seen.wait(false);
        known.reset();
        over = true;
        over.notify_all();
        late.join();
    }
}

} // namespace
} // namespace kcpp::producing
