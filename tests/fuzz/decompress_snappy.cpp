// Compressed records, as a hostile broker sends them: bounded, whatever they claim.
#include "record/compression/codec.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t limit = 1 << 20;
    const auto source = std::as_bytes(std::span(data, size));
    const auto result = kcpp::record::decompress(kcpp::compression::snappy, source, limit);
    if (result.data.bytes.size() > limit) std::abort();
    return 0;
}
