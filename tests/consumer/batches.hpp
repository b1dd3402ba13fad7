#pragma once

#include "record/batch_builder.hpp"
#include "record/batch_format.hpp"
#include "wire/crc32c.hpp"
#include "wire/endian.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Record batches for the tests of this folder: what a broker would send.
namespace kcpp::consuming::test {

using byte_vector = std::vector<std::byte>;

struct batch {
    offset_t base_offset = 0;
    std::vector<std::string> values{};
    kcpp::compression codec = kcpp::compression::none;
    std::int32_t leader_epoch = 3;
    std::optional<std::int64_t> transaction_of{};
    /// As if compaction had removed records from the end.
    std::int32_t removed_at_end = 0;

    byte_vector bytes() const {
        record::batch_builder builder(1 << 20);
        // The builder makes no empty batches; compaction does.
        const std::vector<std::string> stand_in{"removed"};
        for (const std::string& value : values.empty() ? stand_in : values) {
            const record::record_fields fields{
                timestamp(std::chrono::milliseconds(1000)), nullptr, value, {}};
            builder.append(fields, builder.measure(fields));
        }
        auto sealed = std::move(builder).seal(codec, std::nullopt);
        if (transaction_of)
            sealed.stamp({.producer_id = *transaction_of,
                          .producer_epoch = 0,
                          .base_sequence = 0,
                          .transactional = true});
        const auto made = sealed.bytes();
        byte_vector b(made.bytes.begin(), made.bytes.end());
        if (values.empty()) {
            b.resize(record::format::header_size);
            wire::store_be(b.data() + record::format::batch_length,
                           static_cast<std::int32_t>(b.size() - record::format::log_overhead));
            wire::store_be(b.data() + record::format::record_count, std::int32_t{0});
        }
        wire::store_be(b.data(), base_offset);
        wire::store_be(b.data() + record::format::partition_leader_epoch, leader_epoch);
        const auto last = static_cast<std::int32_t>(values.size()) - 1 + removed_at_end;
        wire::store_be(b.data() + record::format::last_offset_delta, last);
        wire::store_be(b.data() + record::format::crc,
                       wire::crc32c(std::span(b).subspan(record::format::attributes)));
        return b;
    }
};

/// The marker that ends a transaction.
inline byte_vector marker(offset_t at, std::int64_t producer_id, bool commit) {
    const std::byte key[] = {std::byte{0}, std::byte{0}, std::byte{0},
                             commit ? std::byte{1} : std::byte{0}};
    const std::byte value[] = {std::byte{0}, std::byte{0}, std::byte{0},
                               std::byte{0}, std::byte{0}, std::byte{0}};
    record::batch_builder builder(1 << 20);
    const record::record_fields fields{timestamp(std::chrono::milliseconds(1000)),
                                       bytes_view(key, sizeof key),
                                       bytes_view(value, sizeof value),
                                       {}};
    builder.append(fields, builder.measure(fields));
    auto sealed = std::move(builder).seal(compression::none, std::nullopt);
    sealed.stamp({.producer_id = producer_id,
                  .producer_epoch = 0,
                  .base_sequence = -1,
                  .transactional = true});
    const auto made = sealed.bytes();
    byte_vector b(made.bytes.begin(), made.bytes.end());
    wire::store_be(b.data(), at);
    constexpr std::int16_t control_and_transactional = 0x30;
    wire::store_be(b.data() + record::format::attributes, control_and_transactional);
    wire::store_be(b.data() + record::format::crc,
                   wire::crc32c(std::span(b).subspan(record::format::attributes)));
    return b;
}

inline byte_vector operator+(byte_vector a, const byte_vector& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

} // namespace kcpp::consuming::test
