#pragma once

#include <cstddef>
#include <cstdint>

/// Where the fields of a record batch of format 2 stand (all integers are big-endian).
namespace kcpp::record::format {

inline constexpr std::size_t base_offset = 0;             // int64
inline constexpr std::size_t batch_length = 8;            // int32, counts from the next byte on
inline constexpr std::size_t partition_leader_epoch = 12; // int32
inline constexpr std::size_t magic = 16;                  // int8, at the same place in every format
inline constexpr std::size_t crc = 17;                    // uint32, CRC-32C of all that follows
inline constexpr std::size_t attributes = 21;             // int16
inline constexpr std::size_t last_offset_delta = 23;      // int32
inline constexpr std::size_t base_timestamp = 27;         // int64
inline constexpr std::size_t max_timestamp = 35;          // int64
inline constexpr std::size_t producer_id = 43;            // int64
inline constexpr std::size_t producer_epoch = 51;         // int16
inline constexpr std::size_t base_sequence = 53;          // int32
inline constexpr std::size_t record_count = 57;           // int32
inline constexpr std::size_t header_size = 61;

/// Offset and length, which every entry of every format begins with and which the length does not
/// count.
inline constexpr std::size_t log_overhead = 12;

inline constexpr std::int16_t codec_mask = 0x07;
inline constexpr std::int16_t log_append_time_bit = 0x08;
inline constexpr std::int16_t transactional_bit = 0x10;
inline constexpr std::int16_t control_bit = 0x20;
inline constexpr std::int16_t delete_horizon_bit = 0x40;

} // namespace kcpp::record::format
