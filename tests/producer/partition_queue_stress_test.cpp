#include "fake/fake_runtime.hpp"
#include "producer/partition_queue.hpp"
#include "producer/topic_entry.hpp"
#include "record/record_reader.hpp"
#include "threads_that_wait.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;

constexpr int appending_threads = 7;
constexpr int records_each = 3000;

/// One partition's queue with seven threads that append and one, the test's, that takes.
class partition_queue_stress : public ::testing::TestWithParam<compression> {
protected:
    partition_queue_stress() {
        for (int t = 0; t < appending_threads; ++t)
            threads_.emplace_back([this, t] { append_all(t); });
    }
    ~partition_queue_stress() override {
        for (std::thread& t : threads_)
            if (t.joinable()) t.join();
    }

    append_context context() { return {options_, budget_, open_, spare_, usual_, *clock_}; }
    void join() {
        for (std::thread& t : threads_)
            t.join();
    }
    bool all_appended() const { return ended_ == appending_threads; }
    void end(batch& taken) {
        budget_.give_back(queue_.uncharge(taken));
        open_.end(taken.round);
    }
    /// Reads a batch back: the records of each thread must follow one another without a gap.
    void read(const batch& taken) {
        record::record_reader records;
        const auto bytes = taken.sealed.bytes();
        ASSERT_EQ(records.open(record::batch_view(bytes.bytes), 1'000'000), record::errc::none);
        while (records.next()) {
            const std::string value = records.record().value.to_string();
            const auto colon = value.find(':');
            const auto thread = std::stoul(value.substr(0, colon));
            ASSERT_EQ(std::stoi(value.substr(colon + 1)), next_[thread]++);
            ++read_;
        }
    }

    producer_options options_{.compression = GetParam(), .batch_bytes = 2000};
    byte_budget budget_{20'000, threads_that_wait::make()};
    outstanding open_;
    spare_memory spare_{options_.batch_bytes, 10'000};
    usual_size usual_;
    std::shared_ptr<runtime::fake_runtime> clock_ = std::make_shared<runtime::fake_runtime>();
    topic_entry topic_{"orders"};
    partition_queue queue_{topic_, 0, client_options(), false};
    std::atomic<int> ended_ = 0;
    std::atomic<int> appended_ = 0;
    std::vector<int> next_ = std::vector<int>(appending_threads, 0);
    int read_ = 0;

private:
    void append_all(int thread) {
        for (int i = 0; i < records_each && append(thread, i); ++i)
            ++appended_;
        ++ended_;
    }
    bool append(int thread, int i) {
        const std::string value = std::to_string(thread) + ':' + std::to_string(i);
        for (;;) {
            delivery_callback nobody;
            const auto came = queue_.append({{}, {}, value}, nobody, context());
            if (came.full) queue_.finish(*came.full, context());
            if (came.closed || came.missing == 0) return !came.closed;
            EXPECT_TRUE(budget_.wait_for(came.missing, 60s)) << "a wake-up was lost";
        }
    }

    std::vector<std::thread> threads_;
};

TEST_P(partition_queue_stress, nothing_is_lost_or_overtaken_also_when_batches_come_back) {
    for (int taken = 0; !all_appended() || queue_.look().any;) {
        auto next = queue_.take(context());
        if (!next) {
            std::this_thread::yield();
            continue;
        }
        if (++taken % 5 == 0) {
            queue_.put_back(next);
            next = queue_.take(context());
        }
        read(*next);
        end(*next);
        spare_.keep(next->take_memory());
    }
    join();
    EXPECT_EQ(read_, appending_threads * records_each);
    EXPECT_EQ(budget_.held(), 0u);
    EXPECT_TRUE(open_.none());
}

TEST_P(partition_queue_stress, closing_takes_all_that_was_appended_and_lets_nothing_in) {
    int given_up = 0;
    for (int taken = 0; taken < 50 && !all_appended();) {
        if (const auto next = queue_.take(context())) {
            read(*next);
            end(*next);
            spare_.keep(next->take_memory());
            ++taken;
        }
    }
    for (const auto& left : queue_.close()) {
        given_up += left->count;
        end(*left); // some thread may still be compressing it
    }
    join();
    EXPECT_EQ(read_ + given_up, appended_);
    EXPECT_EQ(budget_.held(), 0u);
    EXPECT_TRUE(open_.none());
}

INSTANTIATE_TEST_SUITE_P(codecs, partition_queue_stress,
                         ::testing::Values(compression::none, compression::lz4),
                         [](const auto& param) { return std::string(to_string(param.param)); });

} // namespace
} // namespace kcpp::producing
