#include "legacy_encoder.hpp"
#include "record/compression/codec.hpp"
#include "record/compression/xxhash32.hpp"
#include "test_bytes.hpp"

#include <gtest/gtest.h>
#include <zstd.h>

#include <random>

namespace kcpp::record::test {
namespace {

constexpr compression codecs[] = {compression::gzip, compression::snappy, compression::lz4,
                                  compression::zstd};

byte_vector text_like(std::size_t size) {
    std::mt19937 random(static_cast<unsigned>(size));
    byte_vector result(size);
    for (std::byte& b : result)
        b = static_cast<std::byte>('a' + random() % 6);
    return result;
}

byte_vector packed(compression codec, std::span<const std::byte> source,
                   std::optional<int> level = {}) {
    growing_buffer to;
    EXPECT_TRUE(compress(codec, level, source, to));
    return {to.bytes().begin(), to.bytes().end()};
}

byte_vector unpacked(compression codec, std::span<const std::byte> source,
                     std::size_t limit = 64 << 20) {
    const decompressed result = decompress(codec, source, limit);
    EXPECT_EQ(result.error, errc::none) << to_string(result.error);
    return {result.data.bytes.begin(), result.data.bytes.end()};
}

errc error_of(compression codec, std::span<const std::byte> source, std::size_t limit = 64 << 20) {
    const decompressed result = decompress(codec, source, limit);
    EXPECT_TRUE(result.error == errc::none || result.data.bytes.empty());
    return result.error;
}

TEST(Codecs, RoundTripAtEverySize) {
    for (const auto codec : codecs)
        for (const std::size_t size :
             {0u, 1u, 100u, 32767u, 32768u, 32769u, 65536u, 65537u, 1000000u})
            EXPECT_EQ(unpacked(codec, packed(codec, text_like(size))), text_like(size));
}

TEST(Codecs, RoundTripAtEveryLevel) {
    const byte_vector text = text_like(20000);
    for (const auto codec : codecs)
        for (const int level : {-200000, -5, -1, 0, 1, 4, 9, 12, 19, 22, 1000})
            EXPECT_EQ(unpacked(codec, packed(codec, text, level)), text) << level;
}

TEST(Codecs, HigherLevelsMakeSmallerOutput) {
    std::mt19937 random(5);
    std::string words;
    while (words.size() < 50000) {
        for (const auto bits = random(); words.size() % (bits % 9 + 2) != 0;)
            words += static_cast<char>('a' + random() % 20);
        words += words.substr(random() % (words.size() / 2 + 1), random() % 30);
        words += ' ';
    }
    const auto text = std::as_bytes(std::span(words));
    for (const auto codec : {compression::gzip, compression::lz4, compression::zstd})
        EXPECT_LT(packed(codec, text, 9).size(), packed(codec, text, 1).size());
}

TEST(Codecs, AppendBehindWhatIsThere) {
    for (const auto codec : codecs) {
        growing_buffer to;
        to.append(text_like(61));
        ASSERT_TRUE(compress(codec, {}, text_like(5000), to));
        EXPECT_EQ(to_hex(to.bytes().first(61)), to_hex(text_like(61)));
        EXPECT_EQ(unpacked(codec, to.bytes().subspan(61)), text_like(5000));
    }
}

TEST(Codecs, TheLimitHoldsToTheByte) {
    for (const auto codec : {compression::none, compression::gzip, compression::snappy,
                             compression::lz4, compression::zstd})
        for (const std::size_t size : {1u, 777u, 70000u}) {
            const byte_vector source = packed(codec, text_like(size));
            EXPECT_EQ(unpacked(codec, source, size).size(), size);
            EXPECT_EQ(error_of(codec, source, size - 1), errc::too_large);
        }
}

TEST(Codecs, AnEmptyStreamBehindAFullBufferStillFits) {
    for (const auto codec : codecs) {
        byte_vector source = packed(codec, text_like(777));
        append(source, packed(codec, {}));
        EXPECT_EQ(unpacked(codec, source, 777), text_like(777));
    }
}

TEST(Codecs, RefuseEveryTruncation) {
    for (const auto codec : codecs) {
        const byte_vector whole = packed(codec, text_like(300));
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const byte_vector cut(whole.begin(), whole.begin() + static_cast<long>(size));
            const bool only_xerial_header = codec == compression::snappy && size == 16;
            EXPECT_EQ(error_of(codec, cut),
                      only_xerial_header ? errc::none : errc::corrupt_compression)
                << to_string(codec) << " " << size;
        }
    }
}

// lz4's own reset does not forget how much a broken frame still owed.
TEST(Codecs, AFailureLeavesTheNextCallAlone) {
    const byte_vector lz4_with_content_size = from_hex("04224d186840e803000000000000");
    byte_vector cut = lz4_with_content_size;
    cut.push_back(static_cast<std::byte>(xxhash32_short(std::span(cut).subspan(4)) >> 8));
    append(cut, from_hex("0100008078"));
    for (const auto codec : codecs) {
        const byte_vector good = packed(codec, text_like(3000));
        byte_vector bad = codec == compression::lz4 ? cut : good;
        bad.pop_back();
        EXPECT_EQ(error_of(codec, bad), errc::corrupt_compression);
        EXPECT_EQ(unpacked(codec, good), text_like(3000));
        EXPECT_EQ(error_of(codec, good, 100), errc::too_large);
        EXPECT_EQ(unpacked(codec, good), text_like(3000));
    }
}

TEST(Codecs, RefuseGarbageBehindTheEnd) {
    for (const auto codec : codecs) {
        byte_vector source = packed(codec, text_like(300));
        append(source, from_hex("0102030405060708090a0b0c0d0e0f1011121314"));
        EXPECT_EQ(error_of(codec, source), errc::corrupt_compression);
    }
}

TEST(Codecs, ReadSeveralStreamsBehindOneAnother) {
    for (const auto codec : codecs) {
        byte_vector source = packed(codec, text_like(300));
        append(source, packed(codec, text_like(40)));
        byte_vector both = text_like(300);
        append(both, text_like(40));
        EXPECT_EQ(unpacked(codec, source), both);
    }
}

TEST(Codecs, RefuseCodecsThatDoNotExist) {
    EXPECT_EQ(error_of(static_cast<compression>(5), text_like(10)), errc::unknown_codec);
}

TEST(Snappy, WritesJavasFraming) { // C15
    const byte_vector source = packed(compression::snappy, text_like(40000));
    EXPECT_EQ(to_hex(std::span(source).first(16)), "82534e41505059000000000100000001");
    const auto first = wire::load_be<std::uint32_t>(source.data() + 16);
    const auto second = wire::load_be<std::uint32_t>(source.data() + 20 + first);
    EXPECT_EQ(source.size(), 24 + first + second);
}

TEST(Snappy, ReadsRawBlocksToo) { // C15
    const byte_vector framed = packed(compression::snappy, text_like(1000));
    EXPECT_EQ(unpacked(compression::snappy, std::span(framed).subspan(20)), text_like(1000));
}

TEST(Snappy, RefusesSizesThatNobodyCanHold) {
    EXPECT_EQ(error_of(compression::snappy, from_hex("ffffffff0f00")), errc::corrupt_compression);
    EXPECT_EQ(error_of(compression::snappy, from_hex("82534e4150505900000000010000000180000000"
                                                     "00")),
              errc::corrupt_compression);
    EXPECT_EQ(error_of(compression::snappy, from_hex("82534e415050590000000001000000010000000000")),
              errc::corrupt_compression);
}

TEST(Lz4, WritesIndependent64KiBBlocksAsJava) { // C15
    const byte_vector source = packed(compression::lz4, text_like(200000));
    EXPECT_EQ(to_hex(std::span(source).first(7)), "04224d18604082");
}

TEST(Zstd, WritesTheContentSize) {
    const byte_vector source = packed(compression::zstd, text_like(5000));
    EXPECT_EQ(ZSTD_getFrameContentSize(source.data(), source.size()), 5000u);
}

/// A frame of unknown size with a window of 2^log bytes, and one raw block holding "x".
byte_vector with_window(int log) {
    byte_vector frame = from_hex("28b52ffd00");
    frame.push_back(static_cast<std::byte>((log - 10) << 3));
    append(frame, from_hex("09000078"));
    return frame;
}

TEST(Zstd, AcceptsWindowsUpTo128MiB) {
    EXPECT_EQ(unpacked(compression::zstd, with_window(27)).size(), 1u);
    EXPECT_EQ(error_of(compression::zstd, with_window(28)), errc::corrupt_compression);
    EXPECT_EQ(error_of(compression::zstd, with_window(31)), errc::corrupt_compression);
}

TEST(Zstd, AFalseContentSizeIsRefused) {
    // single segment, 8-byte content size of 2^62
    const byte_vector frame = from_hex("28b52ffde00000000000000040090000"
                                       "78");
    EXPECT_EQ(error_of(compression::zstd, frame, 1 << 20), errc::corrupt_compression);
}

} // namespace
} // namespace kcpp::record::test
