#pragma once

#include "producer/bystander.hpp"

#include <kcpp/producer_options.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

namespace kcpp::producing {

class partition_queue;

/// A record whose sender may call it back with a stop token, until it is sent for the first time:
/// from then on its number is taken, and nobody knows but the broker. Any thread.
class withdrawal : public std::enable_shared_from_this<withdrawal> {
public:
    explicit withdrawal(std::stop_token stop) noexcept : stop_(std::move(stop)) {}

    const std::stop_token& stop() const noexcept { return stop_; }

    /// The record's own callback, which ends this one as well. Without one, failures are heard of
    /// by the bystander, except for being called back.
    delivery_callback watch(delivery_callback wanted, std::shared_ptr<bystander> heard_by);

    /// Calls `asked` when the stop is requested, perhaps at once, unless the record has had its
    /// outcome.
    void listen(std::function<void()> asked);

    /// Where it waits to be sent; null before.
    partition_queue* home() const noexcept { return home_.load(std::memory_order_acquire); }
    void set_home(partition_queue& queue) noexcept {
        home_.store(&queue, std::memory_order_release);
    }

private:
    void end();

    const std::stop_token stop_;
    std::atomic<partition_queue*> home_ = nullptr;
    std::mutex mutex_;
    bool ended_ = false;
    std::optional<std::stop_callback<std::function<void()>>> listening_;
};

/// What the records are told that were called back.
error withdrawn_error(std::string_view topic, std::optional<partition_id> partition);

} // namespace kcpp::producing
