#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace kcpp::base {

/// What an error code says about what to do, as far as that does not depend on the call. Two codes
/// are judged again where they arrive: INVALID_PRODUCER_EPOCH on Produce only ends the transaction,
/// INVALID_TXN_STATE is fatal on EndTxn only.
enum class error_traits : std::uint8_t {
    none = 0,
    retriable = 1,           ///< trying again may help
    refresh_metadata = 2,    ///< after asking for fresh metadata
    refresh_coordinator = 4, ///< after asking for the coordinator
    abortable = 8,           ///< the transaction must be aborted, the producer goes on (KIP-1050)
    fenced = 16,             ///< somebody took this producer's or member's place
    fatal_for_producer = 32, ///< the idempotent or transactional producer cannot go on
    fatal_for_member = 64,   ///< the group member cannot go on by itself
};

constexpr error_traits operator|(error_traits a, error_traits b) noexcept {
    return static_cast<error_traits>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}

/// One of Kafka's error codes (`org.apache.kafka.common.protocol.Errors`, 4.4.0).
struct kafka_error_info {
    std::int16_t code;
    std::string_view name; ///< Kafka's: "NOT_LEADER_OR_FOLLOWER"
    error_traits traits;
    std::string_view message; ///< a clause that says what is wrong

    constexpr bool is(error_traits wanted) const noexcept {
        return (static_cast<std::uint8_t>(traits) & static_cast<std::uint8_t>(wanted)) != 0;
    }
};

/// All of them, by ascending code, which starts at -1.
std::span<const kafka_error_info> kafka_errors() noexcept;

/// Nothing for a code that is newer than this table.
const kafka_error_info* find_kafka_error(int code) noexcept;

} // namespace kcpp::base
