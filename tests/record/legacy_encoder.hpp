#pragma once

#include "record/compression/codec.hpp"
#include "test_bytes.hpp"

/// Message sets of format 0 and 1, for tests only: kcpp reads them and never writes them.
namespace kcpp::record::test {

inline void append(byte_vector& to, std::span<const std::byte> bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
}

template <class T>
void append_be(byte_vector& to, T value) {
    std::byte bytes[sizeof(T)];
    wire::store_be(bytes, value);
    append(to, bytes);
}

inline void append_sized(byte_vector& to, const text_or_null& text) {
    append_be(to, text ? static_cast<std::int32_t>(text->size()) : -1);
    if (text) append(to, std::as_bytes(std::span(*text)));
}

inline byte_vector encode_legacy(std::int8_t magic, const test_record& r,
                                 std::int8_t attributes = 0) {
    byte_vector body;
    append_be(body, magic);
    append_be(body, attributes);
    if (magic == 1) append_be(body, r.time);
    append_sized(body, r.key);
    append_sized(body, r.value);

    byte_vector entry;
    append_be(entry, r.offset);
    append_be(entry, static_cast<std::int32_t>(body.size() + sizeof(std::uint32_t)));
    append_be(entry, wire::crc32(body));
    append(entry, body);
    return entry;
}

/// Puts a message set into a compressed message.
inline byte_vector wrap_legacy(std::int8_t magic, compression codec, std::int64_t offset,
                               std::int64_t time, std::span<const std::byte> set,
                               std::int8_t attributes = 0) {
    growing_buffer packed;
    compress(codec, {}, set, packed);
    const std::string value(reinterpret_cast<const char*>(packed.data()), packed.size());
    return encode_legacy(magic, {offset, time, {}, value, {}},
                         static_cast<std::int8_t>(attributes | static_cast<int>(codec)));
}

} // namespace kcpp::record::test
