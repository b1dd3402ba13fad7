#pragma once

#include <span>
#include <string_view>

namespace kcpp::options {

/// A property of Java's or librdkafka's that may stand in the file and does nothing here, because
/// what it tunes is not there to be tuned: results are the same with any value.
struct ignored_property {
    std::string_view name;
    /// Why any value is fine, for the reader of the table.
    std::string_view because;
};

/// A property of Java's or librdkafka's that asks for something kcpp does not do, or does not do
/// yet.
struct unsupported_property {
    /// One name, or a family of them: "ssl.*".
    std::string_view name;
    /// The value that asks for what kcpp does anyway, and is fine; upper and lower case mean the
    /// same.
    std::string_view harmless;
    /// What kcpp does, and what to do about it.
    std::string_view instead;

    bool covers(std::string_view key) const noexcept;
    bool takes(std::string_view value) const noexcept;
};

std::span<const ignored_property> ignored_properties() noexcept;
std::span<const unsupported_property> unsupported_properties() noexcept;

/// Nothing if there is no such row.
const ignored_property* find_ignored(std::string_view key) noexcept;
const unsupported_property* find_unsupported(std::string_view key) noexcept;

} // namespace kcpp::options
