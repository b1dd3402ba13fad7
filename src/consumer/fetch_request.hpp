#pragma once

#include "consumer/partition_table.hpp"
#include "protocol/fetch.hpp"

#include <kcpp/consumer_options.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace kcpp::consuming {

/// The request for a plan, in its order. Outside of any fetch session.
protocol::fetch::request fetch_request(const fetch_plan& plan, const consumer_options& options,
                                       const std::string& rack, std::chrono::milliseconds max_wait,
                                       std::int32_t max_bytes);

/// From version 13 on a fetch names topics by id, and must know that of each (L9).
std::int16_t newest_fetch_version(const fetch_plan& plan);

} // namespace kcpp::consuming
