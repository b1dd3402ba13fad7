#include "wire/codec_error.hpp"

namespace kcpp::wire {

const char* text(codec_error error) noexcept {
    switch (error) {
    case codec_error::ok: return "no error";
    case codec_error::truncated: return "the frame ends inside a field";
    case codec_error::bad_varint: return "a variable-length number takes more than five bytes";
    case codec_error::negative_length: return "a length is negative";
    case codec_error::length_beyond_frame:
        return "a length is larger than what is left of the frame";
    case codec_error::over_budget: return "the message would take far more memory than its frame";
    case codec_error::bad_tag:
        return "tagged fields are not in ascending order or overrun their size";
    case codec_error::bad_marker: return "the marker of a nullable struct is neither -1 nor 1";
    case codec_error::trailing_bytes: return "bytes are left over after the message";
    case codec_error::not_in_version: return "a field is set that this version cannot carry";
    case codec_error::too_long: return "a field is longer than its length prefix can say";
    case codec_error::null_not_allowed:
        return "a field is null that may not be null in this version";
    case codec_error::unknown_version: return "the message has no such version";
    }
    return "unknown codec error";
}

} // namespace kcpp::wire
