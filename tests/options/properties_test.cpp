#include <kcpp/properties.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

using namespace std::chrono_literals;
using kcpp::properties;

namespace {

/// Lives as long as the test.
class temporary_file {
public:
    explicit temporary_file(std::string_view content) {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        path_ = std::filesystem::path(testing::TempDir()) /
                (std::string(test->test_suite_name()) + '.' + test->name() + ".properties");
        std::ofstream(path_, std::ios::binary) << content;
    }
    ~temporary_file() { std::filesystem::remove(path_); }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// The sentence about a text that must be refused.
std::string complaint(std::string_view text) {
    const auto read = properties::parse(text, "test.properties");
    if (read) return "accepted";
    EXPECT_EQ(read.error(), kcpp::client_errc::invalid_option);
    return read.error().message();
}

properties accepted(std::string_view text) {
    return properties::parse(text, "test.properties").value();
}

} // namespace

TEST(properties, serve_client_producer_and_consumer_at_once) {
    const properties p = accepted("bootstrap.servers=a:9092,b:9092\n"
                                  "acks=1\n"
                                  "group.id=billing\n");
    EXPECT_EQ(p.client.bootstrap_servers, "a:9092,b:9092");
    EXPECT_EQ(p.producer.acks, kcpp::acks::leader);
    EXPECT_EQ(p.consumer.group_id, "billing");
}

TEST(properties, of_nothing_are_the_defaults) {
    const properties p = accepted("# nothing\n");
    EXPECT_EQ(p.client.bootstrap_servers, "");
    EXPECT_EQ(p.client.client_id, "kcpp");
    EXPECT_EQ(p.client.max_response_bytes, kcpp::client_options{}.max_response_bytes);
    EXPECT_EQ(p.producer.delivery_timeout, kcpp::producer_options{}.delivery_timeout);
    EXPECT_EQ(p.producer.max_request_bytes, kcpp::producer_options{}.max_request_bytes);
}

TEST(properties, are_read_from_a_file) {
    const temporary_file file("linger.ms = 20\n");
    EXPECT_EQ(properties::load(file.path()).value().producer.linger, 20ms);
    EXPECT_EQ(properties::load(file.path().string()).value().producer.linger, 20ms);
}

TEST(properties, are_read_from_a_map) {
    const std::map<std::string, std::string> entries = {{"linger.ms", "20"}, {"acks", "0"}};
    EXPECT_EQ(properties::load(entries).value().producer.linger, 20ms);
    EXPECT_EQ(properties::load(entries).value().producer.acks, kcpp::acks::none);
}

TEST(properties, are_read_from_a_braced_list_of_any_length) {
    EXPECT_EQ(properties::load({{"linger.ms", "20"}}).value().producer.linger, 20ms);
    EXPECT_EQ(properties::load({{"linger.ms", "20"}, {"acks", "0"}}).value().producer.acks,
              kcpp::acks::none);
}

TEST(properties, name_the_file_and_line_of_what_is_wrong) {
    const temporary_file file("acks=all\n\nlingr.ms=5\n");
    const auto read = properties::load(file.path());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message(), file.path().filename().string() +
                                          ":3: unknown property \"lingr.ms\"; did you mean "
                                          "linger.ms?");
}

TEST(properties, name_the_key_of_what_is_wrong_in_a_map) {
    const auto read = properties::load(std::map<std::string, std::string>{{"acks", "2"}});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message(), "properties: acks = \"2\", expected one of all, -1, 1, 0");
}

TEST(properties, say_why_a_file_cannot_be_read) {
    const auto read = properties::load(std::filesystem::path("/nowhere/client.properties"));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), std::errc::no_such_file_or_directory);
    EXPECT_EQ(read.error().message(), "cannot read the properties file "
                                      "/nowhere/client.properties: No such file or directory");
}

TEST(properties, refuse_a_directory_and_a_file_that_is_far_too_large) {
    const auto directory = properties::load(std::filesystem::path(testing::TempDir()));
    ASSERT_FALSE(directory);
    EXPECT_EQ(directory.error().code(), std::errc::is_a_directory);

    const temporary_file file(std::string(1024 * 1024 + 1, '#'));
    const auto large = properties::load(file.path());
    ASSERT_FALSE(large);
    EXPECT_NE(large.error().message().find("has more than 1048576 bytes"), std::string::npos);
}

TEST(properties, name_a_malformed_value_and_what_was_expected) {
    EXPECT_EQ(complaint("linger.ms=5 ms"),
              "test.properties:1: linger.ms = \"5 ms\", expected milliseconds, a whole number from "
              "0 to 2147483647");
}

TEST(properties, name_an_unknown_key_even_if_nothing_is_near) {
    EXPECT_EQ(complaint("colour=blue"), "test.properties:1: unknown property \"colour\"; it is "
                                        "none of Java's and none of librdkafka's");
}

TEST(properties, pass_on_what_the_text_has_wrong) {
    EXPECT_TRUE(complaint("a=\\u12").starts_with("test.properties:1: \\u needs four"));
}

TEST(properties, take_what_changes_nothing_here) {
    accepted("key.deserializer=org.apache.kafka.common.serialization.StringDeserializer\n"
             "security.protocol=plaintext\n"
             "retries=2147483647\n"
             "statistics.interval.ms=0\n");
}

TEST(properties, say_what_is_not_supported_and_what_to_do) {
    EXPECT_EQ(complaint("security.protocol=SASL_SSL"),
              "test.properties:1: security.protocol may only be PLAINTEXT: this version of kcpp "
              "speaks neither TLS nor SASL yet; use a PLAINTEXT listener");
    EXPECT_EQ(complaint("batch.num.messages=1000"),
              "test.properties:1: batch.num.messages is not supported: batches are bounded by "
              "bytes; use batch.size");
}

TEST(properties, never_repeat_a_secret) {
    EXPECT_EQ(complaint("sasl.password=hunter2").find("hunter2"), std::string::npos);
    EXPECT_EQ(complaint("ssl.key.password=hunter2").find("hunter2"), std::string::npos);
    EXPECT_EQ(complaint("sasl_password=hunter2").find("hunter2"), std::string::npos);
    EXPECT_EQ(complaint("pasword=hunter2").find("hunter2"), std::string::npos);
}

// java.util.Properties
TEST(properties, let_the_last_of_several_equal_keys_win) {
    EXPECT_EQ(accepted("linger.ms=1\nacks=1\nlinger.ms=2\n").producer.linger, 2ms);
    EXPECT_EQ(accepted("linger.ms=nonsense\nlinger.ms=2\n").producer.linger, 2ms);
}

TEST(properties, let_two_spellings_of_an_option_agree) {
    EXPECT_EQ(accepted("linger.ms=2\nqueue.buffering.max.ms=2\n").producer.linger, 2ms);
    EXPECT_EQ(accepted("acks=all\nrequest.required.acks=-1\n").producer.acks, kcpp::acks::all);
    EXPECT_EQ(accepted("buffer.memory=2048\nqueue.buffering.max.kbytes=2\n").producer.buffer_bytes,
              2048U);
}

TEST(properties, refuse_two_spellings_that_contradict_each_other) {
    EXPECT_EQ(complaint("linger.ms=1\nacks=1\nqueue.buffering.max.ms=2\n"),
              "test.properties:3: queue.buffering.max.ms = 2 contradicts linger.ms = 1 in line 1; "
              "they set the same option, keep one of them");
    EXPECT_EQ(complaint("buffer.memory=2049\nqueue.buffering.max.kbytes=2\n"),
              "test.properties:2: queue.buffering.max.kbytes = 2 contradicts buffer.memory = 2049 "
              "in line 1; they set the same option, keep one of them");
    const auto read = properties::load(
        std::map<std::string, std::string>{{"linger.ms", "1"}, {"queue.buffering.max.ms", "2"}});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message(),
              "properties: queue.buffering.max.ms = 2 contradicts linger.ms = 1; they set the same "
              "option, keep one of them");
}

TEST(properties, take_the_level_of_the_codec_in_use) {
    const std::string levels = "compression.gzip.level=4\ncompression.lz4.level=5\n"
                               "compression.zstd.level=6\n";
    const auto level = [&](std::string_view codec) {
        return accepted(levels + "compression.type=" + std::string(codec))
            .producer.compression_level;
    };
    EXPECT_EQ(level("gzip"), 4);
    EXPECT_EQ(level("lz4"), 5);
    EXPECT_EQ(level("zstd"), 6);
    EXPECT_EQ(level("snappy"), std::nullopt);
    EXPECT_EQ(level("none"), std::nullopt);
}

TEST(properties, take_librdkafkas_one_level_for_all_codecs) {
    EXPECT_EQ(accepted("compression.level=7\ncompression.codec=gzip").producer.compression_level,
              7);
    EXPECT_EQ(accepted("compression.level=0\ncompression.codec=snappy").producer.compression_level,
              std::nullopt);
    EXPECT_EQ(accepted("compression.level=-1\ncompression.codec=zstd").producer.compression_level,
              std::nullopt);
    EXPECT_EQ(
        accepted("compression.gzip.level=-1\ncompression.type=gzip").producer.compression_level,
        std::nullopt);
    EXPECT_EQ(
        accepted("compression.zstd.level=-1\ncompression.type=zstd").producer.compression_level,
        -1);
}

TEST(properties, refuse_two_levels_for_one_codec) {
    const std::string both = "compression.level=7\ncompression.zstd.level=3\n";
    EXPECT_EQ(complaint(both + "compression.type=zstd"),
              "test.properties:2: compression.zstd.level = 3 contradicts compression.level = 7 in "
              "line 1; they set the same option, keep one of them");
    EXPECT_EQ(accepted(both + "compression.type=gzip").producer.compression_level, 7);
}

TEST(properties, raise_defaults_that_would_contradict_what_was_given) {
    EXPECT_EQ(accepted("retry.backoff.ms=5000").client.retry_backoff_max, 5s);
    EXPECT_EQ(accepted("reconnect.backoff.ms=5000").client.reconnect_backoff_max, 5s);
    EXPECT_EQ(accepted("socket.connection.setup.timeout.ms=60000").client.connect_timeout_max, 60s);
    EXPECT_EQ(accepted("request.timeout.ms=300000").producer.delivery_timeout, 300'005ms);
    EXPECT_EQ(accepted("batch.size=2000000").producer.max_request_bytes, 2'000'000U);
    EXPECT_EQ(accepted("fetch.max.bytes=200000000").client.max_response_bytes, 200'000'512U);
}

TEST(properties, leave_what_was_given_as_it_is) {
    EXPECT_EQ(accepted("retry.backoff.ms=5000\nretry.backoff.max.ms=1").client.retry_backoff_max,
              1ms);
    EXPECT_EQ(accepted("request.timeout.ms=300000\nmessage.timeout.ms=7").producer.delivery_timeout,
              7ms);
    EXPECT_EQ(accepted("batch.size=2000000\nmessage.max.bytes=1000").producer.max_request_bytes,
              1000U);
}
