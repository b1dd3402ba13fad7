// Which partition a record goes to.

#include "producer/core.hpp"

#include <exception>

namespace kcpp::producing {

/// Null where that takes more than a look at the record, or may not be asked twice.
partition_queue* core::choose_at_once(const route& to, const producer_record& record) {
    if (!to.has(record.partition)) return nullptr;
    if (record.partition) return to.partitions[static_cast<std::size_t>(*record.partition)];
    const auto how = options_.partitioning;
    if (options_.choose_partition || how == partitioning::round_robin ||
        how == partitioning::random)
        return nullptr;
    const auto of_key = partition_for_key(how, record.key, to.partitions.size());
    const partition_id chosen = of_key ? *of_key : choose_without_key(to, record);
    return to.partitions[static_cast<std::size_t>(chosen)];
}

partition_queue* core::choose(const route& to, const producer_record& record,
                              std::optional<error>& why) {
    if (partition_queue* const chosen = choose_at_once(to, record)) return chosen;
    const auto chosen = options_.choose_partition
                            ? ask_application(record, to.partitions.size())
                            : result<partition_id>(choose_without_key(to, record));
    if (chosen) return to.partitions[static_cast<std::size_t>(*chosen)];
    why = chosen.error();
    return nullptr;
}

partition_id core::choose_without_key(const route& to, const producer_record& record) {
    keyless_choice& keyless = *to.topic->keyless;
    const std::size_t count = to.candidates.size();
    const auto queue = [&](std::size_t candidate) -> const partition_queue& {
        return *to.partitions[static_cast<std::size_t>(to.candidates[candidate])];
    };
    std::size_t chosen = 0;
    if (options_.partitioning == partitioning::round_robin)
        chosen = keyless.next(count);
    else if (options_.partitioning == partitioning::random)
        chosen = keyless.any(client_->rt().thread_number(), count);
    else
        chosen = keyless.sticky(client_->rt().thread_number(), count, record.value.size(),
                                options_.batch_bytes,
                                [&](std::size_t candidate) { return queue(candidate).backlog(); });
    return to.candidates[chosen];
}

result<partition_id> core::ask_application(const producer_record& record,
                                           std::size_t partitions) const {
    const auto wrong = [&](auto&&... what) {
        return error(client_errc::invalid_argument,
                     base::text("producer_options::choose_partition ", what...,
                                " for a record of topic ", record.topic),
                     {.topic = std::string(record.topic)});
    };
    try {
        const partition_id said = options_.choose_partition(record, partitions);
        if (said >= 0 && static_cast<std::size_t>(said) < partitions) return said;
        return wrong("chose partition ", said, " of ", partitions);
    } catch (const std::exception& e) {
        return wrong("threw \"", e.what(), '"');
    } catch (...) {
        return wrong("threw");
    }
}

} // namespace kcpp::producing
