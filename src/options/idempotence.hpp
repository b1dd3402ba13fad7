#pragma once

#include <kcpp/producer_options.hpp>

namespace kcpp::options {

/// Brokers remember that many batches of a producer and partition (KIP-98).
inline constexpr int most_in_flight_if_idempotent = 5;

/// Whether the other options allow idempotence.
constexpr bool allow_idempotence(const producer_options& p) noexcept {
    return p.acks == acks::all && p.max_in_flight <= most_in_flight_if_idempotent;
}

/// Whether this producer numbers its batches: as it says, or if the other options allow it.
constexpr bool is_idempotent(const producer_options& p) noexcept {
    return p.idempotence.value_or(allow_idempotence(p));
}

} // namespace kcpp::options
