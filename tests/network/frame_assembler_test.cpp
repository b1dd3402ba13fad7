#include "network/frame_assembler.hpp"
#include "wire/endian.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <random>
#include <vector>

namespace kcpp::network {
namespace {

using bytes = std::vector<std::byte>;

constexpr std::size_t no_limit = 100'000'000;

bytes frame_of(std::size_t size, unsigned seed) {
    bytes frame(4 + size);
    wire::store_be(frame.data(), static_cast<std::int32_t>(size));
    for (std::size_t i = 0; i < size; ++i)
        frame[4 + i] = static_cast<std::byte>(seed + i * 7);
    return frame;
}

/// Feeds the stream in pieces of at most `piece(i)` bytes and gives all frames that came out,
/// lengths in front.
template <class Piece>
std::vector<bytes> feed(frame_assembler& assembler, const bytes& stream, Piece piece) {
    std::vector<bytes> out;
    std::size_t fed = 0;
    for (std::size_t i = 0; fed < stream.size(); ++i) {
        const auto room = assembler.room();
        EXPECT_FALSE(room.empty());
        const std::size_t n =
            std::min({room.size(), stream.size() - fed, std::max<std::size_t>(piece(i), 1)});
        std::memcpy(room.data(), stream.data() + fed, n);
        assembler.filled(n);
        fed += n;
        while (auto frame = assembler.next()) {
            bytes whole(4);
            wire::store_be(whole.data(), static_cast<std::int32_t>(frame->bytes.size()));
            whole.insert(whole.end(), frame->bytes.begin(), frame->bytes.end());
            out.push_back(std::move(whole));
        }
    }
    return out;
}

bytes join(const std::vector<bytes>& frames) {
    bytes stream;
    for (const bytes& f : frames)
        stream.insert(stream.end(), f.begin(), f.end());
    return stream;
}

std::vector<bytes> frames_of_every_kind() {
    // Around the staging buffer of 16 KiB, with its length field, and some that need many reads.
    std::vector<bytes> frames;
    unsigned seed = 1;
    for (std::size_t size : {0u, 1u, 3u, 100u, 5'000u, 16'379u, 16'380u, 16'381u, 16'384u, 16'385u,
                             40'000u, 0u, 7u, 200'000u, 12u})
        frames.push_back(frame_of(size, seed++));
    return frames;
}

TEST(frame_assembler, gives_the_same_frames_however_the_stream_is_cut) {
    const auto frames = frames_of_every_kind();
    const auto stream = join(frames);
    for (std::size_t step : {1u, 2u, 3u, 5u, 1'000u, 4'096u, 16'383u, 16'384u, 1'000'000u}) {
        frame_assembler assembler(no_limit);
        EXPECT_EQ(feed(assembler, stream, [&](std::size_t) { return step; }), frames)
            << "in steps of " << step;
        EXPECT_FALSE(assembler.inside_frame());
    }
}

TEST(frame_assembler, gives_the_same_frames_with_random_cuts) {
    const auto frames = frames_of_every_kind();
    const auto stream = join(frames);
    for (unsigned seed = 0; seed < 50; ++seed) {
        std::mt19937 random(seed);
        frame_assembler assembler(no_limit);
        EXPECT_EQ(feed(assembler, stream, [&](std::size_t) { return random() % 3'000; }), frames)
            << "seed " << seed;
    }
}

TEST(frame_assembler, cuts_two_frames_at_every_possible_place) {
    const std::vector<bytes> frames{frame_of(9, 1), frame_of(17, 2)};
    const auto stream = join(frames);
    for (std::size_t cut = 1; cut < stream.size(); ++cut) {
        frame_assembler assembler(no_limit);
        EXPECT_EQ(
            feed(assembler, stream, [&](std::size_t i) { return i == 0 ? cut : stream.size(); }),
            frames);
    }
}

TEST(frame_assembler, a_frame_stays_valid_when_others_follow) {
    frame_assembler assembler(no_limit);
    const auto first = frame_of(50, 1);
    std::memcpy(assembler.room().data(), first.data(), first.size());
    assembler.filled(first.size());
    const auto kept = assembler.next();
    ASSERT_TRUE(kept);
    feed(assembler, join(frames_of_every_kind()), [](std::size_t) { return 999u; });
    EXPECT_TRUE(std::ranges::equal(kept->bytes, std::span(first).subspan(4)));
}

TEST(frame_assembler, knows_when_it_stands_inside_a_frame) {
    frame_assembler assembler(no_limit);
    EXPECT_FALSE(assembler.inside_frame());
    feed(assembler, bytes(2), [](std::size_t) { return 2u; });
    EXPECT_TRUE(assembler.inside_frame());

    frame_assembler large(no_limit);
    auto most = frame_of(100'000, 1);
    most.pop_back();
    feed(large, most, [](std::size_t) { return 50'000u; });
    EXPECT_TRUE(large.inside_frame());
}

class hostile_length : public testing::TestWithParam<std::int32_t> {};

TEST_P(hostile_length, is_refused_before_anything_is_allocated_for_it) {
    frame_assembler assembler(1'000);
    bytes stream = frame_of(1'000, 1);
    const auto good = stream;
    stream.resize(stream.size() + 4);
    wire::store_be(stream.data() + good.size(), GetParam());
    const auto frames = feed(assembler, stream, [](std::size_t) { return 7u; });
    EXPECT_EQ(frames, std::vector<bytes>{good});
    EXPECT_EQ(assembler.refused(), GetParam());

    // Nothing more comes out, whatever comes in.
    const auto more = frame_of(3, 1);
    const auto room = assembler.room();
    std::memcpy(room.data(), more.data(), more.size());
    assembler.filled(more.size());
    EXPECT_FALSE(assembler.next());
}

INSTANTIATE_TEST_SUITE_P(frame_assembler, hostile_length,
                         testing::Values(-1, INT32_MIN, INT32_MAX, 1'001, 0x15030300));

} // namespace
} // namespace kcpp::network
