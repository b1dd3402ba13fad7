#include "record/compression/codecs.hpp"
#include "wire/endian.hpp"

#include <snappy.h>

#include <array>
#include <cstring>

namespace kcpp::record::codecs {

namespace {

/// Java's framing (xerial): this header, then blocks of raw snappy, each with its compressed size
/// in front (int32).
constexpr std::array<unsigned char, 16> xerial_header{0x82, 'S', 'N', 'A',
                                                      'P',  'P', 'Y', 0,  // magic
                                                      0,    0,   0,   1,  // version
                                                      0,    0,   0,   1}; // oldest that reads it
constexpr std::size_t xerial_magic_size = 8;
constexpr std::size_t block_size = 32 * 1024;
constexpr std::size_t prefix_size = sizeof(std::int32_t);

const char* chars(const std::byte* bytes) noexcept {
    return reinterpret_cast<const char*>(bytes);
}
char* chars(std::byte* bytes) noexcept {
    return reinterpret_cast<char*>(bytes);
}

bool starts_xerial(bytes source) noexcept {
    return source.size() >= xerial_header.size() &&
           std::memcmp(source.data(), xerial_header.data(), xerial_magic_size) == 0;
}

errc decompress_block(bytes block, growing_buffer& to) {
    constexpr std::size_t largest_ratio = 32; // the format yields at most 64 bytes for 3
    std::size_t size = 0;
    if (!snappy::GetUncompressedLength(chars(block.data()), block.size(), &size))
        return errc::corrupt_compression;
    if (size > block.size() * largest_ratio) return errc::corrupt_compression;
    if (size > to.limit() - to.size()) return errc::too_large;
    to.ensure(size);
    if (!snappy::RawUncompress(chars(block.data()), block.size(), chars(to.room().data())))
        return errc::corrupt_compression;
    to.advance(size);
    return errc::none;
}

} // namespace

bool snappy_compress(bytes source, growing_buffer& to) {
    to.append(std::as_bytes(std::span(xerial_header)));
    while (!source.empty()) {
        const bytes block = source.first(std::min(block_size, source.size()));
        to.ensure(prefix_size + snappy::MaxCompressedLength(block.size()));
        std::byte* at = to.room().data();
        std::size_t size = 0;
        snappy::RawCompress(chars(block.data()), block.size(), chars(at + prefix_size), &size);
        wire::store_be(at, static_cast<std::int32_t>(size));
        to.advance(prefix_size + size);
        source = source.subspan(block.size());
    }
    return true;
}

errc snappy_decompress(bytes source, growing_buffer& to) {
    expect(to, 2 * source.size());
    if (!starts_xerial(source)) return decompress_block(source, to);
    while (!source.empty()) {
        if (starts_xerial(source)) { // streams may be put behind one another
            source = source.subspan(xerial_header.size());
            continue;
        }
        if (source.size() < prefix_size) return errc::corrupt_compression;
        const auto size = wire::load_be<std::uint32_t>(source.data());
        source = source.subspan(prefix_size);
        if (size > source.size()) return errc::corrupt_compression;
        if (const errc broken = decompress_block(source.first(size), to); broken != errc::none)
            return broken;
        source = source.subspan(size);
    }
    return errc::none;
}

} // namespace kcpp::record::codecs
