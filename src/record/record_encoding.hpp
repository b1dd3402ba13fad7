#pragma once

#include "wire/varint.hpp"

#include <kcpp/bytes.hpp>
#include <kcpp/types.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// The parts of a record of format 2. Inline, because each record passes through all of them.
namespace kcpp::record::encoding {

inline constexpr std::int32_t null_length = -1;

inline std::size_t size_of(std::size_t bytes) noexcept {
    return wire::varint_size(static_cast<std::int32_t>(bytes)) + bytes;
}

inline std::size_t size_of(bytes_view bytes) noexcept {
    return bytes.is_null() ? wire::varint_size(null_length) : size_of(bytes.size());
}

inline std::byte* put(std::byte* to, const void* from, std::size_t size) noexcept {
    to = wire::put_varint(to, static_cast<std::int32_t>(size));
    std::memcpy(to, from, size);
    return to + size;
}

inline std::byte* put(std::byte* to, bytes_view bytes) noexcept {
    if (bytes.is_null()) return wire::put_varint(to, null_length);
    return put(to, bytes.data(), bytes.size());
}

inline std::byte* put(std::byte* to, std::string_view text) noexcept {
    if (text.empty()) return wire::put_varint(to, 0);
    return put(to, text.data(), text.size());
}

/// Timestamps may lie anywhere in 64 bits; their difference wraps, and wraps back in the reader.
inline std::int64_t difference(kcpp::timestamp a, kcpp::timestamp b) noexcept {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a.time_since_epoch().count()) -
                                     static_cast<std::uint64_t>(b.time_since_epoch().count()));
}

} // namespace kcpp::record::encoding
