#pragma once

#include <kcpp/bytes.hpp>
#include <kcpp/headers.hpp>
#include <kcpp/types.hpp>

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] kcpp {

/// Somebody else's headers, in order: a `kcpp::headers`, or any contiguous range of `kcpp::header`.
/// Never owns.
///
/// A braced list (`.headers = {{"trace", id}}`) lives until the end of the full expression: right
/// for a call such as `send`, not for a named record. With g++ 12 it cannot stand in an expression
/// with `co_await`: name an array there.
class headers_view {
public:
    constexpr headers_view() noexcept = default;
    headers_view(const kcpp::headers& owned KCPP_LIFETIMEBOUND) noexcept
        : list_(&owned), size_(owned.size()), at_([](const void* list, std::size_t i) {
              return (*static_cast<const kcpp::headers*>(list))[i];
          }) {}
    headers_view(std::initializer_list<header> list KCPP_LIFETIMEBOUND) noexcept
        : list_(list.begin()), size_(list.size()), at_(&in_array) {}
    /// Of what the span shows, which must live; the span itself need not.
    headers_view(std::span<const header> list) noexcept
        : list_(list.data()), size_(list.size()), at_(&in_array) {}
    template <class Range>
        requires(std::ranges::contiguous_range<const Range&> &&
                 std::ranges::sized_range<const Range&> &&
                 std::same_as<std::ranges::range_value_t<const Range&>, header>)
    headers_view(const Range& range KCPP_LIFETIMEBOUND) noexcept
        : list_(std::ranges::data(range)), size_(std::ranges::size(range)), at_(&in_array) {}

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    header operator[](std::size_t i) const { return at_(list_, i); }

    class iterator {
    public:
        using value_type = header;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;

        iterator() noexcept = default;
        iterator(const headers_view& of, std::size_t at) noexcept : of_(&of), at_(at) {}
        header operator*() const { return (*of_)[at_]; }
        iterator& operator++() noexcept {
            ++at_;
            return *this;
        }
        iterator operator++(int) noexcept {
            iterator before = *this;
            ++at_;
            return before;
        }
        friend bool operator==(const iterator& a, const iterator& b) noexcept {
            return a.at_ == b.at_;
        }

    private:
        const headers_view* of_ = nullptr;
        std::size_t at_ = 0;
    };
    iterator begin() const noexcept { return {*this, 0}; }
    iterator end() const noexcept { return {*this, size_}; }

private:
    static header in_array(const void* list, std::size_t i) {
        return static_cast<const header*>(list)[i];
    }

    const void* list_ = nullptr;
    std::size_t size_ = 0;
    header (*at_)(const void*, std::size_t) = nullptr;
};

/// A record to be sent. Holds views only: what they show must live until `send` returns, which
/// copies it out.
struct producer_record {
    std::string_view topic{};
    /// Decides the partition (murmur2, as the Java client) unless `partition` is given. Null is no
    /// key; empty is a key.
    bytes_view key{};
    /// Null is a tombstone: compaction removes the key.
    bytes_view value{};
    headers_view headers{};
    std::optional<partition_id> partition{};
    /// Default: the time of `send`.
    std::optional<kcpp::timestamp> timestamp{};
};

/// A record that owns its memory, for those that are kept.
struct owned_record {
    std::string topic{};
    std::optional<std::string> key{};
    std::optional<std::string> value{};
    kcpp::headers headers{};
    std::optional<partition_id> partition{};
    std::optional<kcpp::timestamp> timestamp{};

    /// The same record as views into this one.
    operator producer_record() const KCPP_LIFETIMEBOUND {
        return {.topic = topic,
                .key = key ? bytes_view(*key) : bytes_view(),
                .value = value ? bytes_view(*value) : bytes_view(),
                .headers = headers,
                .partition = partition,
                .timestamp = timestamp};
    }

    friend bool operator==(const owned_record&, const owned_record&) = default;
};

/// Where a record was stored.
struct record_metadata {
    /// Valid while the delivery callback runs, and as long as the producer lives.
    std::string_view topic{};
    partition_id partition = -1;
    /// -1 where the broker does not say: `acks::none`, and a duplicate of a record stored before.
    offset_t offset = -1;
    kcpp::timestamp timestamp{};

    friend bool operator==(const record_metadata&, const record_metadata&) = default;
};

} // namespace kcpp
