// Decodes any bytes as any version of any message. What decodes must encode, and decode again to
// the same.

#include "../protocol/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace kcpp;
using namespace kcpp::protocol;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const any_message& type = every_message()[data[0] % every_message().size()];
    const message& what = *type.what;
    const auto version =
        static_cast<std::int16_t>(what.oldest + data[1] % (what.newest - what.oldest + 1));

    wire::reader in({reinterpret_cast<const std::byte*>(data) + 2, size - 2});
    const auto decoded = type.make();
    if (engine::decode(what, decoded.get(), in, version) != wire::codec_error::ok) return 0;

    wire::writer out;
    if (engine::encode(what, out, decoded.get(), version) != wire::codec_error::ok) std::abort();
    if (engine::encoded_size(what, decoded.get(), version) != out.size()) std::abort();
    wire::reader back(out.bytes());
    const auto again = type.make();
    if (engine::decode(what, again.get(), back, version) != wire::codec_error::ok) std::abort();
    if (back.remaining() != 0) std::abort();
    if (!engine::equal(what.table(), decoded.get(), again.get())) std::abort();
    if (engine::print(what, decoded.get(), version).empty()) std::abort();
    return 0;
}
