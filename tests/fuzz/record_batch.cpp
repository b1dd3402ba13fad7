// Records blobs of any format, as a fetch response carries them.
#include "read_everything.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kcpp::record::test;
    const auto blob = std::as_bytes(std::span(data, size));
    read_everything(blob);
    read_everything(mended(blob));
    return 0;
}
