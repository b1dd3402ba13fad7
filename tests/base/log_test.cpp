#include "base/log.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <new>
#include <string>
#include <vector>

namespace {

struct kept_entry {
    kcpp::log_level level;
    std::string component;
    std::string client_id;
    std::string message;
    friend bool operator==(const kept_entry&, const kept_entry&) = default;
};

class keeping_logger final : public kcpp::logger {
public:
    explicit keeping_logger(kcpp::log_level least) : least_(least) {}
    bool enabled(kcpp::log_level level) const noexcept override { return level <= least_; }
    void write(const kcpp::log_entry& e) noexcept override {
        entries.push_back(
            {e.level, std::string(e.component), std::string(e.client_id), std::string(e.message)});
    }
    std::vector<kept_entry> entries;

private:
    kcpp::log_level least_;
};

} // namespace

TEST(component_log, gives_each_level_to_the_logger_with_its_component_and_client) {
    const auto kept = std::make_shared<keeping_logger>(kcpp::log_level::trace);
    const kcpp::base::component_log log(kept, "network", "billing");
    log.error("a", 1);
    log.warning("b");
    log.info("c");
    log.debug("d");
    log.trace("e");
    const std::vector<kept_entry> expected = {{kcpp::log_level::error, "network", "billing", "a1"},
                                              {kcpp::log_level::warning, "network", "billing", "b"},
                                              {kcpp::log_level::info, "network", "billing", "c"},
                                              {kcpp::log_level::debug, "network", "billing", "d"},
                                              {kcpp::log_level::trace, "network", "billing", "e"}};
    EXPECT_EQ(kept->entries, expected);
}

TEST(component_log, writes_nothing_the_logger_does_not_want) {
    const auto kept = std::make_shared<keeping_logger>(kcpp::log_level::warning);
    const kcpp::base::component_log log(kept, "network", "billing");
    EXPECT_TRUE(log.enabled(kcpp::log_level::warning));
    EXPECT_FALSE(log.enabled(kcpp::log_level::info));
    log.info("nobody asked");
    EXPECT_TRUE(kept->entries.empty());
}

TEST(component_log, speaks_for_another_component_of_the_same_client) {
    const auto kept = std::make_shared<keeping_logger>(kcpp::log_level::info);
    const kcpp::base::component_log log(kept, "network", "billing");
    log.for_component("metadata").info("refreshed");
    const std::vector<kept_entry> expected = {
        {kcpp::log_level::info, "metadata", "billing", "refreshed"}};
    EXPECT_EQ(kept->entries, expected);
}

TEST(component_log, uses_the_default_logger_when_none_is_given) {
    const kcpp::base::component_log log(nullptr, "network", "billing");
    EXPECT_EQ(log.enabled(kcpp::log_level::error),
              kcpp::default_logger()->enabled(kcpp::log_level::error));
    EXPECT_TRUE(log.enabled(kcpp::log_level::error));
}
