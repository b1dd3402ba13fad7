#pragma once

#include <cstdint>
#include <span>

namespace kcpp::protocol {

/// The APIs that kcpp speaks, by their number in the request header.
enum class api_key : std::int16_t {
    produce = 0,
    fetch = 1,
    list_offsets = 2,
    metadata = 3,
    offset_commit = 8,
    offset_fetch = 9,
    find_coordinator = 10,
    join_group = 11,
    heartbeat = 12,
    leave_group = 13,
    sync_group = 14,
    describe_groups = 15,
    list_groups = 16,
    sasl_handshake = 17,
    api_versions = 18,
    create_topics = 19,
    delete_topics = 20,
    init_producer_id = 22,
    offset_for_leader_epoch = 23,
    add_partitions_to_txn = 24,
    add_offsets_to_txn = 25,
    end_txn = 26,
    txn_offset_commit = 28,
    describe_configs = 32,
    sasl_authenticate = 36,
    create_partitions = 37,
    delete_groups = 42,
    incremental_alter_configs = 44,
    offset_delete = 47,
    describe_cluster = 60,
    consumer_group_heartbeat = 68,
    get_telemetry_subscriptions = 71,
    push_telemetry = 72,
    describe_topic_partitions = 75,
    share_group_heartbeat = 76,
    share_fetch = 78,
    share_acknowledge = 79,
};

/// What is known of an API when the type of its messages is not at hand.
struct api_info {
    api_key key;
    const char* name; ///< Kafka's, such as "Produce"
    std::int16_t oldest;
    std::int16_t newest; ///< that kcpp sends
    std::int16_t flexible_since;
};

/// Every API of `api_key`, by ascending key.
std::span<const api_info> every_api() noexcept;

/// Nothing for a key that is none of `api_key`.
const api_info* find_api(std::int16_t key) noexcept;

/// Kafka's name of an API, such as "Produce"; "unknown API" for a number that is none of the above.
const char* name(api_key key) noexcept;

// Every request and response says of itself: `api_key`, the versions `oldest` to `newest`, and
// `flexible_since`, the first version with compact lengths and tagged fields (KIP-482). A request
// also names its `response_type`. A request whose newest version Kafka marks as unstable says
// `latest_stable`. A response that can throttle says `throttled_since`: from this version on the
// broker answers at once and the client must wait by itself (KIP-219).

template <class Message>
inline constexpr api_key key_of = static_cast<api_key>(Message::api_key);

/// The newest version that kcpp sends.
template <class Request>
constexpr std::int16_t newest_sent() noexcept {
    if constexpr (requires { Request::latest_stable; })
        return Request::latest_stable;
    else
        return Request::newest;
}

/// The version of the header before a request.
template <class Request>
constexpr std::int16_t request_header_version(std::int16_t version) noexcept {
    return version >= Request::flexible_since ? 2 : 1;
}

/// The version of the header before a response. Before ApiVersions it is always 0: the client
/// cannot know yet what the broker speaks (KIP-511).
template <class Response>
constexpr std::int16_t response_header_version(std::int16_t version) noexcept {
    if (key_of<Response> == api_key::api_versions) return 0;
    return version >= Response::flexible_since ? 1 : 0;
}

/// For how many milliseconds the client must not send on the connection that brought this response
/// (KIP-219).
template <class Response>
constexpr std::int32_t throttle_ms(const Response& response, std::int16_t version) noexcept {
    if constexpr (requires { Response::throttled_since; })
        return version >= Response::throttled_since ? response.throttle_time_ms : 0;
    else
        return 0;
}

} // namespace kcpp::protocol
