#include "record/compression/codecs.hpp"
#include "record/compression/xxhash32.hpp"

#include <lz4frame.h>

#include <array>
#include <cstring>
#include <memory>

namespace kcpp::record::codecs {

namespace {

struct free_lz4 {
    void operator()(LZ4F_dctx* context) const noexcept { LZ4F_freeDecompressionContext(context); }
};

using context_pointer = std::unique_ptr<LZ4F_dctx, free_lz4>;

/// A thread's decompressor, at the beginning of a frame; null without memory for one.
context_pointer& own_context() noexcept {
    static thread_local context_pointer own;
    if (own == nullptr) {
        LZ4F_dctx* made = nullptr;
        if (LZ4F_isError(LZ4F_createDecompressionContext(&made, LZ4F_VERSION)) == 0)
            own.reset(made);
    }
    return own;
}

/// Feeds `source` in. `wanted` is what lz4 hopes for next: 0 when a frame has just ended.
errc feed(LZ4F_dctx* context, bytes source, growing_buffer& to, std::size_t& wanted) {
    while (true) {
        if (to.room().empty() && !to.grow()) return errc::too_large;
        std::size_t written = to.room().size();
        std::size_t read = source.size();
        wanted =
            LZ4F_decompress(context, to.room().data(), &written, source.data(), &read, nullptr);
        if (LZ4F_isError(wanted) != 0) return errc::corrupt_compression;
        to.advance(written);
        source = source.subspan(read);
        // Out of input, and the output was not what stopped it.
        if (source.empty() && (wanted == 0 || !to.room().empty())) return errc::none;
    }
}

/// Decompresses frames that come in two parts.
errc decompress_parts(bytes first, bytes second, growing_buffer& to) {
    context_pointer& own = own_context();
    if (own == nullptr) return errc::corrupt_compression;
    expect(to, 4 * (first.size() + second.size()));
    std::size_t wanted = 0;
    errc result = feed(own.get(), first, to, wanted);
    if (result == errc::none && !second.empty()) result = feed(own.get(), second, to, wanted);
    if (result == errc::none && wanted != 0) result = errc::corrupt_compression;
    // A context is used again only if its frame ended well: after a failure, lz4 1.9's reset leaves
    // some of its state.
    if (result != errc::none) own.reset();
    return result;
}

constexpr std::size_t descriptor_at = 4; // behind the magic number

/// Where the header's checksum stands; 0 if the header is not whole.
std::size_t checksum_position(bytes frame) noexcept {
    constexpr std::size_t smallest_header = 7;
    constexpr auto has_content_size = std::byte{0x08};
    constexpr auto has_dictionary = std::byte{0x01};
    if (frame.size() < smallest_header) return 0;
    const std::byte flags = frame[descriptor_at];
    std::size_t at = descriptor_at + 2;
    if ((flags & has_content_size) != std::byte{0}) at += 8;
    if ((flags & has_dictionary) != std::byte{0}) at += 4;
    return at < frame.size() ? at : 0;
}

} // namespace

bool lz4_compress(std::optional<int> level, bytes source, growing_buffer& to) {
    LZ4F_preferences_t how{};
    how.frameInfo.blockSizeID = LZ4F_max64KB;
    how.frameInfo.blockMode = LZ4F_blockIndependent;
    how.compressionLevel = level.value_or(0);
    to.ensure(LZ4F_compressFrameBound(source.size(), &how));
    const std::size_t size =
        LZ4F_compressFrame(to.room().data(), to.room().size(), source.data(), source.size(), &how);
    if (LZ4F_isError(size) != 0) return false;
    to.advance(size);
    return true;
}

errc lz4_decompress(bytes source, growing_buffer& to) {
    if (source.empty()) return errc::corrupt_compression;
    return decompress_parts(source, {}, to);
}

errc lz4_decompress_unchecked_header(bytes source, growing_buffer& to) {
    const std::size_t checksum_at = checksum_position(source);
    if (checksum_at == 0) return errc::corrupt_compression;

    // lz4 cannot be told to overlook the checksum, so it gets the header with the right one.
    std::array<std::byte, LZ4F_HEADER_SIZE_MAX> header;
    std::memcpy(header.data(), source.data(), checksum_at);
    const bytes descriptor = bytes(header).subspan(descriptor_at, checksum_at - descriptor_at);
    header[checksum_at] = static_cast<std::byte>(xxhash32_short(descriptor) >> 8);
    return decompress_parts(bytes(header).first(checksum_at + 1), source.subspan(checksum_at + 1),
                            to);
}

} // namespace kcpp::record::codecs
