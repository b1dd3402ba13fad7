#include "batches.hpp"
#include "testing/model/offset_search.hpp"
#include "testing/model/partition_log.hpp"

#include <gtest/gtest.h>

using namespace kcpp::testing;

namespace {

void append(partition_log& log, std::int32_t records, std::int32_t epoch = 0,
            std::int64_t time_ms = 1700000000000) {
    log.append(place_in_log(numbered(records, time_ms), log.end_offset(), epoch, std::nullopt));
}

} // namespace

TEST(partition_log, offsets_lead_to_batches) {
    partition_log log;
    append(log, 3);
    append(log, 2);
    EXPECT_EQ(log.end_offset(), 5);
    EXPECT_EQ(log.position_of(0), 0u);
    EXPECT_EQ(log.position_of(2), 0u);
    EXPECT_EQ(log.position_of(3), 1u);
    EXPECT_EQ(log.position_of(5), 2u);
}

TEST(partition_log, truncation_drops_whole_batches) {
    partition_log log;
    append(log, 3);
    append(log, 3);
    log.truncate_to(4);
    EXPECT_EQ(log.end_offset(), 3);
    EXPECT_EQ(log.batches().size(), 1u);
    log.truncate_to(0);
    EXPECT_EQ(log.end_offset(), 0);
}

TEST(partition_log, truncation_forgets_what_producers_wrote) {
    partition_log log;
    for (const std::int32_t sequence : {0, 1}) {
        const batch_maker m{.records = {{{}, "v"}},
                            .producer_id = 5,
                            .producer_epoch = 0,
                            .base_sequence = sequence};
        log.append(place_in_log(m.make(), log.end_offset(), 0, std::nullopt));
    }
    batch_header next;
    next.producer_id = 5;
    next.producer_epoch = 0;
    next.base_sequence = 1;
    EXPECT_EQ(log.check_producer(next).duplicate_of, 1);
    log.truncate_to(1);
    EXPECT_EQ(log.check_producer(next).duplicate_of, std::nullopt);
    EXPECT_EQ(log.check_producer(next).error, kcpp::broker_errc::none);
}

TEST(partition_log, deletion_moves_the_start) {
    partition_log log;
    append(log, 3);
    append(log, 3);
    log.delete_before(4);
    EXPECT_EQ(log.start_offset(), 4);
    EXPECT_EQ(log.batches().size(), 1u);
    log.delete_before(100);
    EXPECT_EQ(log.start_offset(), 6);
    EXPECT_EQ(log.end_offset(), 6);
}

TEST(partition_log, epochs_end_where_the_next_one_begins) { // KIP-101, KIP-320
    partition_log log;
    log.begin_epoch(0);
    append(log, 3, 0);
    log.begin_epoch(1); // wrote nothing
    append(log, 2, 2);
    const auto end = [&](std::int32_t epoch) { return log.end_of_epoch(epoch); };
    EXPECT_EQ(end(0).end_offset, 3);
    EXPECT_EQ(end(1).epoch, 0);
    EXPECT_EQ(end(1).end_offset, 3);
    EXPECT_EQ(end(2).end_offset, 5);
    EXPECT_EQ(end(3).epoch, -1);
    EXPECT_EQ(end(3).end_offset, -1);
    log.truncate_to(3);
    EXPECT_EQ(end(2).end_offset, 3);
}

TEST(offset_search, a_time_finds_the_first_record_as_late) {
    partition_log log;
    append(log, 2, 0, 1000);
    append(log, 2, 0, 3000);
    append(log, 2, 0, 2000);
    EXPECT_EQ(first_record_since(log, 500).offset, 0);
    EXPECT_EQ(first_record_since(log, 1001).offset, 2);
    EXPECT_EQ(first_record_since(log, 3001).offset, -1);
    EXPECT_EQ(newest_record(log).offset, 2);
    EXPECT_EQ(newest_record(log).time_ms, 3000);
    EXPECT_EQ(newest_record(partition_log()).offset, -1);
}
