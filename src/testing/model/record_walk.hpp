#pragma once

#include "testing/model/batch.hpp"

#include <kcpp/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace kcpp::testing {

/// A record in an uncompressed batch; views into its bytes.
struct walked_record {
    std::int32_t offset_delta = 0;
    std::int64_t time_ms = 0;
    bytes_view key;
    bytes_view value;
    std::vector<std::pair<std::string_view, bytes_view>> headers;
};

/// Steps through the records of an uncompressed batch, one by one, and stops where they make no
/// sense.
class record_walk {
public:
    record_walk(std::span<const std::byte> batch, const batch_header& head);

    std::optional<walked_record> next();
    /// Number of the record that `next` gave last.
    std::int32_t index() const noexcept { return seen_ - 1; }
    /// True once every record was given and no byte is left.
    bool complete() const noexcept {
        return !broken_ && seen_ == head_.record_count && at_ == end_;
    }

private:
    bool read(walked_record& into);
    std::int64_t number();
    bytes_view sequence();

    batch_header head_;
    const std::byte* at_;
    const std::byte* end_;
    std::int32_t seen_ = 0;
    bool broken_ = false;
};

} // namespace kcpp::testing
