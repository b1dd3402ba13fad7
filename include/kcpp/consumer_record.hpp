#pragma once

#include <kcpp/bytes.hpp>
#include <kcpp/headers.hpp>
#include <kcpp/record.hpp>
#include <kcpp/types.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

namespace kcpp::consuming {
struct record_access;
}

namespace [[gnu::visibility("default")]] kcpp {

/// The headers of a fetched record, read from the batch as they are asked for. A forward range of
/// `kcpp::header`.
class consumer_headers {
public:
    class iterator {
    public:
        using value_type = header;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::forward_iterator_tag;
        using iterator_category = std::input_iterator_tag; // what it gives is made, not referred to

        iterator() noexcept = default;
        iterator(std::span<const std::byte> rest, std::size_t left) noexcept
            : rest_(rest), left_(left) {
            read();
        }
        header operator*() const noexcept { return current_; }
        const header* operator->() const noexcept { return &current_; }
        iterator& operator++() noexcept {
            --left_;
            read();
            return *this;
        }
        iterator operator++(int) noexcept {
            iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const iterator& a, const iterator& b) noexcept {
            return a.left_ == b.left_;
        }

    private:
        void read() noexcept;

        std::span<const std::byte> rest_;
        std::size_t left_ = 0;
        header current_;
    };

    consumer_headers() noexcept = default;
    consumer_headers(std::span<const std::byte> encoded, std::size_t count) noexcept
        : encoded_(encoded), count_(count) {}

    iterator begin() const noexcept { return {encoded_, count_}; }
    iterator end() const noexcept { return {}; }
    std::size_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    /// The value of the last header of that name, as Java's `lastHeader`.
    std::optional<bytes_view> find(std::string_view name) const noexcept;

private:
    std::span<const std::byte> encoded_;
    std::size_t count_ = 0;
};

/// A record that was read: views into the batch it came in, valid until that batch is released
/// (`poll`) or until the next step of the loop (`records()`). `to_owned` makes a copy that lasts.
class consumer_record {
public:
    std::string_view topic() const noexcept { return topic_; }
    partition_id partition() const noexcept { return partition_; }
    offset_t offset() const noexcept { return offset_; }
    kcpp::timestamp timestamp() const noexcept { return timestamp_; }
    kcpp::timestamp_type timestamp_type() const noexcept { return timestamp_type_; }
    bytes_view key() const noexcept { return key_; }
    /// Null for a tombstone.
    bytes_view value() const noexcept { return value_; }
    const consumer_headers& headers() const noexcept { return headers_; }
    /// The epoch of the leader that wrote the batch, or -1 where unknown (KIP-320).
    std::int32_t leader_epoch() const noexcept { return leader_epoch_; }

    owned_record to_owned() const;

private:
    friend struct consuming::record_access;

    std::string_view topic_;
    partition_id partition_ = -1;
    std::int32_t leader_epoch_ = -1;
    offset_t offset_ = -1;
    kcpp::timestamp timestamp_{};
    kcpp::timestamp_type timestamp_type_ = kcpp::timestamp_type::create_time;
    bytes_view key_;
    bytes_view value_;
    consumer_headers headers_;
};

} // namespace kcpp
