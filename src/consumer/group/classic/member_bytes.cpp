#include "consumer/group/classic/member_bytes.hpp"

#include "protocol/codec.hpp"

#include <algorithm>
#include <map>

namespace kcpp::consuming {

namespace {

namespace api = protocol::consumer_protocol;

template <class Message>
member_bytes write(const Message& message) {
    wire::writer out;
    out.integer(Message::newest);
    protocol::encode(out, message, Message::newest);
    return {out.bytes().begin(), out.bytes().end()};
}

/// The one struct here that goes without its version: who reads it tries the newer one first.
struct sticky_user_data {
    static constexpr std::int16_t oldest = 0, newest = 1, flexible_since = protocol::never;

    std::vector<api::topic_partitions> previous_assignment;
    std::int32_t generation = -1;

    static constexpr protocol::field fields[] = {
        protocol::row<&sticky_user_data::previous_assignment>("previous_assignment",
                                                              protocol::since(0)),
        protocol::row<&sticky_user_data::generation>("generation", protocol::since(1)),
    };
};

std::vector<api::topic_partitions> by_topic(const std::vector<topic_partition>& partitions) {
    std::map<std::string, std::vector<std::int32_t>> indexes;
    for (const topic_partition& p : partitions)
        indexes[p.topic].push_back(p.partition);
    std::vector<api::topic_partitions> list;
    for (auto& [topic, of_topic] : indexes)
        list.push_back({topic, std::move(of_topic)});
    return list;
}

std::vector<topic_partition> one_by_one(const std::vector<api::topic_partitions>& list) {
    std::vector<topic_partition> partitions;
    for (const auto& of_topic : list)
        for (std::int32_t index : of_topic.partitions)
            partitions.push_back({of_topic.topic, index});
    return partitions;
}

/// A version that is newer than ours has our fields first, so what follows them is left alone.
template <class Message>
std::optional<Message> read(std::span<const std::byte> bytes) {
    wire::reader in(bytes);
    const auto version = in.integer<std::int16_t>();
    if (!in.ok() || version < Message::oldest) return std::nullopt;
    Message message;
    if (protocol::decode(message, in, std::min(version, Message::newest)) != wire::codec_error::ok)
        return std::nullopt;
    return message;
}

} // namespace

member_bytes write_subscription(const api::subscription& wanted) {
    return write(wanted);
}

std::optional<api::subscription> read_subscription(std::span<const std::byte> bytes) {
    return read<api::subscription>(bytes);
}

member_bytes write_previous(const previous_assignment& previous) {
    sticky_user_data message;
    message.previous_assignment = by_topic(previous.partitions);
    message.generation = previous.generation;
    wire::writer out;
    protocol::encode(out, message, sticky_user_data::newest);
    return {out.bytes().begin(), out.bytes().end()};
}

std::optional<previous_assignment> read_previous(std::span<const std::byte> bytes) {
    for (auto version = sticky_user_data::newest; version >= sticky_user_data::oldest; --version) {
        wire::reader in(bytes);
        sticky_user_data message;
        if (protocol::decode(message, in, version) == wire::codec_error::ok)
            return previous_assignment{one_by_one(message.previous_assignment), message.generation};
    }
    return std::nullopt;
}

void write_held(api::subscription& into, const previous_assignment& held) {
    into.owned_partitions = by_topic(held.partitions);
    into.generation_id = held.generation;
}

previous_assignment read_held(const api::subscription& wanted) {
    return {one_by_one(wanted.owned_partitions), wanted.generation_id};
}

void write_owned(api::subscription& into, const previous_assignment& owned) {
    write_held(into, owned);
    wire::writer out;
    out.integer(owned.generation);
    into.user_data.emplace(out.bytes().begin(), out.bytes().end());
}

previous_assignment read_owned(const api::subscription& wanted) {
    previous_assignment owned = read_held(wanted);
    if (owned.generation >= 0 || !wanted.user_data) return owned;
    wire::reader in(*wanted.user_data);
    const auto generation = in.integer<std::int32_t>();
    if (in.ok()) owned.generation = generation;
    return owned;
}

member_bytes write_assignment(const std::vector<topic_partition>& partitions,
                              std::span<const std::byte> user_data) {
    api::assignment message;
    message.assigned_partitions = by_topic(partitions);
    if (!user_data.empty()) message.user_data.emplace(user_data.begin(), user_data.end());
    return write(message);
}

std::optional<std::vector<topic_partition>> read_assignment(std::span<const std::byte> bytes) {
    if (bytes.empty()) return std::vector<topic_partition>();
    const auto message = read<api::assignment>(bytes);
    if (!message) return std::nullopt;
    return one_by_one(message->assigned_partitions);
}

member_bytes read_assigned_user_data(std::span<const std::byte> assignment) {
    const auto message = read<api::assignment>(assignment);
    if (!message || !message->user_data) return {};
    return {message->user_data->begin(), message->user_data->end()};
}

} // namespace kcpp::consuming
