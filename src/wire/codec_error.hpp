#pragma once

#include <cstdint>

namespace kcpp::wire {

/// Why bytes could not be read as a message, or a message not be written as bytes.
enum class codec_error : std::uint8_t {
    ok,
    // while reading
    truncated,
    bad_varint,
    negative_length,
    length_beyond_frame,
    over_budget,
    bad_tag,
    bad_marker,
    trailing_bytes,
    // while writing
    not_in_version,
    too_long,
    // both ways
    null_not_allowed,
    unknown_version,
};

/// One clause in plain words, such as "the frame ends inside a field".
const char* text(codec_error error) noexcept;

} // namespace kcpp::wire
