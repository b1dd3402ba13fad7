#include "fake/fake_runtime.hpp"
#include "producer/bystander.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;

class bystander_test : public ::testing::Test, public logger {
protected:
    /// What was posted holds the bystander, and that the runtime.
    void TearDown() override { rt->run_now(); }

    bool enabled(log_level) const noexcept override { return true; }
    void write(const log_entry& entry) noexcept override { lines.emplace_back(entry.message); }

    /// This test is the logger; nothing of it outlives the test.
    std::shared_ptr<bystander> make(bystander::failure_hook hook = nullptr) {
        const std::shared_ptr<logger> me(std::shared_ptr<void>(), this);
        return std::make_shared<bystander>(rt, base::component_log(me, "producer", ""),
                                           std::move(hook));
    }

    std::shared_ptr<runtime::fake_runtime> rt = std::make_shared<runtime::fake_runtime>();
    std::vector<std::string> lines;
    const error refused{broker_errc::topic_authorization_failed,
                        "no",
                        {.topic = "orders", .partition = 3, .broker = 1}};
};

TEST_F(bystander_test, counts_until_asked_and_tells_why_the_first_one_failed) {
    const auto heard_by = make();
    EXPECT_TRUE(heard_by->take_unobserved());
    heard_by->unobserved(refused, 2);
    heard_by->unobserved(error(client_errc::timed_out, "late"), 1);
    const auto told = heard_by->take_unobserved();
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error(), broker_errc::topic_authorization_failed);
    EXPECT_EQ(told.error().message(), "3 records were not delivered, and nobody looked at the "
                                      "outcome; the first: no");
    EXPECT_EQ(told.error().topic(), "orders");
    EXPECT_EQ(told.error().partition(), 3);
    EXPECT_EQ(told.error().broker(), 1);
    EXPECT_TRUE(heard_by->take_unobserved());
}

TEST_F(bystander_test, calls_the_hook_for_each_record_on_the_io_thread) {
    int called = 0;
    const auto heard_by = make([&](const error& why) {
        EXPECT_TRUE(rt->on_io_thread());
        EXPECT_EQ(why, broker_errc::topic_authorization_failed);
        ++called;
    });
    heard_by->unobserved(refused, 3);
    EXPECT_EQ(called, 0) << "this is another thread";
    rt->run_now();
    EXPECT_EQ(called, 3);
    EXPECT_TRUE(lines.empty());
}

TEST_F(bystander_test, goes_on_after_a_hook_that_throws) {
    int called = 0;
    const auto heard_by = make([&](const error&) {
        if (++called == 1) throw std::runtime_error("mine");
        throw 42;
    });
    heard_by->unobserved(refused, 2);
    rt->run_now();
    EXPECT_EQ(lines, (std::vector<std::string>{
                         "on_unobserved_failure threw: mine",
                         "on_unobserved_failure threw something that is no std::exception"}));
}

TEST_F(bystander_test, writes_a_line_now_and_then) {
    const auto heard_by = make();
    const auto fail = [&](std::size_t records) {
        heard_by->unobserved(refused, records);
        rt->run_now();
    };
    fail(1);
    fail(20);
    rt->run_for(9s);
    fail(300);
    EXPECT_EQ(lines.size(), 1u);
    rt->run_for(1s);
    fail(4000);
    rt->run_for(10s);
    fail(1);
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(lines[0], "a record was not delivered, and nobody looked at its outcome: no");
    EXPECT_EQ(lines[1], "a record was not delivered (since the last line like this, 320 others "
                        "were not), and nobody looked at its outcome: no");
    EXPECT_NE(lines[2].find("3999 others"), std::string::npos) << lines[2];
}

} // namespace
} // namespace kcpp::producing
