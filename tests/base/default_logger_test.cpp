#include "base/default_logger.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

using kcpp::log_level;
using testing::internal::CaptureStderr;
using testing::internal::GetCapturedStderr;

namespace {

constexpr std::array all_levels = {log_level::error, log_level::warning, log_level::info,
                                   log_level::debug, log_level::trace};

std::string captured(kcpp::logger& to, const kcpp::log_entry& entry) {
    CaptureStderr();
    to.write(entry);
    return GetCapturedStderr();
}

} // namespace

TEST(default_logger, writes_one_line_per_entry) {
    kcpp::base::stderr_logger logger(log_level::warning);
    EXPECT_EQ(captured(logger, {.level = log_level::warning,
                                .component = "network",
                                .client_id = "billing",
                                .message = "lost broker 2"}),
              "kcpp warning network billing: lost broker 2\n");
}

TEST(default_logger, keeps_an_entry_on_its_line_whatever_it_says) {
    EXPECT_EQ(kcpp::base::log_line({.level = log_level::error,
                                    .component = "network",
                                    .client_id = "billing",
                                    .message = "the broker says \"a\nkcpp error b\r\x1b[2J\x7f\""}),
              "kcpp error network billing: the broker says \"a kcpp error b  [2J \"\n");
}

TEST(default_logger, keeps_letters_beyond_ascii) {
    EXPECT_EQ(kcpp::base::log_line({.level = log_level::info,
                                    .component = "network",
                                    .client_id = "büro",
                                    .message = "→"}),
              "kcpp info network büro: →\n");
}

TEST(default_logger, is_enabled_from_its_level_down) {
    const kcpp::base::stderr_logger logger(log_level::info);
    EXPECT_TRUE(logger.enabled(log_level::error));
    EXPECT_TRUE(logger.enabled(log_level::info));
    EXPECT_FALSE(logger.enabled(log_level::debug));
}

TEST(default_logger, knows_each_level_by_its_name) {
    for (const log_level level : all_levels) {
        EXPECT_EQ(kcpp::base::parse_log_level(kcpp::base::name_of(level)), level);
    }
    EXPECT_EQ(kcpp::base::parse_log_level("debug"), log_level::debug);
    EXPECT_EQ(kcpp::base::parse_log_level("verbose"), std::nullopt);
    EXPECT_EQ(kcpp::base::parse_log_level(""), std::nullopt);
}

TEST(default_logger, warns_unless_the_environment_says_otherwise) {
    const auto unset = kcpp::base::logger_from_environment(nullptr);
    EXPECT_TRUE(unset->enabled(log_level::warning));
    EXPECT_FALSE(unset->enabled(log_level::info));
    EXPECT_TRUE(kcpp::base::logger_from_environment("debug")->enabled(log_level::debug));
    EXPECT_FALSE(kcpp::base::logger_from_environment("error")->enabled(log_level::warning));
}

TEST(default_logger, complains_about_a_level_that_is_none_and_warns_as_ever) {
    CaptureStderr();
    const auto logger = kcpp::base::logger_from_environment("verbose");
    const std::string said = GetCapturedStderr();
    EXPECT_EQ(said, "kcpp warning log: KCPP_LOG is \"verbose\", which is not a level; say error, "
                    "warning, info, debug or trace\n");
    EXPECT_TRUE(logger->enabled(log_level::warning));
    EXPECT_FALSE(logger->enabled(log_level::info));
}

TEST(default_logger, is_one_for_the_whole_process) {
    EXPECT_EQ(kcpp::default_logger(), kcpp::default_logger());
}
