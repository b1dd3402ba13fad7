#pragma once

#include <kcpp/properties.hpp>

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kcpp::options {

/// Java has one level per codec; which of them counts is known once the codec is.
struct codec_levels {
    std::optional<int> gzip{};
    std::optional<int> lz4{};
    std::optional<int> zstd{};
};

/// Properties on their way to becoming options.
struct draft {
    properties options{};
    codec_levels levels{};
};

/// One row of the table: the spellings that set one field, and how.
struct supported_property {
    /// Java's first, then librdkafka's; the rest empty.
    std::array<std::string_view, 3> spellings;
    /// Says what it expected if `value` cannot be.
    std::optional<std::string> (*set)(std::string_view value, draft& to);
    /// Whether the field is the same in both. Rows that set the same field have the same function
    /// here.
    bool (*same)(const draft& a, const draft& b);
};

std::span<const supported_property> supported_properties() noexcept;

/// Nothing if no row has that spelling.
const supported_property* find_supported(std::string_view key) noexcept;

} // namespace kcpp::options
