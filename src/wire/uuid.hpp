#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kcpp::wire {

/// A topic id, member id or directory id (KIP-516): 16 bytes in network order. All zero means
/// "none".
struct uuid {
    std::array<std::uint8_t, 16> bytes{};

    constexpr bool is_zero() const noexcept { return *this == uuid{}; }

    friend constexpr bool operator==(const uuid&, const uuid&) noexcept = default;
    friend constexpr auto operator<=>(const uuid&, const uuid&) noexcept = default;
};

/// 22 characters of unpadded base64url, as Kafka prints ids: "AAAAAAAAAAAAAAAAAAAAAA" for zero.
std::string to_string(const uuid& id);

/// Reads what `to_string` writes; nothing for any other text.
std::optional<uuid> parse_uuid(std::string_view text) noexcept;

} // namespace kcpp::wire

template <>
struct std::hash<kcpp::wire::uuid> {
    std::size_t operator()(const kcpp::wire::uuid& id) const noexcept {
        std::uint64_t half[2];
        std::memcpy(half, id.bytes.data(), sizeof half);
        return static_cast<std::size_t>((half[0] ^ (half[1] >> 29)) * 0x9e3779b97f4a7c15u ^
                                        half[1]);
    }
};
