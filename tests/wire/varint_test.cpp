#include "wire/varint.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <random>
#include <vector>

namespace kcpp::wire {
namespace {

std::vector<std::byte> written(std::int32_t value) {
    std::array<std::byte, max_varint_size> room;
    return {room.data(), put_varint(room.data(), value)};
}

std::vector<std::byte> written(std::int64_t value) {
    std::array<std::byte, max_varlong_size> room;
    return {room.data(), put_varlong(room.data(), value)};
}

std::vector<std::byte> bytes(std::initializer_list<int> values) {
    std::vector<std::byte> result;
    for (int v : values)
        result.push_back(static_cast<std::byte>(v));
    return result;
}

template <class T>
std::vector<T> interesting_values() {
    using limits = std::numeric_limits<T>;
    std::vector<T> values{
        0, 1, -1, limits::max(), limits::min(), limits::max() - 1, limits::min() + 1};
    for (int bit = 0; bit < limits::digits; ++bit)
        for (T value : {T(T{1} << bit), T((T{1} << bit) - 1)}) {
            values.push_back(value);
            values.push_back(static_cast<T>(-value));
        }
    std::mt19937_64 random(1);
    for (int i = 0; i < 10000; ++i)
        values.push_back(static_cast<T>(random() >> (random() % 64)));
    return values;
}

TEST(Varint, MatchesKafkasExamples) {
    // ByteUtilsTest.testCorrectnessWriteVarint and friends
    EXPECT_EQ(written(0), bytes({0x00}));
    EXPECT_EQ(written(-1), bytes({0x01}));
    EXPECT_EQ(written(1), bytes({0x02}));
    EXPECT_EQ(written(63), bytes({0x7e}));
    EXPECT_EQ(written(-64), bytes({0x7f}));
    EXPECT_EQ(written(64), bytes({0x80, 0x01}));
    EXPECT_EQ(written(-8192), bytes({0xff, 0x7f}));
    EXPECT_EQ(written(8192), bytes({0x80, 0x80, 0x01}));
    EXPECT_EQ(written(std::numeric_limits<std::int32_t>::max()),
              bytes({0xfe, 0xff, 0xff, 0xff, 0x0f}));
    EXPECT_EQ(written(std::numeric_limits<std::int32_t>::min()),
              bytes({0xff, 0xff, 0xff, 0xff, 0x0f}));
    EXPECT_EQ(written(std::numeric_limits<std::int64_t>::min()),
              bytes({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}));
}

TEST(Varint, RoundTripsAndPredictsItsSize) {
    for (const std::int32_t value : interesting_values<std::int32_t>()) {
        const auto encoded = written(value);
        EXPECT_EQ(encoded.size(), varint_size(value)) << value;
        std::int32_t back = 0;
        EXPECT_EQ(get_varint(encoded.data(), encoded.data() + encoded.size(), back),
                  encoded.data() + encoded.size());
        EXPECT_EQ(back, value);
    }
    for (const std::int64_t value : interesting_values<std::int64_t>()) {
        const auto encoded = written(value);
        EXPECT_EQ(encoded.size(), varlong_size(value)) << value;
        std::int64_t back = 0;
        EXPECT_EQ(get_varlong(encoded.data(), encoded.data() + encoded.size(), back),
                  encoded.data() + encoded.size());
        EXPECT_EQ(back, value);
    }
}

TEST(Varint, RefusesBytesThatEndTooEarly) {
    for (const std::int64_t value : interesting_values<std::int64_t>()) {
        const auto encoded = written(value);
        for (std::size_t size = 0; size < encoded.size(); ++size) {
            const std::vector<std::byte> cut(encoded.begin(),
                                             encoded.begin() + static_cast<long>(size));
            std::int64_t untouched = 77;
            EXPECT_EQ(get_varlong(cut.data(), cut.data() + size, untouched), nullptr);
            EXPECT_EQ(untouched, 77);
        }
    }
}

TEST(Varint, RefusesNumbersThatDoNotFit) {
    std::int32_t small = 77;
    std::int64_t large = 77;
    for (const auto& wide :
         {bytes({0xff, 0xff, 0xff, 0xff, 0x1f}), bytes({0xff, 0xff, 0xff, 0xff, 0xff, 0x01}),
          bytes({0x80, 0x80, 0x80, 0x80, 0x80, 0x00})})
        EXPECT_EQ(get_varint(wide.data(), wide.data() + wide.size(), small), nullptr);
    const auto wider = bytes({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02});
    EXPECT_EQ(get_varlong(wider.data(), wider.data() + wider.size(), large), nullptr);
    EXPECT_EQ(small, 77);
    EXPECT_EQ(large, 77);
}

} // namespace
} // namespace kcpp::wire
