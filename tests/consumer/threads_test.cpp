// Where threads meet: what one fetches, another hands out and others let go of, while somebody
// wakes and stops them. With a real runtime, for the thread sanitizer.

#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>
#include <kcpp/testing/embedded_cluster.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace kcpp::consuming::test {
namespace {

using namespace std::chrono_literals;

constexpr partition_id partitions = 4;
constexpr int records_each = 2000;
constexpr std::size_t all_records = std::size_t{partitions} * records_each;

/// Which records were seen how often; a record's value is its offset.
class tally {
public:
    void note(const consumer_record& r) {
        EXPECT_EQ(r.value().text(), std::to_string(r.offset()));
        ++counts_[static_cast<std::size_t>(r.partition())][static_cast<std::size_t>(r.offset())];
        ++total_;
    }
    std::size_t total() const { return total_; }
    /// The number of records that were seen exactly once.
    std::size_t seen_once() const {
        std::size_t once = 0;
        for (const auto& of_partition : counts_)
            for (const auto& count : of_partition)
                once += count == 1;
        return once;
    }

private:
    std::array<std::array<std::atomic<int>, records_each>, partitions> counts_{};
    std::atomic<std::size_t> total_{0};
};

/// Batches on their way from the thread that polls to those that work on them.
class conveyor {
public:
    void put(consumer_batch batch) {
        std::lock_guard lock(mutex_);
        batches_.push_back(std::move(batch));
        news_.notify_one();
    }
    void close() {
        std::lock_guard lock(mutex_);
        closed_ = true;
        news_.notify_all();
    }
    /// Empty at the end.
    consumer_batch take() {
        std::unique_lock lock(mutex_);
        news_.wait(lock, [this] { return closed_ || !batches_.empty(); });
        if (batches_.empty()) return {};
        auto batch = std::move(batches_.front());
        batches_.pop_front();
        return batch;
    }

private:
    std::mutex mutex_;
    std::condition_variable news_;
    std::deque<consumer_batch> batches_;
    bool closed_ = false;
};

class threads : public ::testing::Test {
protected:
    threads() {
        cluster.create_topic("t", {.partitions = partitions});
        producer p(shared);
        for (int n = 0; n < records_each; ++n)
            for (partition_id i = 0; i < partitions; ++i) {
                const std::string value = std::to_string(n);
                p.send({.topic = "t", .value = value, .partition = i}, {});
            }
        p.flush().get();
    }
    consumer_options in_group() const {
        return {.group_id = "g",
                .offset_reset = offset_reset::earliest,
                .auto_commit_interval = 1ms,
                .max_poll_records = 50,
                .partition_fetch_bytes = 4096,
                .buffer_bytes = 32 * 1024};
    }
    void expect_all_committed() {
        const auto committed = cluster.committed("g");
        for (partition_id i = 0; i < partitions; ++i)
            EXPECT_EQ(committed.at({"t", i}).offset, records_each) << i;
    }

    testing::embedded_cluster cluster;
    client shared{{.bootstrap_servers = cluster.bootstrap_servers()}};
};

TEST_F(threads, batches_are_worked_on_and_let_go_of_by_others) {
    tally seen;
    conveyor belt;
    consumer c(shared, in_group());
    c.subscribe({"t"});
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < 6; ++i)
            workers.emplace_back([&] {
                for (auto batch = belt.take(); !batch.empty(); batch = belt.take())
                    for (const consumer_record& r : batch)
                        seen.note(r);
            });
        const std::jthread waker([&](const std::stop_token& done) {
            while (!done.stop_requested())
                c.wake();
        });
        for (std::size_t handed_out = 0; handed_out < all_records;) {
            auto batch = c.poll(1s);
            EXPECT_TRUE(batch) << batch.error().message();
            if (!batch) break;
            handed_out += batch->size();
            if (!batch->empty()) belt.put(*std::move(batch));
        }
        belt.close();
    }
    EXPECT_EQ(seen.seen_once(), all_records);
    c.close().value();
    expect_all_committed();
}

TEST_F(threads, members_on_one_client_read_everything_once_and_stop_when_told) {
    tally seen;
    std::stop_source stop;
    {
        std::vector<std::jthread> members;
        for (int i = 0; i < 6; ++i)
            members.emplace_back([&] {
                consumer c(shared, in_group());
                c.subscribe({"t"});
                for (const consumer_record& r : c.records(stop.get_token())) {
                    seen.note(r);
                    if (seen.total() >= all_records) stop.request_stop();
                }
                c.close().value();
            });
    }
    EXPECT_EQ(seen.seen_once(), all_records);
    expect_all_committed();
}

} // namespace
} // namespace kcpp::consuming::test
