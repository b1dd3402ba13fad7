// What a compressed message of format 0 or 1 wraps: the input is the message set inside, before
// compression.
#include "../record/legacy_encoder.hpp"
#include "read_everything.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kcpp::record::test;
    const byte_vector set = mended(std::as_bytes(std::span(data, size)));
    read_everything(set);
    for (const std::int8_t magic : {0, 1}) {
        constexpr std::int64_t offset = 1000;
        read_everything(wrap_legacy(magic, kcpp::compression::lz4, offset, 5, set));
    }
    return 0;
}
