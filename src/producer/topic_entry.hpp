#pragma once

#include "producer/partition_queue.hpp"
#include "producer/partitioner.hpp"
#include "wire/uuid.hpp"

#include <kcpp/record.hpp>

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace kcpp::producing {

/// A record whose partition cannot be chosen yet, because nothing is known of its topic: it owns
/// its bytes.
struct waiting_record {
    owned_record record;
    delivery_callback wanted;
    runtime::time_point deadline{};
    std::size_t charged = 0;
    std::uint64_t round = 0;
};

/// A topic that this producer sends to.
struct topic_entry {
    topic_entry(std::string topic_name, std::uint64_t seed)
        : name(std::move(topic_name)), sticky(seed) {}

    const std::string name;

    /// Records before the topic was known; in order, and before anything that is appended directly.
    std::mutex waiting_mutex;
    std::deque<waiting_record> waiting;
    /// Somebody is finding out about the topic. Guarded by `waiting_mutex`.
    bool looking = false;

    std::mutex sticky_mutex;
    sticky_choice sticky;

    /// Grows only. Application threads see it through the routes.
    std::vector<std::unique_ptr<partition_queue>> partitions;
    /// I/O thread.
    wire::uuid id;
};

} // namespace kcpp::producing
