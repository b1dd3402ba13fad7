#include "admin/verdict_sheet.hpp"

#include <gtest/gtest.h>

namespace kcpp::administration {
namespace {

constexpr auto ok = std::int16_t{0};
constexpr auto number(broker_errc code) {
    return static_cast<std::int16_t>(code);
}

class verdict_sheet_test : public ::testing::Test {
protected:
    verdict_sheet_test() {
        for (const std::string name : {"a", "b", "c"})
            sheet.add(name, {name, "create topic " + name, name});
    }
    std::vector<item_index> everything() const { return {0, 1, 2}; }

    verdict_sheet<void> sheet{"CreateTopics", network::effect::lasting,
                              broker_errc::topic_already_exists};
};

TEST_F(verdict_sheet_test, is_settled_when_every_item_has_a_verdict_that_lasts) {
    EXPECT_EQ(sheet.open(), everything());
    sheet.begin_answer(1);
    sheet.judge(2, ok, {});
    sheet.judge(0, number(broker_errc::not_controller), {});
    sheet.judge(1, number(broker_errc::invalid_config), "no such config.");
    sheet.end_answer(everything());
    EXPECT_EQ(sheet.open(), std::vector<item_index>{0})
        << "a passing reason: it is asked for again";
    sheet.begin_answer(2);
    sheet.judge(0, ok, {});
    EXPECT_TRUE(sheet.settled());
    const auto verdicts = sheet.verdicts_in_order();
    ASSERT_EQ(verdicts.size(), 3u);
    EXPECT_EQ(verdicts[0].first, "a");
    EXPECT_TRUE(verdicts[0].second);
    EXPECT_EQ(verdicts[1].second.error(), broker_errc::invalid_config);
    EXPECT_EQ(
        verdicts[1].second.error().message(),
        "create topic b: INVALID_CONFIG: no such config; check the name and value of each config");
    EXPECT_EQ(verdicts[1].second.error().topic(), "b");
    EXPECT_EQ(verdicts[1].second.error().broker(), 1);
}

TEST_F(verdict_sheet_test, a_code_of_the_future_keeps_its_number) {
    sheet.begin_answer(1);
    sheet.judge(0, 9999, {});
    EXPECT_EQ(sheet.verdicts_in_order()[0].second.error().message(),
              "create topic a: error code 9999: this client is too old to know what it means");
}

TEST_F(verdict_sheet_test, an_item_that_the_answer_leaves_out_fails) {
    sheet.begin_answer(1);
    sheet.judge(0, ok, {});
    sheet.end_answer(everything());
    EXPECT_TRUE(sheet.settled());
    const auto verdicts = sheet.verdicts_in_order();
    EXPECT_EQ(verdicts[1].second.error(), client_errc::protocol_error);
    EXPECT_TRUE(verdicts[1].second.error().unknown_outcome());
}

TEST_F(verdict_sheet_test, names_that_are_given_twice_are_refused_all) {
    sheet.add("a", {"a", "create topic a", "a"});
    EXPECT_EQ(sheet.open(), (std::vector<item_index>{1, 2}));
    const auto first = sheet.verdicts_in_order()[0].second;
    const auto last = sheet.verdicts_in_order()[3].second;
    EXPECT_EQ(first.error(), client_errc::invalid_argument);
    EXPECT_EQ(last.error(), client_errc::invalid_argument);
}

TEST_F(verdict_sheet_test, what_is_said_of_a_settled_item_does_not_count) {
    sheet.reject(0, "never");
    sheet.begin_answer(1);
    sheet.judge(0, ok, {});
    sheet.judge(1, ok, {});
    sheet.judge(1, number(broker_errc::invalid_config), {});
    EXPECT_FALSE(sheet.verdicts_in_order()[0].second);
    EXPECT_TRUE(sheet.verdicts_in_order()[1].second);
}

TEST_F(verdict_sheet_test, the_operation_fails_as_a_whole_only_if_no_broker_could_be_asked) {
    sheet.fail(everything(), error(client_errc::connect_failed, "cannot connect"));
    EXPECT_EQ(sheet.open().size(), 3u) << "that may pass";
    sheet.give_up(error(client_errc::timed_out, "not done within 10 s"));
    ASSERT_TRUE(sheet.unreachable());
    EXPECT_EQ(*sheet.unreachable(), client_errc::connect_failed);
    EXPECT_EQ(sheet.unreachable()->message(), "CreateTopics: cannot connect");

    sheet.begin_answer(1);
    EXPECT_FALSE(sheet.unreachable());
}

TEST_F(verdict_sheet_test, a_lost_answer_is_an_unknown_outcome_if_nothing_clears_it_up) {
    sheet.fail({{0, 1}}, error::unknown_outcome(client_errc::connection_lost, "lost"));
    sheet.begin_answer(1);
    sheet.judge(0, number(broker_errc::topic_already_exists), {});
    sheet.judge(2, number(broker_errc::topic_already_exists), {});
    sheet.give_up(error(client_errc::timed_out, "not done within 10 s"));
    const auto verdicts = sheet.verdicts_in_order();
    EXPECT_TRUE(verdicts[0].second.error().unknown_outcome()) << "perhaps we made it";
    EXPECT_EQ(verdicts[0].second.error(), broker_errc::topic_already_exists);
    EXPECT_TRUE(verdicts[1].second.error().unknown_outcome()) << "no second answer came";
    EXPECT_FALSE(verdicts[2].second.error().unknown_outcome()) << "it was never asked for before";
    EXPECT_FALSE(sheet.unreachable());
}

TEST_F(verdict_sheet_test, a_lost_answer_is_cleared_up_by_success) {
    sheet.fail({{0}}, error::unknown_outcome(client_errc::connection_lost, "lost"));
    sheet.begin_answer(1);
    sheet.judge(0, ok, {});
    EXPECT_TRUE(sheet.verdicts_in_order()[0].second);
}

TEST_F(verdict_sheet_test, a_broker_that_gave_up_waiting_may_finish_all_the_same) {
    sheet.begin_answer(1);
    sheet.judge(0, number(broker_errc::request_timed_out), {});
    sheet.give_up(error(client_errc::timed_out, "not done within 10 s"));
    const auto verdicts = sheet.verdicts_in_order();
    const error& why = verdicts[0].second.error();
    EXPECT_EQ(why, broker_errc::request_timed_out);
    EXPECT_TRUE(why.unknown_outcome());
}

TEST(verdict_sheet, reading_never_has_an_unknown_outcome) {
    verdict_sheet<int> sheet("Metadata");
    sheet.add("a", {"a", "describe topic a", "a"});
    sheet.begin_answer(1);
    sheet.refuse(0, number(broker_errc::request_timed_out));
    sheet.end_answer(std::vector<item_index>{0});
    sheet.give_up(error(client_errc::timed_out, "not done within 10 s"));
    EXPECT_FALSE(sheet.verdicts_in_order()[0].second.error().unknown_outcome());
}

TEST(verdict_sheet, values_stay_with_their_items) {
    verdict_sheet<int> sheet("Metadata");
    for (const std::string name : {"a", "b"})
        sheet.add(name, {name, "describe topic " + name, name});
    sheet.accept(1, 11);
    sheet.accept(0, 10);
    const auto verdicts = sheet.verdicts_in_order();
    EXPECT_EQ(*verdicts[0].second, 10);
    EXPECT_EQ(*verdicts[1].second, 11);
}

TEST(verdict_sheet, without_items_is_settled) {
    verdict_sheet<void> sheet("CreateTopics");
    EXPECT_TRUE(sheet.settled());
    EXPECT_FALSE(sheet.unreachable());
    EXPECT_TRUE(sheet.verdicts_in_order().empty());
}

} // namespace
} // namespace kcpp::administration
