#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp::cli {

struct wanted_topic {
    std::string name;
    std::int32_t partitions = 1;
};

/// What the words behind `kcpp sandbox` say.
struct sandbox_settings {
    std::int32_t brokers = 1;
    std::uint16_t port = 9092;
    std::vector<wanted_topic> topics;
    bool help = false;
};

/// Throws wrong_usage for words that make no sense.
sandbox_settings parse_sandbox(const std::vector<std::string_view>& arguments);

} // namespace kcpp::cli
