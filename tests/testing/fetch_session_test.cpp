// Fetch sessions (KIP-227): requests and answers that only say what changed.

#include "broker_fixture.hpp"
#include "testing/model/fetch_session.hpp"

using namespace kcpp;

namespace {

namespace fetching = protocol::fetch;

/// What an answer says: its session's error, then each partition as topic-p@offset of the records'
/// first batch, ! error, or "-" for one that only has news of offsets.
std::string told(const fetching::response& r) {
    if (r.error_code != 0) return std::string("error ").append(std::to_string(r.error_code));
    std::string text;
    for (const auto& t : r.topics)
        for (const auto& p : t.partitions) {
            if (!text.empty()) text += ' ';
            text += std::to_string(p.index);
            if (p.error_code != 0) {
                text += '!';
                text += std::to_string(p.error_code);
            } else if (p.records && !p.records->empty()) {
                text += '@';
                text += std::to_string(kcpp::testing::read_batch_header(*p.records)->base_offset);
            } else {
                text += '-';
            }
        }
    return text;
}

struct fetch_session : broker {
    fetch_session() { cluster.create_topic("t", {.partitions = 3}); }

    fetching::request request(std::int32_t session, std::int32_t epoch) {
        fetching::request q;
        q.session_id = session;
        q.session_epoch = epoch;
        q.max_bytes = 1 << 20;
        return q;
    }
    void name(fetching::request& q, std::int32_t partition, std::int64_t offset) {
        if (q.topics.empty()) q.topics.emplace_back().topic_id = describe("t").topic_id;
        auto& p = q.topics[0].partitions.emplace_back();
        p.index = partition;
        p.fetch_offset = offset;
        p.max_bytes = 1 << 20;
    }
    void forget(fetching::request& q, std::int32_t partition) {
        auto& t = q.forgotten_topics.emplace_back();
        t.topic_id = describe("t").topic_id;
        t.partitions.push_back(partition);
    }
    /// A session that reads all three partitions from their start.
    std::int32_t open() {
        auto q = request(0, 0);
        for (const std::int32_t p : {0, 1, 2})
            name(q, p, 0);
        const auto r = client.ask(q);
        EXPECT_EQ(told(r), "0- 1- 2-");
        EXPECT_GT(r.session_id, 0);
        return r.session_id;
    }
    void write(std::int32_t partition) {
        const auto batch = numbered(1);
        auto q = produce("t", batch);
        q.topics[0].partitions[0].index = partition;
        EXPECT_EQ(client.ask(q).topics.at(0).partitions.at(0).error_code, 0);
    }
};

} // namespace

TEST_F(fetch_session, answers_name_only_what_changed) { // F1
    const auto session = open();
    auto q = request(session, 1);
    auto r = client.ask(q);
    EXPECT_EQ(told(r), "");
    EXPECT_EQ(r.session_id, session);
    write(1);
    EXPECT_EQ(told(client.ask(request(session, 2))), "1@0");
    EXPECT_EQ(told(client.ask(request(session, 3))), "1@0"); // it was not said to be read
    q = request(session, 4);
    name(q, 1, 1);
    EXPECT_EQ(told(client.ask(q)), "");
}

TEST_F(fetch_session, who_got_records_is_served_last_next_time) { // F2
    const auto session = open();
    for (const std::int32_t p : {0, 1, 2})
        write(p);
    auto q = request(session, 1);
    q.max_bytes = 1; // one batch at a time; of the others the new high watermark is told
    EXPECT_EQ(told(client.ask(q)), "0@0 1- 2-");
    q = request(session, 2);
    q.max_bytes = 1;
    EXPECT_EQ(told(client.ask(q)), "1@0");
    q = request(session, 3);
    q.max_bytes = 1;
    EXPECT_EQ(told(client.ask(q)), "2@0");
    q = request(session, 4);
    q.max_bytes = 1;
    EXPECT_EQ(told(client.ask(q)), "0@0");
}

TEST_F(fetch_session, partitions_are_added_and_forgotten) {
    const auto session = open();
    for (const std::int32_t p : {0, 1, 2})
        write(p);
    auto q = request(session, 1);
    forget(q, 0);
    name(q, 2, 1);
    EXPECT_EQ(told(client.ask(q)), "1@0 2-");
    q = request(session, 2);
    name(q, 0, 0);
    EXPECT_EQ(told(client.ask(q)), "1@0 0@0");
}

TEST_F(fetch_session, errors_are_told_as_long_as_they_last) {
    const auto session = open();
    auto q = request(session, 1);
    name(q, 0, 7);
    EXPECT_EQ(told(client.ask(q)), "0!1"); // OFFSET_OUT_OF_RANGE
    EXPECT_EQ(told(client.ask(request(session, 2))), "0!1");
    q = request(session, 3);
    name(q, 0, 0);
    EXPECT_EQ(told(client.ask(q)), "0-");
    EXPECT_EQ(told(client.ask(request(session, 4))), "");
}

TEST_F(fetch_session, requests_must_be_in_order) {
    const auto session = open();
    EXPECT_EQ(told(client.ask(request(session, 2))), "error 71"); // INVALID_FETCH_SESSION_EPOCH
    EXPECT_EQ(told(client.ask(request(session, 1))), "");
    EXPECT_EQ(told(client.ask(request(session, 1))), "error 71");
    EXPECT_EQ(told(client.ask(request(session + 1, 1))),
              "error 70"); // FETCH_SESSION_ID_NOT_FOUND
}

TEST_F(fetch_session, topics_are_named_in_one_way) {
    const auto session = open();
    EXPECT_EQ(told(client.ask(request(session, 1), 12)),
              "error 106"); // FETCH_SESSION_TOPIC_ID_ERROR
}

TEST_F(fetch_session, ends_when_the_client_says_so_or_begins_another) {
    const auto first = open();
    auto q = request(first, -1);
    name(q, 0, 0);
    auto r = client.ask(q);
    EXPECT_EQ(told(r), "0-");
    EXPECT_EQ(r.session_id, 0);
    EXPECT_EQ(told(client.ask(request(first, 1))), "error 70");

    const auto second = open();
    q = request(second, 0);
    name(q, 0, 0);
    r = client.ask(q);
    EXPECT_NE(r.session_id, second);
    EXPECT_EQ(told(client.ask(request(second, 1))), "error 70");
    EXPECT_EQ(told(client.ask(request(r.session_id, 1))), "");
}

TEST_F(fetch_session, ends_with_its_last_partition) {
    const auto session = open();
    auto q = request(session, 1);
    for (const std::int32_t p : {0, 1, 2})
        forget(q, p);
    const auto r = client.ask(q);
    EXPECT_EQ(told(r), "");
    EXPECT_EQ(r.session_id, 0);
    EXPECT_EQ(told(client.ask(request(session, 2))), "error 70");
}

TEST_F(fetch_session, is_forgotten_by_a_broker_that_starts_again) {
    const auto session = open();
    cluster.stop_broker(1);
    cluster.start_broker(1);
    raw_client again(cluster, 1);
    EXPECT_EQ(told(again.ask(request(session, 1))), "error 70");
}

TEST_F(fetch_session, may_be_lost_where_a_test_wants_it) {
    const auto session = open();
    cluster.fail_next(kcpp::testing::api::fetch, broker_errc::fetch_session_id_not_found);
    EXPECT_EQ(told(client.ask(request(session, 1))), "error 70");
    EXPECT_EQ(told(client.ask(request(session, 1))), ""); // nothing else had happened
}

TEST(fetch_session_cache, is_full_at_a_thousand_until_some_are_idle) {
    using namespace kcpp::testing;
    std::uint64_t next = 0;
    fetch_session_cache cache([&] { return ++next; });
    fetching::request q;
    q.session_epoch = 0;
    const kcpp::runtime::time_point start{};
    const auto open_at = [&](kcpp::runtime::time_point now) {
        auto turn = cache.begin(q, true, now);
        std::vector<read_answer> none;
        return cache.finish(turn, none, true, now);
    };
    for (std::size_t i = 1; i <= fetch_session_cache::slots; ++i)
        EXPECT_EQ(open_at(start), static_cast<std::int32_t>(i));
    EXPECT_EQ(open_at(start + fetch_session_cache::idle), 0);
    EXPECT_NE(open_at(start + fetch_session_cache::idle + std::chrono::milliseconds(1)), 0);
}
