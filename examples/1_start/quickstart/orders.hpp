#pragma once

#include "narrator.hpp"

#include <kcpp/consumer_record.hpp>

#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

namespace quickstart {

/// The records of this run. Each customer, who is the key, has orders numbered from 0; what was
/// written must arrive in that order, each once. Told of arrivals by several threads.
class orders {
public:
    explicit orders(std::size_t count);

    std::size_t count() const noexcept { return count_; }
    std::string key(std::size_t record) const {
        return "customer-" + std::to_string(record % customers_);
    }
    std::string value(std::size_t record) const {
        return "order " + std::to_string(record / customers_);
    }

    void arrived(const kcpp::consumer_record& record);

    std::size_t read() const noexcept { return read_; }
    bool complete() const noexcept { return read_ == count_; }
    /// When the last one arrived.
    clock::time_point last_arrival() const noexcept { return last_arrival_; }
    /// Arrived before already.
    std::size_t repeated() const noexcept { return repeated_; }
    /// Arrived before an earlier one of the same key, or never belonged here.
    std::size_t misplaced() const noexcept { return misplaced_; }

private:
    std::size_t count_;
    std::size_t customers_;
    std::vector<std::atomic<std::size_t>> next_;
    std::atomic<std::size_t> read_{0};
    std::atomic<std::size_t> repeated_{0};
    std::atomic<std::size_t> misplaced_{0};
    std::atomic<clock::time_point> last_arrival_;
};

} // namespace quickstart
