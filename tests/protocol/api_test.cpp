#include "protocol/all.hpp"

#include <gtest/gtest.h>

namespace kcpp::protocol {

TEST(api, is_found_by_its_key) {
    const api_info* fetch = find_api(1);
    ASSERT_NE(fetch, nullptr);
    EXPECT_STREQ(fetch->name, "Fetch");
    EXPECT_EQ(fetch->oldest, 4);
    EXPECT_EQ(fetch->newest, 18);
    EXPECT_EQ(fetch->flexible_since, 12);
    EXPECT_EQ(every_api().size(), 37u);
}

TEST(api, of_an_unknown_key_is_none) {
    EXPECT_EQ(find_api(-1), nullptr);
    EXPECT_EQ(find_api(4), nullptr); // removed in Kafka 4.0
    EXPECT_EQ(find_api(32767), nullptr);
    EXPECT_STREQ(name(static_cast<api_key>(4)), "unknown API");
}

TEST(api, an_unstable_version_is_never_sent) {
    static_assert(newest_sent<init_producer_id::request>() == 5);
    static_assert(newest_sent<fetch::request>() == 18);
    EXPECT_EQ(find_api(init_producer_id::request::api_key)->newest, 5);
}

// C5
TEST(api, flexible_versions_have_flexible_headers) {
    static_assert(request_header_version<produce::request>(8) == 1);
    static_assert(request_header_version<produce::request>(9) == 2);
    static_assert(response_header_version<produce::response>(8) == 0);
    static_assert(response_header_version<produce::response>(9) == 1);
    static_assert(request_header_version<sasl_handshake::request>(1) == 1);
}

// C2, KIP-511
TEST(api, the_response_header_of_api_versions_never_changes) {
    static_assert(request_header_version<api_versions::request>(3) == 2);
    static_assert(response_header_version<api_versions::response>(3) == 0);
    static_assert(response_header_version<api_versions::response>(5) == 0);
}

// C10, KIP-219
TEST(api, the_client_waits_only_where_the_broker_does_not) {
    produce::response response;
    response.throttle_time_ms = 250;
    EXPECT_EQ(throttle_ms(response, 5), 0);
    EXPECT_EQ(throttle_ms(response, 6), 250);
    EXPECT_EQ(throttle_ms(sasl_handshake::response{}, 1), 0);
}

} // namespace kcpp::protocol
