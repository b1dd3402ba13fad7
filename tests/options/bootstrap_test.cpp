#include "base/text.hpp"
#include "options/bootstrap.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

using kcpp::options::endpoint;
using kcpp::options::parse_bootstrap;
using kcpp::options::security_protocol;

namespace {

using endpoints = std::vector<endpoint>;

/// The sentence about a list that must be refused.
std::string complaint(std::string_view list) {
    const auto parsed = parse_bootstrap(list);
    if (parsed) return "accepted";
    EXPECT_EQ(parsed.error(), kcpp::client_errc::invalid_option);
    return parsed.error().message();
}

void expect_complaint(std::string_view list, std::string_view entry, std::string_view what) {
    const std::string said = complaint(list);
    EXPECT_NE(said.find(kcpp::base::text('"', entry, "\" ", what)), std::string::npos) << said;
    EXPECT_NE(said.find("write host:port"), std::string::npos) << said;
}

} // namespace

TEST(bootstrap, is_one_broker_or_several) {
    EXPECT_EQ(parse_bootstrap("localhost:9092").value(), (endpoints{{"localhost", 9092}}));
    EXPECT_EQ(parse_bootstrap("a:1,b.example.org:2,10.0.0.1:65535").value(),
              (endpoints{{"a", 1}, {"b.example.org", 2}, {"10.0.0.1", 65535}}));
}

TEST(bootstrap, allows_blanks_around_entries_and_empty_entries) {
    EXPECT_EQ(parse_bootstrap(" a:1 ,\tb:2\n,, c:3,").value(),
              (endpoints{{"a", 1}, {"b", 2}, {"c", 3}}));
}

TEST(bootstrap, takes_ipv6_addresses_in_brackets) {
    EXPECT_EQ(parse_bootstrap("[::1]:9092,[fe80::1%eth0]:9093").value(),
              (endpoints{{"::1", 9092}, {"fe80::1%eth0", 9093}}));
}

TEST(bootstrap, takes_kafkas_protocols_in_front) {
    EXPECT_EQ(parse_bootstrap("PLAINTEXT://a:1,SASL_SSL://h:3,ssl://[::1]:4,SASL_PLAINTEXT://b:5")
                  .value(),
              (endpoints{{"a", 1, security_protocol::plaintext},
                         {"h", 3, security_protocol::sasl_ssl},
                         {"::1", 4, security_protocol::ssl},
                         {"b", 5, security_protocol::sasl_plaintext}}));
}

TEST(bootstrap, takes_names_with_underscores_as_containers_have_them) {
    EXPECT_EQ(parse_bootstrap("kafka_1:9092").value(), (endpoints{{"kafka_1", 9092}}));
}

TEST(bootstrap, needs_at_least_one_broker) {
    for (const std::string_view nothing : {"", " ", ",", " , ,"}) {
        EXPECT_NE(complaint(nothing).find("is empty; name at least one broker"), std::string::npos);
    }
}

TEST(bootstrap, names_the_entry_that_has_no_port) {
    expect_complaint("a:1,localhost", "localhost", "has no port");
    expect_complaint("[::1]", "[::1]", "has no port");
}

TEST(bootstrap, names_the_entry_whose_port_cannot_be) {
    for (const std::string_view entry :
         {"a:", "a:0", "a:65536", "a:-1", "a:9092x", "a: 9092", "a:99999999999999999999"}) {
        expect_complaint(entry, entry, "has no port from 1 to 65535");
    }
}

TEST(bootstrap, names_the_entry_whose_host_cannot_be) {
    expect_complaint(":9092", ":9092", "has no host");
    expect_complaint("a b:9092", "a b:9092", "has no valid host name");
    expect_complaint("user@host:9092", "user@host:9092", "has no valid host name");
    expect_complaint("h\xC3\xB6st:9092", "h\xC3\xB6st:9092", "has no valid host name");
}

TEST(bootstrap, asks_for_brackets_around_ipv6) {
    expect_complaint("::1:9092", "::1:9092", "has too many colons");
    expect_complaint("[::1:9092", "[::1:9092", "has too many colons");
    expect_complaint("[localhost]:9092", "[localhost]:9092", "has no IPv6 address in its brackets");
    expect_complaint("[]:9092", "[]:9092", "has no IPv6 address in its brackets");
}

TEST(bootstrap, refuses_protocols_that_are_not_kafkas) {
    expect_complaint("http://a:80", "http://a:80", "does not begin with a protocol of Kafka's");
    expect_complaint("://a:80", "://a:80", "does not begin with a protocol of Kafka's");
}
