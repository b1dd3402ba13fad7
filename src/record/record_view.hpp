#pragma once

#include "wire/varint.hpp"

#include <kcpp/bytes.hpp>
#include <kcpp/headers.hpp>
#include <kcpp/types.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>

namespace kcpp::record {

/// The headers of a record, parsed while they are walked; no memory of their own. The reader has
/// checked their lengths before it handed out the record, and the walk checks them again as it
/// goes.
class header_range {
public:
    class iterator {
    public:
        using value_type = header;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::forward_iterator_tag;

        iterator() noexcept = default;
        iterator(std::span<const std::byte> encoded, std::size_t left) noexcept;

        const header& operator*() const noexcept { return current_; }
        const header* operator->() const noexcept { return &current_; }
        iterator& operator++() noexcept;
        iterator operator++(int) noexcept {
            iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const iterator& a, const iterator& b) noexcept {
            return a.left_ == b.left_;
        }

    private:
        void parse() noexcept;

        std::span<const std::byte> rest_;
        std::size_t left_ = 0;
        header current_;
    };

    header_range() noexcept = default;
    header_range(std::span<const std::byte> encoded, std::size_t count) noexcept
        : encoded_(encoded), count_(count) {}

    std::size_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    /// The bytes that are walked.
    std::span<const std::byte> encoded() const noexcept { return encoded_; }
    iterator begin() const noexcept {
        return count_ == 0 ? iterator() : iterator(encoded_, count_);
    }
    iterator end() const noexcept { return {}; }

private:
    std::span<const std::byte> encoded_;
    std::size_t count_ = 0;
};

/// Reads one header from [from, end) and returns the byte after it; nullptr if it does not fit.
const std::byte* parse_header(const std::byte* from, const std::byte* end, header& out) noexcept;

/// A record as it lies in its batch. Views into the batch's bytes, or into the reader's scratch if
/// the batch was compressed.
struct record_view {
    std::int64_t offset = 0;
    kcpp::timestamp time{}; ///< -1 ms where the format had none (magic 0)
    bytes_view key;
    bytes_view value;
    header_range headers;
};

} // namespace kcpp::record
