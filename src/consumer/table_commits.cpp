// The part of partition_table that knows what is done and what is committed.

#include "consumer/partition_table.hpp"

namespace kcpp::consuming {

void partition_table::done(const std::shared_ptr<const topic_partition>& place, position behind) {
    std::lock_guard lock(mutex_);
    entry* e = find(*place);
    if (e != nullptr && e->place == place) e->done = behind;
}

offsets partition_table::uncommitted_done() const {
    std::lock_guard lock(mutex_);
    offsets open;
    for (const auto& [place, e] : entries_)
        if (e.done.offset >= 0 && e.done.offset != e.committed.offset)
            open.emplace(place, committed_offset(e.done.offset, e.done.epoch));
    return open;
}

offsets partition_table::handed_out_positions() const {
    std::lock_guard lock(mutex_);
    offsets all;
    for (const auto& [place, e] : entries_)
        if (e.moved && e.stands == phase::placed)
            all.emplace(place, committed_offset(e.next.offset, e.next.epoch));
    return all;
}

offsets partition_table::uncommitted() const {
    offsets open = handed_out_positions();
    std::lock_guard lock(mutex_);
    std::erase_if(open, [this](const auto& one) {
        const entry* e = find(one.first);
        return e == nullptr || e->committed.offset == one.second.offset;
    });
    return open;
}

void partition_table::committed(const offsets& by_now, std::uint64_t claim) {
    std::lock_guard lock(mutex_);
    for (const auto& [place, behind] : by_now) {
        entry* e = find(place);
        if (e != nullptr && (claim == 0 || e->claim == claim))
            e->committed = {behind.offset, behind.leader_epoch};
    }
}

} // namespace kcpp::consuming
