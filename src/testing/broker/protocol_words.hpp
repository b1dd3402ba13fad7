#pragma once

#include <cstdint>

namespace kcpp::testing {

// What a client may do where there is no authorizer: one bit for each AclOperation.
constexpr std::int32_t all_of_topic = 0b1101'1111'1000, all_of_cluster = 0b1'1111'1010'0000;

// Where the value of a config comes from, as DescribeConfigs and CreateTopics say it.
constexpr std::int8_t from_topic = 1, from_broker_file = 4, from_default = 5;

} // namespace kcpp::testing
