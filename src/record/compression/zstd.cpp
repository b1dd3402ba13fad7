#include "record/compression/codecs.hpp"

#include <zstd.h>

#include <memory>

namespace kcpp::record::codecs {

namespace {

/// A context that grew above this is not kept: a thread that met one huge window once need not hold
/// it for ever.
constexpr std::size_t keep_up_to = std::size_t{8} << 20;
/// The largest window accepted, 128 MiB: what level 22 uses, and zstd's own default.
constexpr int largest_window_log = 27;

struct free_zstd {
    void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

/// A thread's contexts, kept because making one costs more than a small batch.
std::unique_ptr<ZSTD_CCtx, free_zstd>& own_compressor() noexcept {
    static thread_local std::unique_ptr<ZSTD_CCtx, free_zstd> own;
    if (own == nullptr) own.reset(ZSTD_createCCtx());
    return own;
}

std::unique_ptr<ZSTD_DCtx, free_zstd>& own_decompressor() noexcept {
    static thread_local std::unique_ptr<ZSTD_DCtx, free_zstd> own;
    if (own == nullptr) own.reset(ZSTD_createDCtx());
    return own;
}

std::size_t size_in_frame(bytes source) noexcept {
    const unsigned long long claimed = ZSTD_getFrameContentSize(source.data(), source.size());
    if (claimed == ZSTD_CONTENTSIZE_UNKNOWN || claimed == ZSTD_CONTENTSIZE_ERROR)
        return 4 * source.size();
    return static_cast<std::size_t>(claimed);
}

errc decompress_frames(ZSTD_DCtx* context, bytes source, growing_buffer& to) {
    ZSTD_inBuffer input{source.data(), source.size(), 0};
    while (true) {
        if (to.room().empty() && !to.grow()) return errc::too_large;
        ZSTD_outBuffer output{to.room().data(), to.room().size(), 0};
        const std::size_t wanted = ZSTD_decompressStream(context, &output, &input);
        if (ZSTD_isError(wanted) != 0) return errc::corrupt_compression;
        to.advance(output.pos);
        const bool consumed = input.pos == input.size;
        if (consumed && wanted == 0) return errc::none; // a frame has ended, and none follows
        if (consumed && output.pos < output.size) return errc::corrupt_compression;
    }
}

} // namespace

bool zstd_compress(std::optional<int> level, bytes source, growing_buffer& to) {
    auto& own = own_compressor();
    if (own == nullptr) return false;
    ZSTD_CCtx_setParameter(own.get(), ZSTD_c_compressionLevel, level.value_or(ZSTD_CLEVEL_DEFAULT));
    to.ensure(ZSTD_compressBound(source.size()));
    const std::size_t size =
        ZSTD_compress2(own.get(), to.room().data(), to.room().size(), source.data(), source.size());
    if (ZSTD_sizeof_CCtx(own.get()) > keep_up_to) own.reset();
    if (ZSTD_isError(size) != 0) return false;
    to.advance(size);
    return true;
}

errc zstd_decompress(bytes source, growing_buffer& to) {
    auto& own = own_decompressor();
    if (own == nullptr || source.empty()) return errc::corrupt_compression;
    ZSTD_DCtx_reset(own.get(), ZSTD_reset_session_only);
    ZSTD_DCtx_setParameter(own.get(), ZSTD_d_windowLogMax, largest_window_log);
    expect(to, size_in_frame(source));
    const errc result = decompress_frames(own.get(), source, to);
    if (ZSTD_sizeof_DCtx(own.get()) > keep_up_to) own.reset();
    return result;
}

} // namespace kcpp::record::codecs
