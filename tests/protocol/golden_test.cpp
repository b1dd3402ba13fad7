// golden.txt holds what Kafka's own classes write; golden/Golden.java says how it is made.

#include "messages.hpp"
#include "protocol/codec.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <set>
#include <sstream>

namespace kcpp::protocol {

namespace {

using wire::codec_error;

struct golden_case {
    const any_message* type;
    std::int16_t version;
    std::string filling;
    std::vector<std::byte> bytes;
    std::string json;

    std::string title() const {
        return type->name + " v" + std::to_string(version) + " " + filling;
    }
};

std::vector<std::byte> from_hex(const std::string& text) {
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes.push_back(static_cast<std::byte>(std::stoi(text.substr(i, 2), nullptr, 16)));
    return bytes;
}

std::vector<golden_case> read_cases() {
    std::ifstream file(KCPP_GOLDEN_FILE);
    std::vector<golden_case> cases;
    for (std::string line; std::getline(file, line);) {
        std::istringstream in(line);
        std::string name, filling, hex, json;
        int version = 0;
        in >> name >> version >> filling >> hex >> std::ws;
        std::getline(in, json);
        cases.push_back({&find_message(name), static_cast<std::int16_t>(version), filling,
                         from_hex(hex), json});
    }
    return cases;
}

const std::vector<golden_case>& cases() {
    static const std::vector<golden_case> all = read_cases();
    return all;
}

codec_error decode(const golden_case& c, void* into, std::span<const std::byte> bytes) {
    wire::reader in(bytes);
    engine::decode(*c.type->what, into, in, c.version);
    if (in.remaining() != 0) in.fail(codec_error::trailing_bytes);
    return in.error();
}

std::vector<std::byte> encode(const golden_case& c, const void* from) {
    wire::writer out;
    EXPECT_EQ(engine::encode(*c.type->what, out, from, c.version), codec_error::ok);
    return {out.bytes().begin(), out.bytes().end()};
}

} // namespace

TEST(golden_messages, the_file_covers_every_version_of_every_message) {
    std::set<std::tuple<std::string, int, std::string>> covered;
    for (const golden_case& c : cases())
        covered.emplace(c.type->name, c.version, c.filling);
    for (const any_message& m : every_message())
        for (int version = m.what->oldest; version <= m.what->newest; ++version)
            for (const char* filling : {"default", "full", "1", "2", "3", "4", "5"})
                EXPECT_TRUE(covered.contains({m.name, version, filling}))
                    << m.name << " v" << version << " " << filling;
}

TEST(golden_messages, kafkas_bytes_decode_to_kafkas_values) {
    for (const golden_case& c : cases()) {
        const auto decoded = c.type->make();
        ASSERT_EQ(decode(c, decoded.get(), c.bytes), codec_error::ok) << c.title();
        const std::string printed = engine::print(*c.type->what, decoded.get(), c.version);
        EXPECT_EQ(nlohmann::json::parse(printed), nlohmann::json::parse(c.json)) << c.title();
    }
}

TEST(golden_messages, what_was_decoded_encodes_to_the_same_bytes) {
    for (const golden_case& c : cases()) {
        const auto decoded = c.type->make();
        decode(c, decoded.get(), c.bytes);
        EXPECT_EQ(encode(c, decoded.get()), c.bytes) << c.title();
        EXPECT_EQ(engine::encoded_size(*c.type->what, decoded.get(), c.version), c.bytes.size())
            << c.title();
    }
}

TEST(golden_messages, a_new_object_encodes_as_kafkas_does) {
    for (const golden_case& c : cases()) {
        if (c.filling != "default") continue;
        EXPECT_EQ(encode(c, c.type->make().get()), c.bytes) << c.title();
    }
}

TEST(golden_messages, messages_are_equal_when_their_bytes_are) {
    const golden_case* before = &cases().front();
    for (const golden_case& c : cases()) {
        const layout& table = c.type->what->table();
        const auto one = c.type->make();
        const auto same = c.type->make();
        decode(c, one.get(), c.bytes);
        decode(c, same.get(), c.bytes);
        EXPECT_TRUE(engine::equal(table, one.get(), same.get())) << c.title();
        if (before->type == c.type && before->version == c.version && before->bytes != c.bytes) {
            const auto other = c.type->make();
            decode(*before, other.get(), before->bytes);
            EXPECT_FALSE(engine::equal(table, one.get(), other.get())) << c.title();
        }
        before = &c;
    }
}

TEST(golden_messages, every_truncation_is_refused) {
    for (const golden_case& c : cases())
        for (std::size_t size = 0; size < c.bytes.size(); ++size) {
            const std::vector<std::byte> cut(c.bytes.begin(),
                                             c.bytes.begin() + static_cast<long>(size));
            ASSERT_NE(decode(c, c.type->make().get(), cut), codec_error::ok)
                << c.title() << " cut to " << size;
        }
}

TEST(golden_messages, one_byte_too_many_is_refused) {
    for (const golden_case& c : cases()) {
        auto longer = c.bytes;
        longer.push_back(std::byte{0});
        EXPECT_EQ(decode(c, c.type->make().get(), longer), codec_error::trailing_bytes)
            << c.title();
    }
}

// A mutant that decodes is another valid message: then it must survive a round trip.
TEST(golden_messages, mutants_are_refused_or_are_valid_messages) {
    std::uint64_t state = 42;
    const auto random = [&state] {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return state >> 33;
    };
    std::size_t refused = 0;
    for (const golden_case& c : cases()) {
        for (int round = 0; round < 16 && !c.bytes.empty(); ++round) {
            auto mutant = c.bytes;
            for (int n = 0; n <= round / 8; ++n)
                mutant[random() % mutant.size()] = static_cast<std::byte>(random());
            const auto decoded = c.type->make();
            if (decode(c, decoded.get(), mutant) != codec_error::ok) {
                ++refused;
                continue;
            }
            const auto again = c.type->make();
            const auto bytes = encode(c, decoded.get()); // the second message's records lie in here
            ASSERT_EQ(decode(c, again.get(), bytes), codec_error::ok) << c.title();
            ASSERT_TRUE(engine::equal(c.type->what->table(), decoded.get(), again.get()))
                << c.title();
        }
    }
    EXPECT_GT(refused, cases().size());
}

} // namespace kcpp::protocol
