// What has gone wrong in other clients: F, where a consumer stands. The classes and the issues are
// those of docs/testing.md.

#include "consumer_world.hpp"
#include "wire/varint.hpp"

#include <functional>
#include <random>

namespace kcpp::consuming::test {
namespace {

class reliability : public consumer_world {
protected:
    /// Polls until that many records have come; errors on the way are `told`.
    strings read_on(consumer& from, std::size_t many, std::vector<error>* told = nullptr) {
        strings seen;
        const auto until = world.rt->now() + 60s;
        while (seen.size() < many && world.rt->now() < until) {
            const auto batch = from.poll(100ms);
            if (!batch && told != nullptr) told->push_back(batch.error());
            if (batch)
                for (const consumer_record& r : *batch)
                    seen.push_back(r.value().to_string());
        }
        return seen;
    }
    /// Every error there is, and some that are not.
    static std::vector<broker_errc> all_errors() {
        std::vector<broker_errc> all;
        for (int code = -1; code < 140; ++code)
            if (code != 0) all.push_back(static_cast<broker_errc>(code));
        return all;
    }
    consumer on(partition_id partition, offset_reset policy) {
        consumer c(shared, {.offset_reset = policy});
        c.assign({{"t", partition}});
        return c;
    }
    /// Leaves a gap of so many offsets before the batch.
    void store_behind_gap(const byte_vector& bytes, std::int64_t gap) {
        auto& p = world.partition("t");
        p.append(testing::place_in_log(bytes, p.log().end_offset() + gap, p.leader_epoch(),
                                       std::nullopt));
    }
};

/// What compaction leaves of an uncompressed batch: the records that `stays`, with their offsets.
byte_vector compacted(const byte_vector& whole, const std::function<bool(int)>& stays) {
    namespace format = record::format;
    byte_vector left(whole.begin(), whole.begin() + format::header_size);
    const std::byte* at = whole.data() + format::header_size;
    const std::byte* const end = whole.data() + whole.size();
    std::int32_t count = 0;
    for (int delta = 0; at != end; ++delta) {
        std::int32_t length = 0;
        const std::byte* const next = wire::get_varint(at, end, length) + length;
        if (stays(delta)) {
            left.insert(left.end(), at, next);
            ++count;
        }
        at = next;
    }
    wire::store_be(left.data() + format::batch_length,
                   static_cast<std::int32_t>(left.size() - format::log_overhead));
    wire::store_be(left.data() + format::record_count, count);
    wire::store_be(left.data() + format::crc,
                   wire::crc32c(std::span(left).subspan(format::attributes)));
    return left;
}

TEST_F(reliability, F_librdkafka_4844_an_error_between_records_moves_no_position) {
    auto options = in_group();
    options.auto_commit = false;
    consumer c(shared, options);
    c.subscribe({"t"});
    poll_until({&c}, [&] { return c.assignment().size() == 3; });
    const broker_errc errors[] = {
        broker_errc::topic_authorization_failed, broker_errc::unknown_leader_epoch,
        broker_errc::unknown_server_error, broker_errc::offset_not_available};
    for (int n = 0; n < 20; ++n) {
        produce({std::to_string(n)});
        EXPECT_EQ(read_on(c, 1), strings{std::to_string(n)});
        world.fail_next(api::fetch, errors[n % 4], 1, {.topic = "t", .partition = 0});
        (void)c.poll(2s);
        c.commit().get();
        EXPECT_EQ(committed().at({"t", 0}).offset, n + 1);
    }
}

TEST_F(reliability, F_librdkafka_4294_only_a_missing_offset_sets_the_policy_going) {
    produce_numbered(4, 1);
    consumer c = on(0, offset_reset::latest);
    for (const broker_errc what : all_errors()) {
        if (what == broker_errc::offset_out_of_range) continue;
        SCOPED_TRACE(name_of(what));
        for (const testing::fault_place& where :
             {testing::fault_place{}, testing::fault_place{.topic = "t", .partition = 0}}) {
            world.fail_next(api::fetch, what, 2, where);
            ASSERT_TRUE(c.seek({"t", 0}, 2));
            ASSERT_EQ(read_on(c, 2), (strings{"0:2", "0:3"}));
            world.brokers->faults.clear();
        }
    }
}

TEST_F(reliability, F_librdkafka_4447_a_failing_look_up_does_not_decide_where_to_begin) {
    produce_numbered(2, 1);
    for (const broker_errc what : all_errors()) {
        SCOPED_TRACE(name_of(what));
        world.fail_next(api::list_offsets, what, 2, {.topic = "t", .partition = 0});
        consumer c = on(0, offset_reset::earliest);
        std::vector<error> told;
        ASSERT_EQ(read_on(c, 2, &told), (strings{"0:0", "0:1"}));
        for (const error& one : told)
            EXPECT_EQ(one, what) << one.message();
        world.brokers->faults.clear();
    }
}

TEST_F(reliability, F_kafka_python_1390_what_compaction_left_is_read_once_and_to_the_end) {
    std::mt19937 random(1390);
    const auto chance = [&](unsigned of) { return random() % of == 0; };
    strings stored;
    for (int n = 0; n < 300; ++n) {
        const std::int64_t gap = chance(3) ? static_cast<std::int64_t>(random() % 50) : 0;
        if (chance(6)) {
            store_behind_gap(marker(0, 7, chance(2)), gap);
            continue;
        }
        batch b{.removed_at_end = static_cast<std::int32_t>(chance(3) ? random() % 4 : 0)};
        const std::size_t records = chance(5) ? 0 : 1 + random() % 8;
        for (std::size_t i = 0; i < records; ++i)
            b.values.push_back(std::to_string(n) + "." + std::to_string(i));
        if (records == 0) b.removed_at_end = 1 + static_cast<std::int32_t>(random() % 3);
        if (records != 0 && chance(2)) b.codec = chance(2) ? compression::lz4 : compression::zstd;
        auto bytes = b.bytes();
        const bool thinned = b.codec == compression::none && records != 0 && chance(2);
        const auto keep = static_cast<int>(random() % 3);
        const auto stays = [&](int i) { return !thinned || i % 3 == keep; };
        if (thinned) bytes = compacted(bytes, stays);
        for (std::size_t i = 0; i < records; ++i)
            if (stays(static_cast<int>(i))) stored.push_back(b.values[i]);
        store_behind_gap(bytes, gap);
    }
    store_behind_gap(batch{.values = {}, .removed_at_end = 3}.bytes(), 0); // the last was emptied
    world.brokers->log_news.notify();
    auto options = from_the_beginning();
    options.max_poll_records = 3;
    consumer c(shared, options);
    c.assign({{"t", 0}});
    strings seen;
    for (auto records = c.poll(1s).value(); !records.empty(); records = c.poll(1s).value()) {
        offset_t last = 0;
        for (const consumer_record& r : records) {
            seen.push_back(r.value().to_string());
            last = r.offset();
        }
        ASSERT_GT(c.position({"t", 0}), last);
    }
    EXPECT_EQ(seen, stored);
    EXPECT_EQ(c.position({"t", 0}), world.partition("t").log().end_offset());
    EXPECT_EQ(c.lag({"t", 0}), 0);
}

TEST_F(reliability, F_kafka_python_322_a_batch_is_entered_at_any_record) {
    const strings values{"a", "b", "c", "d", "e"};
    offset_t base = 0;
    for (const auto codec : {compression::none, compression::gzip, compression::snappy,
                             compression::lz4, compression::zstd}) {
        store(batch{.values = values, .codec = codec}.bytes());
        for (std::size_t i = 0; i < values.size(); ++i) {
            consumer c = on(0, offset_reset::none);
            ASSERT_TRUE(c.seek({"t", 0}, base + static_cast<offset_t>(i)));
            EXPECT_EQ(read_on(c, values.size() - i),
                      strings(values.begin() + static_cast<int>(i), values.end()));
        }
        base += static_cast<offset_t>(values.size());
    }
}

TEST_F(reliability, F_franz_go_1_21_0_offsets_that_a_transaction_may_change_are_waited_for) { // L5
    produce_numbered(5, 1);
    {
        consumer c(shared, in_group());
        c.assign({{"t", 0}, {"t", 1}, {"t", 2}});
        c.commit(offsets{{{"t", 0}, {1}}}).get();
    }
    auto& g = *world.brokers->state.find_group("g");
    g.unstable.insert({"t", 0});
    consumer c(shared, in_group());
    c.subscribe({"t"});
    EXPECT_EQ(read(c, 1, 10s), strings());
    // The transaction ends, with offset 3.
    g.offsets[{"t", 0}].offset = 3;
    g.unstable.clear();
    EXPECT_EQ(read(c, 2), (strings{"0:3", "0:4"}));
}

TEST_F(reliability, F_librdkafka_4433_a_leader_that_moves_to_and_fro_costs_few_requests) {
    constexpr int flips = 300;
    strings all;
    auto& p = world.partition("t");
    const auto asked = [&] {
        return world.requests(api::fetch) + world.requests(api::metadata) +
               world.requests(api::list_offsets) + world.requests(api::offset_for_leader_epoch);
    };
    std::vector<client> clients;
    for (const std::int16_t newest : {15, 18}) { // without hints at the new leader, and with them
        world.brokers->faults.limit_versions(api::fetch, 4, newest);
        clients.push_back(world.make_client());
        consumer c(clients.back(), from_the_beginning());
        c.assign({{"t", 0}});
        strings seen = read(c, all.size());
        const auto begin = world.rt->now();
        const auto before = asked();
        auto reached = c.position({"t", 0});
        for (int n = 0; n < flips; ++n) {
            ASSERT_TRUE(world.brokers->move_leader(p, p.leader() == 1 ? 2 : 1));
            all.push_back(std::to_string(n));
            store(batch{.values = {all.back()}}.bytes());
            while (world.rt->now() < begin + (n + 1) * 200ms) {
                for (const consumer_record& r : c.poll(10ms).value())
                    seen.push_back(r.value().to_string());
                ASSERT_GE(c.position({"t", 0}), reached);
                reached = c.position({"t", 0});
            }
        }
        EXPECT_EQ(seen, all);
        EXPECT_LE(asked() - before, 10 * flips);
    }
}

} // namespace
} // namespace kcpp::consuming::test
