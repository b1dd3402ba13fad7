#include "wire/uuid.hpp"

namespace kcpp::wire {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t text_size = 22;

} // namespace

std::string to_string(const uuid& id) {
    std::string text;
    text.reserve(text_size);
    std::uint32_t bits = 0;
    int held = 0;
    for (const std::uint8_t byte : id.bytes) {
        bits = bits << 8 | byte;
        for (held += 8; held >= 6; held -= 6)
            text += alphabet[bits >> (held - 6) & 63];
    }
    text += alphabet[bits << (6 - held) & 63]; // 128 bits leave two over
    return text;
}

std::optional<uuid> parse_uuid(std::string_view text) noexcept {
    if (text.size() != text_size) return std::nullopt;
    uuid id;
    std::size_t filled = 0;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const std::size_t digit = alphabet.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        id.bytes[filled++] = static_cast<std::uint8_t>(bits >> held);
    }
    const bool padded_with_zero = (bits & ((1u << held) - 1)) == 0;
    return padded_with_zero ? std::optional(id) : std::nullopt;
}

} // namespace kcpp::wire
