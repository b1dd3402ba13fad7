#pragma once

#include "consumer/fetch_session.hpp"
#include "consumer/partition_table.hpp"
#include "protocol/fetch.hpp"

#include <kcpp/consumer_options.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace kcpp::consuming {

/// The request that says this, in its order. `rack`: empty to be served by leaders only.
protocol::fetch::request fetch_request(const fetch_session::message& say,
                                       const consumer_options& options, const std::string& rack,
                                       std::chrono::milliseconds max_wait, std::int32_t max_bytes);

/// Leaves out what brokers of that version cannot be told.
void adapt_fetch(protocol::fetch::request& request, std::int16_t version);

/// From version 13 on a fetch names topics by id, and must know that of each (L9).
bool knows_all_ids(const fetch_plan& plan);
std::int16_t newest_fetch_version(const fetch_plan& plan);

} // namespace kcpp::consuming
