#pragma once

#include "producer/topic_entry.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kcpp::producing {

/// Where the records of one topic go.
struct route {
    std::shared_ptr<topic_entry> topic;
    std::vector<partition_queue*> partitions;
    /// Where records go that no key decides on; never empty.
    std::vector<partition_id> candidates;

    /// Or none is wanted in particular.
    bool has(const std::optional<partition_id>& wanted) const noexcept {
        return !wanted || static_cast<std::size_t>(*wanted) < partitions.size();
    }
};

/// The topics whose partitions are known, for application threads to look up per record. Immutable
/// tables, swapped by the I/O thread; each application thread keeps the one it saw last and
/// compares a number.
class routes {
public:
    struct name_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const noexcept {
            return std::hash<std::string_view>{}(name);
        }
    };
    using table = std::unordered_map<std::string, route, name_hash, std::equal_to<>>;

    routes();

    /// The route of a topic, or null while nothing is known of it. Valid until this thread's next
    /// call. Any thread.
    const route* find(std::string_view topic);

    /// I/O thread.
    void publish(std::shared_ptr<const table> next);
    std::shared_ptr<const table> current() const;

private:
    [[gnu::noinline]] const route* look_up(std::string_view topic, std::uint64_t generation);

    const std::uint64_t id_;
    std::atomic<std::uint64_t> generation_{0};
    mutable std::mutex mutex_;
    std::shared_ptr<const table> table_ = std::make_shared<table>();
};

} // namespace kcpp::producing
