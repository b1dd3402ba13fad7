#pragma once

#include "protocol/layout.hpp"
#include "wire/codec_error.hpp"
#include "wire/reader.hpp"
#include "wire/writer.hpp"

#include <cstdint>
#include <string>

namespace kcpp::protocol {

/// What the engine must know of a message.
struct message {
    const layout& (*table)();
    std::int16_t oldest;
    std::int16_t newest;
    std::int16_t flexible_since;
};

template <class Message>
inline constexpr message message_of{&layout_of<Message>, Message::oldest, Message::newest,
                                    Message::flexible_since};

/// The one codec, which knows messages by their tables only. Use the templates below, which know
/// the types.
namespace engine {
wire::codec_error decode(const message& what, void* into, wire::reader& in, std::int16_t version);
wire::codec_error encode(const message& what, wire::writer& out, const void* from,
                         std::int16_t version);
std::size_t encoded_size(const message& what, const void* from, std::int16_t version);
bool equal(const layout& table, const void* a, const void* b);
std::string print(const message& what, const void* from, std::int16_t version);
} // namespace engine

/// Reads one message and leaves the reader behind it. Whatever `into` held is lost; after an error
/// its content is unspecified. Members of type `records_view` point into the frame.
template <class Message>
wire::codec_error decode(Message& into, wire::reader& in, std::int16_t version) {
    into = Message{};
    return engine::decode(message_of<Message>, &into, in, version);
}

/// Reads a message that must take all of `bytes`.
template <class Message>
wire::codec_error decode(Message& into, std::span<const std::byte> bytes, std::int16_t version) {
    wire::reader in(bytes);
    decode(into, in, version);
    if (in.remaining() != 0) in.fail(wire::codec_error::trailing_bytes);
    return in.error();
}

/// Appends the message. After an error the writer is as it was.
template <class Message>
wire::codec_error encode(wire::writer& out, const Message& from, std::int16_t version) {
    return engine::encode(message_of<Message>, out, &from, version);
}

/// The bytes `encode` would append, gathered records included. For messages that `encode` accepts.
template <class Message>
std::size_t encoded_size(const Message& from, std::int16_t version) {
    return engine::encoded_size(message_of<Message>, &from, version);
}

/// Whether every field is the same, byte for byte.
template <class Message>
bool equal(const Message& a, const Message& b) {
    return engine::equal(layout_of<Message>(), &a, &b);
}

/// One line of JSON with the fields this version carries, named and formed as Kafka's own tools
/// print them. Records are told by their size only.
template <class Message>
std::string print(const Message& from, std::int16_t version) {
    return engine::print(message_of<Message>, &from, version);
}

} // namespace kcpp::protocol
