#pragma once

#include <kcpp/client_options.hpp>
#include <kcpp/consumer_options.hpp>
#include <kcpp/error.hpp>
#include <kcpp/producer_options.hpp>

#include <optional>

namespace kcpp::options {

// What makes a client, producer or consumer impossible: the first option that cannot be, or that
// contradicts another, by its own name and Kafka's, and what to do about it
// (`client_errc::invalid_option`). Nothing: all is well.

std::optional<error> validate(const client_options& client);
std::optional<error> validate(const producer_options& producer, const client_options& client);
std::optional<error> validate(const consumer_options& consumer);
/// With what only the two together can get wrong.
std::optional<error> validate(const consumer_options& consumer, const client_options& client);

} // namespace kcpp::options
