#pragma once

#include <cstdint>

namespace kcpp::record {

/// What can be wrong with records that came from outside. Layers above add where they came from.
enum class errc : std::uint8_t {
    none = 0,
    no_complete_batch,
    bad_batch_size,
    unsupported_magic,
    crc_mismatch,
    bad_header,
    malformed_record,
    wrong_record_count,
    unknown_codec,
    corrupt_compression,
    too_large,
    nested_wrapper,
    bad_wrapper,
};

/// A sentence part for people: "the CRC does not match the bytes".
const char* to_string(errc error) noexcept;

} // namespace kcpp::record
