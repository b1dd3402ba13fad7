#pragma once

#include "network/endpoint.hpp"
#include "wire/uuid.hpp"

#include <kcpp/error_codes.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kcpp::cluster {

struct broker {
    network::endpoint where;
    std::string rack;

    friend bool operator==(const broker&, const broker&) = default;
};

/// Who leads a partition, and in which epoch.
struct leadership {
    std::int32_t node = -1;
    std::int32_t epoch = -1;

    friend bool operator==(const leadership&, const leadership&) = default;
};

struct partition {
    /// Broker id, or -1 while nobody leads.
    std::int32_t leader = -1;
    /// -1 where the broker is too old to say it reliably.
    std::int32_t leader_epoch = -1;
    std::vector<std::int32_t> replicas;
    std::vector<std::int32_t> in_sync_replicas;

    friend bool operator==(const partition&, const partition&) = default;
};

struct topic {
    std::string name;
    /// All zero with brokers older than 2.8.
    wire::uuid id;
    bool internal = false;
    /// What the last answer about this topic said; partitions may be known all the same.
    broker_errc error = broker_errc::none;
    std::vector<partition> partitions;

    friend bool operator==(const topic&, const topic&) = default;
};

/// What is known of the cluster at one moment. Immutable once it is shared; every thread may read
/// it.
struct snapshot {
    /// Counts up with every change.
    std::uint64_t generation = 0;
    std::string cluster_id;
    std::int32_t controller = -1;
    std::map<std::int32_t, broker> brokers;

    struct name_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const noexcept {
            return std::hash<std::string_view>{}(name);
        }
    };
    std::unordered_map<std::string, std::shared_ptr<const topic>, name_hash, std::equal_to<>>
        topics;
    std::map<wire::uuid, std::shared_ptr<const topic>> topics_by_id;

    /// Null if nothing is known of it.
    std::shared_ptr<const topic> find(std::string_view name) const {
        const auto found = topics.find(name);
        return found == topics.end() ? nullptr : found->second;
    }
    std::shared_ptr<const topic> find(const wire::uuid& id) const {
        const auto found = topics_by_id.find(id);
        return found == topics_by_id.end() ? nullptr : found->second;
    }
    const partition* find(std::string_view name, std::int32_t index) const {
        const auto known = topics.find(name);
        if (known == topics.end() || index < 0) return nullptr;
        const auto& all = known->second->partitions;
        return static_cast<std::size_t>(index) < all.size() ? &all[static_cast<std::size_t>(index)]
                                                            : nullptr;
    }
};

} // namespace kcpp::cluster
