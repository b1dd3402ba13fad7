#pragma once

#include "producer/partition_queue.hpp"
#include "producer/partitioner.hpp"
#include "wire/uuid.hpp"

#include <kcpp/record.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace kcpp::producing {

/// A record whose partition cannot be chosen yet, because nothing is known of its topic: it owns
/// its bytes.
struct waiting_record {
    owned_record record;
    delivery_callback wanted;
    runtime::time_point sent{};
    std::size_t charged = 0;
    std::uint64_t round = 0;
    /// For one that may be called back.
    std::shared_ptr<withdrawal> recall{};
};

/// What a header takes in there, besides its bytes: two strings and a flag.
inline constexpr std::size_t bytes_per_kept_header = 2 * sizeof(std::string) + sizeof(void*);

/// A topic that this producer sends to.
struct topic_entry {
    explicit topic_entry(std::string topic_name) : name(std::move(topic_name)) {}

    const std::string name;

    /// Records before the topic was known; in order, and before anything that is appended directly.
    std::mutex waiting_mutex;
    std::deque<waiting_record> waiting;
    /// Somebody is finding out about the topic. Guarded by `waiting_mutex`.
    bool looking = false;

    /// Seeded when the first partitions are known, before anybody chooses.
    std::optional<keyless_choice> keyless;

    /// One for each partition that there ever was; what is in use is in the routes. I/O thread.
    std::vector<std::unique_ptr<partition_queue>> partitions;
    /// I/O thread.
    wire::uuid id;
    /// How many answers metadata had got when this topic's waiting records were last judged: an
    /// older one is no verdict on them. I/O thread.
    std::uint64_t judged_by = 0;
};

} // namespace kcpp::producing
