#include "record/compression/codecs.hpp"
#include "wire/endian.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace kcpp::record::codecs {

namespace {

constexpr int window_bits = 15;
constexpr int write_gzip = 16;
constexpr int detect_gzip_or_zlib = 32;

Bytef* in(const std::byte* bytes) noexcept {
    return const_cast<Bytef*>(
        reinterpret_cast<const Bytef*>(bytes)); // zlib's field is not const, its use is
}

void offer_room(z_stream& stream, const growing_buffer& to) noexcept {
    const std::span<std::byte> room = to.room();
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out =
        static_cast<uInt>(std::min<std::size_t>(room.size(), std::numeric_limits<uInt>::max()));
}

/// A thread's compressor, kept because making one costs more than compressing a small batch.
struct deflater {
    z_stream stream{};
    int level = Z_DEFAULT_COMPRESSION;
    bool ready = false;

    bool start(int wanted) noexcept {
        if (ready && level == wanted) return deflateReset(&stream) == Z_OK;
        stop();
        constexpr int memory = 8; // zlib's default
        ready = deflateInit2(&stream, wanted, Z_DEFLATED, window_bits + write_gzip, memory,
                             Z_DEFAULT_STRATEGY) == Z_OK;
        level = wanted;
        return ready;
    }
    void stop() noexcept {
        if (ready) deflateEnd(&stream);
        ready = false;
    }
    ~deflater() { stop(); }
};

struct inflater {
    z_stream stream{};
    bool ready = inflateInit2(&stream, window_bits + detect_gzip_or_zlib) == Z_OK;

    ~inflater() {
        if (ready) inflateEnd(&stream);
    }
};

/// The last four bytes are the size, if there is one member of less than 4 GiB and nobody lies.
std::size_t size_in_trailer(bytes source) noexcept {
    constexpr std::size_t largest_ratio = 1032;
    const std::size_t claimed =
        source.size() < 4 ? 0 : wire::load_le<std::uint32_t>(source.data() + source.size() - 4);
    return std::clamp(claimed, source.size(), source.size() * largest_ratio);
}

} // namespace

bool gzip_compress(std::optional<int> level, bytes source, growing_buffer& to) {
    static thread_local deflater own;
    const int wanted = level ? std::clamp(*level, 0, 9) : Z_DEFAULT_COMPRESSION;
    if (source.size() > std::numeric_limits<uInt>::max() || !own.start(wanted)) return false;

    z_stream& stream = own.stream;
    to.ensure(deflateBound(&stream, source.size()));
    stream.next_in = in(source.data());
    stream.avail_in = static_cast<uInt>(source.size());
    offer_room(stream, to);
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return false;
    to.advance(stream.total_out);
    return true;
}

errc gzip_decompress(bytes source, growing_buffer& to) {
    static thread_local inflater own;
    z_stream& stream = own.stream;
    if (source.size() > std::numeric_limits<uInt>::max()) return errc::corrupt_compression;
    if (!own.ready || inflateReset(&stream) != Z_OK) return errc::corrupt_compression;

    expect(to, size_in_trailer(source));
    stream.next_in = in(source.data());
    stream.avail_in = static_cast<uInt>(source.size());
    while (true) {
        if (to.room().empty() && !to.grow()) return errc::too_large;
        offer_room(stream, to);
        const uInt offered = stream.avail_out;
        const int status = inflate(&stream, Z_NO_FLUSH);
        to.advance(offered - stream.avail_out);
        if (status == Z_STREAM_END) {
            if (stream.avail_in == 0) return errc::none;
            if (inflateReset(&stream) != Z_OK)
                return errc::corrupt_compression; // another member follows
            continue;
        }
        const bool starved = stream.avail_in == 0 && stream.avail_out > 0;
        if ((status != Z_OK && status != Z_BUF_ERROR) || starved) return errc::corrupt_compression;
    }
}

} // namespace kcpp::record::codecs
