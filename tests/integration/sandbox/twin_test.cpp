// The embedded cluster beside real Kafka: both are asked the same, frame by frame, and must answer
// the same.

#include "../kafka.hpp"
#include "scenarios.hpp"

#include <kcpp/testing/embedded_cluster.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <ostream>

namespace kcpp::integration {
namespace {

struct scenario {
    const char* name;
    void (*play)(side&);

    friend void PrintTo(const scenario& s, std::ostream* out) { *out << s.name; }
};

std::uint16_t port_of(const std::string& bootstrap) {
    const auto colon = bootstrap.find(':');
    return static_cast<std::uint16_t>(std::stoi(bootstrap.substr(colon + 1)));
}

std::vector<std::string> lines_of(const std::string& story) {
    std::vector<std::string> lines;
    for (std::size_t from = 0, to; (to = story.find('\n', from)) != story.npos; from = to + 1)
        lines.push_back(story.substr(from, to - from));
    return lines;
}

class sandbox_twin : public ::testing::TestWithParam<scenario> {};

TEST_P(sandbox_twin, answers_as_kafka_does) {
    const char* version = std::getenv("KCPP_KAFKA_VERSION");
    if (version != nullptr && version[0] < '4') GTEST_SKIP() << "the sandbox is like Kafka 4";
    const kcpp::testing::embedded_cluster embedded{
        {.min_session_timeout = std::chrono::seconds(1)}};
    side kafka(port_of(bootstrap())), sandbox(port_of(embedded.bootstrap_servers()));
    GetParam().play(kafka);
    GetParam().play(sandbox);
    const auto expected = lines_of(kafka.told()), got = lines_of(sandbox.told());
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_EQ(got[i], expected[i]);
}

INSTANTIATE_TEST_SUITE_P(
    scenarios, sandbox_twin,
    ::testing::ValuesIn(
        {scenario{"good_batches", good_batches}, scenario{"refused_batches", refused_batches},
         scenario{"refused_records", refused_records}, scenario{"idempotence", idempotence},
         scenario{"producer_ids", producer_ids}, scenario{"fetching", fetching},
         scenario{"fetch_sessions", fetch_sessions}, scenario{"offsets_by_time", offsets_by_time},
         scenario{"alone_in_a_group", alone_in_a_group}, scenario{"static_member", static_member},
         scenario{"two_members", two_members}, scenario{"committed_offsets", committed_offsets},
         scenario{"topics", topics}, scenario{"configs", configs}}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace kcpp::integration
