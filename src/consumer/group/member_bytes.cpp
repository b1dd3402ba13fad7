#include "consumer/group/member_bytes.hpp"

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

member_bytes write_assignment(const std::vector<topic_partition>& partitions) {
    std::map<std::string, std::vector<std::int32_t>> by_topic;
    for (const topic_partition& p : partitions)
        by_topic[p.topic].push_back(p.partition);
    api::assignment message;
    for (auto& [topic, indexes] : by_topic) {
        api::topic_partitions of_topic;
        of_topic.topic = topic;
        of_topic.partitions = std::move(indexes);
        message.assigned_partitions.push_back(std::move(of_topic));
    }
    return write(message);
}

std::optional<std::vector<topic_partition>> read_assignment(std::span<const std::byte> bytes) {
    std::vector<topic_partition> partitions;
    if (bytes.empty()) return partitions;
    const auto message = read<api::assignment>(bytes);
    if (!message) return std::nullopt;
    for (const auto& of_topic : message->assigned_partitions)
        for (std::int32_t index : of_topic.partitions)
            partitions.push_back({of_topic.topic, index});
    return partitions;
}

} // namespace kcpp::consuming
