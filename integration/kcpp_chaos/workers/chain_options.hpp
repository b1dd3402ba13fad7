#pragma once

#include "timed_log.hpp"
#include "worker.hpp"

#include <kcpp/client_options.hpp>
#include <kcpp/producer_options.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace chaos {

/// How the programs of a chain reach the cluster, by --bootstrap, --request-timeout-ms and --log.
inline kcpp::client_options chain_connection(const settings& s, std::string name) {
    return {.bootstrap_servers = s.text("bootstrap"),
            .client_id = std::move(name),
            .request_timeout = std::chrono::milliseconds(s.number("request-timeout-ms")),
            .logger = std::make_shared<timed_log>(s.text("log"))};
}

/// How they write. What follows a record that was given up would be out of order, so none is given
/// up while brokers are missing: not in --delivery-timeout-ms, and not on closing either.
inline kcpp::producer_options chain_writing(const settings& s) {
    const std::chrono::milliseconds timeout(s.number("delivery-timeout-ms"));
    return {.delivery_timeout = timeout, .max_block = timeout, .close_timeout = timeout};
}

} // namespace chaos
