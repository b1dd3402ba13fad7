// What kcpp writes, kcat reads; what kcat writes, kcpp reads. kcat stands on librdkafka.

#include "kafka.hpp"

#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace kcpp::integration {
namespace {

using namespace std::chrono_literals;

/// One line per record: partition, offset, key, value, headers; lengths tell null (-1) from empty
/// (0).
std::string read_with_kcat(const std::string& topic) {
    return run({"kcat", "-b", bootstrap(), "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-f",
                "%p|%o|%K|%k|%S|%s|%h\n"});
}

class every_codec : public testing::TestWithParam<compression> {};

TEST_P(every_codec, is_read_by_kcat_with_headers_null_and_empty_values) {
    const scratch_topic topic;
    producer sending(connection(), {.compression = GetParam()});
    const std::string large(2000, 'x');
    const header headers[] = {{"trace", "abc"}, {"empty", ""}};
    auto first =
        sending.send({.topic = topic.name(), .key = "k1", .value = "v1", .headers = headers});
    auto second = sending.send({.topic = topic.name(), .key = "k2", .value = nullptr});
    auto third = sending.send({.topic = topic.name(), .value = ""});
    auto fourth = sending.send({.topic = topic.name(), .key = "", .value = large});
    ASSERT_EQ(first.get().offset, 0);
    ASSERT_EQ(second.get().offset, 1);
    ASSERT_EQ(third.get().offset, 2);
    ASSERT_EQ(fourth.get().offset, 3);

    EXPECT_EQ(read_with_kcat(topic.name()), "0|0|2|k1|2|v1|trace=abc,empty=\n"
                                            "0|1|2|k2|-1||\n"
                                            "0|2|-1||0||\n"
                                            "0|3|0||2000|" +
                                                large + "|\n");
}

TEST_P(every_codec, written_by_kcat_is_read) {
    const scratch_topic topic;
    std::string lines;
    for (int i = 0; i < 1000; ++i)
        lines += "key-" + std::to_string(i) + ":value-" + std::to_string(i) + '\n';
    run({"kcat", "-b", bootstrap(), "-P", "-t", topic.name(), "-K", ":", "-z",
         to_string(GetParam()), "-H", "a=1", "-H", "b=2"},
        lines);

    consumer reading(connection(), {.offset_reset = offset_reset::earliest});
    reading.assign({{topic.name(), 0}});
    std::string seen;
    for (int expected = 0; expected < 1000;) {
        auto batch = reading.poll(10s).value();
        ASSERT_FALSE(batch.empty()) << "nothing came after " << expected << " records";
        for (const consumer_record& r : batch) {
            ASSERT_EQ(r.offset(), expected++);
            seen += r.key().to_string() + ':' + r.value().to_string() + '\n';
            ASSERT_EQ(r.headers().size(), 2u);
            EXPECT_EQ(r.headers().find("a"), bytes_view("1"));
            EXPECT_EQ(r.headers().find("b"), bytes_view("2"));
        }
    }
    EXPECT_EQ(seen, lines);
}

INSTANTIATE_TEST_SUITE_P(codecs, every_codec,
                         testing::Values(compression::none, compression::gzip, compression::snappy,
                                         compression::lz4, compression::zstd),
                         [](const auto& info) { return std::string(to_string(info.param)); });

TEST(kcat, sees_keys_in_the_partitions_that_murmur2_gives_them) {
    const scratch_topic topic(6);
    producer sending(connection());
    std::string expected;
    for (int i = 0; i < 200; ++i) {
        const std::string key = "user-" + std::to_string(i);
        const auto where = sending.send({.topic = topic.name(), .key = key, .value = key}).get();
        expected += std::to_string(where.partition) + ' ' + key + '\n';
    }
    // librdkafka's murmur2 partitioner claims to be Java's, too.
    const scratch_topic theirs(6);
    std::string lines;
    for (int i = 0; i < 200; ++i)
        lines += "user-" + std::to_string(i) + ":x\n";
    run({"kcat", "-b", bootstrap(), "-P", "-t", theirs.name(), "-K", ":", "-X",
         "topic.partitioner=murmur2"},
        lines);
    const std::string read = run({"kcat", "-b", bootstrap(), "-C", "-t", theirs.name(), "-o",
                                  "beginning", "-e", "-q", "-f", "%p %k\n"});

    const auto sorted = [](const std::string& text) {
        std::set<std::string> split;
        for (std::size_t from = 0, to; (to = text.find('\n', from)) != std::string::npos;
             from = to + 1)
            split.insert(text.substr(from, to - from));
        return split;
    };
    EXPECT_EQ(sorted(read), sorted(expected));
}

} // namespace
} // namespace kcpp::integration
