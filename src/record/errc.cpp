#include "record/errc.hpp"

namespace kcpp::record {

const char* to_string(errc error) noexcept {
    switch (error) {
    case errc::none: return "no error";
    case errc::no_complete_batch: return "the bytes end before the first batch does";
    case errc::bad_batch_size: return "the batch declares a size that no batch can have";
    case errc::unsupported_magic: return "the batch has a format newer than 2";
    case errc::crc_mismatch: return "the CRC does not match the bytes";
    case errc::bad_header: return "the batch header declares impossible offsets or counts";
    case errc::malformed_record: return "a record does not fit its declared lengths";
    case errc::wrong_record_count: return "the batch holds more or fewer records than it declares";
    case errc::unknown_codec: return "the batch is compressed with an unknown codec";
    case errc::corrupt_compression: return "the compressed records cannot be decompressed";
    case errc::too_large: return "the decompressed records exceed the limit";
    case errc::nested_wrapper: return "a compressed message holds another compressed message";
    case errc::bad_wrapper: return "a compressed message holds an impossible message set";
    }
    return "unknown error";
}

} // namespace kcpp::record
