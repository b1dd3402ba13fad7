// The part of partition_table that knows what is done and what is committed.

#include "consumer/partition_table.hpp"

namespace kcpp::consuming {

namespace {

void note(progress& to, const tenure& place, bool given, const position& behind) {
    to.next.emplace(*place, committed_offset(behind.offset, behind.epoch));
    if (given) to.during.push_back(place);
}

} // namespace

void partition_table::done(const tenure& place, position behind) {
    std::lock_guard lock(mutex_);
    if (entry* e = find(place)) e->done = behind;
}

progress partition_table::uncommitted_done() const {
    std::lock_guard lock(mutex_);
    progress open;
    for (const auto& [place, e] : entries_)
        if (e.done.offset >= 0 && e.done.offset != e.committed.offset)
            note(open, e.place, e.given, e.done);
    return open;
}

progress partition_table::handed_out_positions() const {
    std::lock_guard lock(mutex_);
    progress all;
    for (const auto& [place, e] : entries_)
        if (e.moved && e.stands == phase::placed) note(all, e.place, e.given, e.next);
    return all;
}

offsets partition_table::uncommitted() const {
    offsets open = handed_out_positions().next;
    std::lock_guard lock(mutex_);
    std::erase_if(open, [this](const auto& one) {
        const entry* e = find(one.first);
        return e == nullptr || e->committed.offset == one.second.offset;
    });
    return open;
}

void partition_table::committed(const progress& by_now) {
    std::lock_guard lock(mutex_);
    const auto set = [](entry* e, const committed_offset& behind) {
        if (e != nullptr) e->committed = {behind.offset, behind.leader_epoch};
    };
    for (const tenure& place : by_now.during)
        set(find(place), by_now.next.at(*place));
    if (!by_now.during.empty()) return;
    for (const auto& [place, behind] : by_now.next)
        set(find(place), behind);
}

} // namespace kcpp::consuming
