// The part of partition_table that has positions looked up, and keeps what went wrong.

#include "consumer/partition_table.hpp"

#include <algorithm>
#include <utility>

namespace kcpp::consuming {

std::vector<inquiry> partition_table::take_awaiting_committed(runtime::time_point now,
                                                              runtime::time_point& retry) {
    return take_awaiting(phase::awaits_committed, now, retry);
}

std::vector<inquiry> partition_table::take_awaiting_offset(runtime::time_point now,
                                                           runtime::time_point& retry) {
    return take_awaiting(phase::awaits_offset, now, retry);
}

std::vector<inquiry> partition_table::take_awaiting(phase what, runtime::time_point now,
                                                    runtime::time_point& retry) {
    std::lock_guard lock(mutex_);
    std::vector<inquiry> open;
    for (auto& [place, e] : entries_) {
        if (e.stands != what || e.asked) continue;
        if (e.not_before > now) {
            retry = std::min(retry, e.not_before);
            continue;
        }
        e.asked = true;
        open.push_back({e.place, e.version, e.timestamp});
    }
    return open;
}

void partition_table::found_committed(const inquiry& asked,
                                      const std::optional<committed_offset>& said) {
    std::lock_guard lock(mutex_);
    entry* e = find(*asked.place, asked.version);
    if (e == nullptr) return;
    if (!said) return await_offset(*e, "the group has committed no offset for");
    e->committed = {said->offset, said->leader_epoch};
    place_at(*e, e->committed);
}

void partition_table::found(const inquiry& asked, position start) {
    std::lock_guard lock(mutex_);
    if (entry* e = find(*asked.place, asked.version)) place_at(*e, start);
}

void partition_table::found_none_since(const inquiry& asked) {
    std::lock_guard lock(mutex_);
    entry* e = find(*asked.place, asked.version);
    if (e == nullptr) return;
    e->asked = false;
    e->timestamp = latest_timestamp;
}

void partition_table::ask_again(const inquiry& asked, runtime::time_point when) {
    std::lock_guard lock(mutex_);
    entry* e = find(*asked.place, asked.version);
    if (e == nullptr) return;
    e->asked = false;
    e->not_before = when;
}

void partition_table::trouble(const topic_partition& place, std::uint64_t version,
                              const error& why) {
    std::lock_guard lock(mutex_);
    entry* e = find(place, version);
    if (e == nullptr) return;
    // The same again is no news.
    if (e->trouble && e->trouble->code() == why.code()) return;
    set_trouble(*e, why);
    e->told = false;
}

void partition_table::set_trouble(entry& e, error why) {
    e.trouble = std::move(why);
    may_be_troubled_ = true;
}

std::optional<error> partition_table::take_trouble() {
    std::lock_guard lock(mutex_);
    if (!may_be_troubled_) return std::nullopt;
    may_be_troubled_ = false;
    for (auto& [place, e] : entries_) {
        if (!e.trouble) continue;
        may_be_troubled_ = true;
        if (e.told || !e.released) continue;
        e.told = true;
        return e.trouble;
    }
    return std::nullopt;
}

std::optional<error> partition_table::standing_trouble() const {
    std::lock_guard lock(mutex_);
    if (!may_be_troubled_) return std::nullopt;
    for (const auto& [place, e] : entries_)
        if (e.trouble && e.released && !e.paused) return e.trouble;
    return std::nullopt;
}

} // namespace kcpp::consuming
