#include "record/compression/codec.hpp"

#include "record/compression/codecs.hpp"

#include <limits>

namespace kcpp::record {

namespace {

using decompress_function = errc (*)(codecs::bytes source, growing_buffer& to);

errc copy(codecs::bytes source, growing_buffer& to) {
    if (source.size() > to.limit()) return errc::too_large;
    to.append(source);
    return errc::none;
}

decompress_function decompressor(compression codec) noexcept {
    switch (codec) {
    case compression::none: return copy;
    case compression::gzip: return codecs::gzip_decompress;
    case compression::snappy: return codecs::snappy_decompress;
    case compression::lz4: return codecs::lz4_decompress;
    case compression::zstd: return codecs::zstd_decompress;
    }
    return [](codecs::bytes, growing_buffer&) { return errc::unknown_codec; };
}

decompressed run(decompress_function decompress, std::span<const std::byte> source,
                 std::size_t max_bytes) {
    // One byte of room above the bound tells "just fits" from "goes on".
    constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();
    growing_buffer to(0, max_bytes == unbounded ? unbounded : max_bytes + 1);
    errc error = decompress(source, to);
    if (error == errc::none && to.size() > max_bytes) error = errc::too_large;
    if (error != errc::none) return {error, {}};
    return {errc::none, to.take()};
}

} // namespace

bool compress(compression codec, std::optional<int> level, std::span<const std::byte> source,
              growing_buffer& to) {
    switch (codec) {
    case compression::none: to.append(source); return true;
    case compression::gzip: return codecs::gzip_compress(level, source, to);
    case compression::snappy: return codecs::snappy_compress(source, to);
    case compression::lz4: return codecs::lz4_compress(level, source, to);
    case compression::zstd: return codecs::zstd_compress(level, source, to);
    }
    return false;
}

decompressed decompress(compression codec, std::span<const std::byte> source,
                        std::size_t max_bytes) {
    return run(decompressor(codec), source, max_bytes);
}

decompressed decompress_legacy_lz4(std::span<const std::byte> source, std::size_t max_bytes) {
    return run(codecs::lz4_decompress_unchecked_header, source, max_bytes);
}

} // namespace kcpp::record
