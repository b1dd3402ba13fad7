#pragma once

#include "testing/model/topic_configs.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace kcpp::testing {

/// What IncrementalAlterConfigs does to a config; the last two are for lists.
enum class config_operation : std::int8_t { set = 0, remove = 1, append = 2, subtract = 3 };

struct config_change {
    std::string name;
    config_operation operation = config_operation::set;
    std::optional<std::string> value;
};

/// Changes `configs`, or says why not.
verdict apply(const config_change& change, topic_configs& configs);

} // namespace kcpp::testing
