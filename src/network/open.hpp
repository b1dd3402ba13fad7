#pragma once

#include "network/connection.hpp"

#include <kcpp/result.hpp>

#include <memory>

namespace kcpp::network {

/// How ApiVersions is asked: brokers that don't know a version answer in version 0; a few hang up
/// instead, and are asked in version 0 from then on (KIP-511; Azure Event Hubs).
enum class greeting { newest, plain };

/// Looks the name up, tries each of its addresses in turn, and asks for ApiVersions; all before
/// `until`. (KIP-302) From when it is connected, `underway` holds the connection: closing it ends
/// the greeting.
runtime::task<result<std::shared_ptr<connection>>> open(const environment& env, endpoint where,
                                                        greeting how, runtime::time_point until,
                                                        std::shared_ptr<connection>& underway);

} // namespace kcpp::network
