#pragma once

#include "wire/buffer.hpp"

#include <kcpp/types.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace kcpp::testing {

/// The head of a record batch of format 2, read by code of the brokers' own: should the client's
/// code err, they do not err alike.
struct batch_header {
    static constexpr std::size_t size = 61;
    static constexpr std::int16_t append_time_bit = 8;

    std::int64_t base_offset = 0;
    std::int32_t length = 0; ///< of what follows this field
    std::int32_t leader_epoch = -1;
    std::int8_t magic = 0;
    std::uint32_t crc = 0;
    std::int16_t attributes = 0;
    std::int32_t last_offset_delta = 0;
    std::int64_t base_timestamp = 0;
    std::int64_t max_timestamp = 0;
    std::int64_t producer_id = -1;
    std::int16_t producer_epoch = -1;
    std::int32_t base_sequence = -1;
    std::int32_t record_count = 0;

    std::int64_t last_offset() const noexcept { return base_offset + last_offset_delta; }
    std::int64_t next_offset() const noexcept { return last_offset() + 1; }
    /// Wraps after 2^31-1, as sequences do.
    std::int32_t last_sequence() const noexcept;
    kcpp::compression codec() const noexcept { return kcpp::compression(attributes & 7); }
    bool append_time() const noexcept { return (attributes & append_time_bit) != 0; }
    bool transactional() const noexcept { return (attributes & 16) != 0; }
    bool control() const noexcept { return (attributes & 32) != 0; }
    bool idempotent() const noexcept { return producer_id >= 0; }
};

/// A batch in a log: its bytes as they are served, and their head. Copies share the bytes.
struct log_batch {
    wire::shared_buffer bytes;
    batch_header header;

    std::size_t size() const noexcept { return bytes.size(); }
};

/// Nothing if there are too few bytes.
std::optional<batch_header> read_batch_header(std::span<const std::byte> bytes) noexcept;

/// Over what a batch's CRC covers; for whole batches only.
std::uint32_t crc_of(std::span<const std::byte> batch) noexcept;

/// A copy as it goes into the log: offsets from `base_offset` on, and, where the topic says so, the
/// time of the append. `latest_ms` is the latest record's time, where somebody looked: whatever the
/// producer wrote into the head, the broker corrects it.
log_batch place_in_log(std::span<const std::byte> produced, std::int64_t base_offset,
                       std::int32_t leader_epoch, std::optional<std::int64_t> append_time_ms,
                       std::optional<std::int64_t> latest_ms = {});

} // namespace kcpp::testing
