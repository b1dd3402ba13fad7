// What is read, and from where.

#include "consumer/partition_table.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace kcpp::consuming {

namespace {

error not_assigned(const topic_partition& place) {
    return error(client_errc::wrong_state,
                 base::text(to_string(place), " is not assigned to this consumer"),
                 {.topic = place.topic, .partition = place.partition});
}

} // namespace

void partition_table::assign(const std::vector<topic_partition>& partitions, start from) {
    std::lock_guard lock(mutex_);
    const std::set<topic_partition> chosen(partitions.begin(), partitions.end());
    for (auto at = entries_.begin(); at != entries_.end();)
        at = chosen.contains(at->first) ? std::next(at) : erase(at);
    for (const topic_partition& place : partitions) {
        if (entries_.contains(place)) continue;
        entry& e = add(place);
        if (from == start::by_policy) await_offset(e, "there is no offset to start from for");
    }
}

tenures partition_table::take_in(const std::vector<topic_partition>& partitions) {
    std::lock_guard lock(mutex_);
    tenures added;
    for (const topic_partition& place : partitions) {
        if (entries_.contains(place)) continue;
        entry& e = add(place);
        e.announced = e.released = false;
        e.given = true;
        added.push_back(e.place);
    }
    return added;
}

partition_table::entry& partition_table::add(const topic_partition& place) {
    entry& e = entries_[place];
    e.place = std::make_shared<const topic_partition>(place);
    e.turn = turns_.insert(turns_.end(), &e);
    route(e);
    reposition(e, phase::awaits_committed);
    return e;
}

void partition_table::announce(const tenures& told) {
    std::lock_guard lock(mutex_);
    for (const tenure& place : told)
        if (entry* e = find(place)) e->announced = true;
}

void partition_table::release(const tenures& told) {
    std::lock_guard lock(mutex_);
    for (const tenure& place : told)
        if (entry* e = find(place)) e->released = true;
}

void partition_table::give_up(const tenures& gone) {
    std::lock_guard lock(mutex_);
    for (const tenure& place : gone)
        if (find(place) != nullptr) erase(entries_.find(*place));
}

void partition_table::clear() {
    std::lock_guard lock(mutex_);
    for (auto at = entries_.begin(); at != entries_.end();)
        at = erase(at);
}

partition_table::entries::iterator partition_table::erase(entries::iterator gone) {
    plans_change();
    drop_waiting(gone->second);
    turns_.erase(gone->second.turn);
    return entries_.erase(gone);
}

tenures partition_table::held() const {
    std::lock_guard lock(mutex_);
    tenures all;
    for (const auto& [place, e] : entries_)
        all.push_back(e.place);
    return all;
}

bool partition_table::holds(const tenures& all) const {
    std::lock_guard lock(mutex_);
    return std::ranges::all_of(all, [this](const tenure& place) {
        const entry* e = find(*place);
        return e != nullptr && e->place == place;
    });
}

std::vector<topic_partition> partition_table::assignment() const {
    std::lock_guard lock(mutex_);
    std::vector<topic_partition> all;
    for (const auto& [place, e] : entries_)
        if (e.announced) all.push_back(place);
    return all;
}

tenure partition_table::tenure_of(const topic_partition& place) const {
    std::lock_guard lock(mutex_);
    const entry* e = find(place);
    return e != nullptr && e->announced ? e->place : nullptr;
}

std::set<std::string> partition_table::topics() const {
    std::lock_guard lock(mutex_);
    std::set<std::string> all;
    for (const auto& [place, e] : entries_)
        all.insert(all.end(), place.topic);
    return all;
}

result<void> partition_table::seek(const topic_partition& place, position to) {
    std::lock_guard lock(mutex_);
    entry* e = find(place);
    if (e == nullptr) return not_assigned(place);
    place_at(*e, to);
    e->moved = true;
    return {};
}

result<void> partition_table::seek_to(const topic_partition& place, std::int64_t timestamp) {
    std::lock_guard lock(mutex_);
    entry* e = find(place);
    if (e == nullptr) return not_assigned(place);
    reposition(*e, phase::awaits_offset);
    e->timestamp = timestamp;
    e->moved = true;
    return {};
}

result<void> partition_table::pause(const topic_partition& place) {
    std::lock_guard lock(mutex_);
    entry* e = find(place);
    if (e == nullptr) return not_assigned(place);
    plans_change();
    e->paused = true;
    return {};
}

result<void> partition_table::resume(const topic_partition& place) {
    std::lock_guard lock(mutex_);
    entry* e = find(place);
    if (e == nullptr) return not_assigned(place);
    plans_change();
    e->paused = false;
    return {};
}

std::optional<position> partition_table::next(const topic_partition& place) const {
    std::lock_guard lock(mutex_);
    const entry* e = find(place);
    if (e == nullptr || e->stands != phase::placed) return std::nullopt;
    return e->next;
}

std::optional<std::int64_t> partition_table::lag(const topic_partition& place,
                                                 isolation_level isolation) const {
    std::lock_guard lock(mutex_);
    const entry* e = find(place);
    if (e == nullptr || e->stands != phase::placed) return std::nullopt;
    // What is still open in a transaction is out of reach for read_committed (F12).
    const bool stable_only =
        isolation == isolation_level::read_committed && e->ends.last_stable >= 0;
    const offset_t end = stable_only ? e->ends.last_stable : e->ends.high_watermark;
    if (end < 0) return std::nullopt;
    return std::max<std::int64_t>(end - e->next.offset, 0);
}

std::optional<offset_t> partition_table::lowest(const topic_partition& place) const {
    std::lock_guard lock(mutex_);
    const entry* e = find(place);
    if (e == nullptr || e->lowest < 0) return std::nullopt;
    return e->lowest;
}

partition_table::entry* partition_table::find(const tenure& place) {
    entry* e = find(*place);
    return e != nullptr && e->place == place ? e : nullptr;
}

partition_table::entry* partition_table::find(const topic_partition& place) {
    const auto found = entries_.find(place);
    return found == entries_.end() ? nullptr : &found->second;
}

const partition_table::entry* partition_table::find(const topic_partition& place) const {
    const auto found = entries_.find(place);
    return found == entries_.end() ? nullptr : &found->second;
}

partition_table::entry* partition_table::find(const topic_partition& place, std::uint64_t version) {
    entry* e = find(place);
    return e != nullptr && e->version == version ? e : nullptr;
}

/// Reading goes on elsewhere: whatever was asked or fetched for the old position is void.
void partition_table::reposition(entry& e, phase to) {
    plans_change();
    drop_waiting(e);
    e.version = ++last_version_;
    e.stands = to;
    e.asked = e.in_hand = false;
    e.not_before = {};
    e.trouble.reset();
    e.told = false;
}

void partition_table::place_at(entry& e, position start) {
    reposition(e, phase::placed);
    e.next = e.fetch_from = start;
    e.lowest = e.lowest < 0 ? start.offset : std::min(e.lowest, start.offset);
}

void partition_table::await_offset(entry& e, std::string_view why) {
    reposition(e, settings_.reset ? phase::awaits_offset : phase::stuck);
    if (settings_.reset) {
        e.timestamp = *settings_.reset;
        return;
    }
    set_trouble(
        e, error(client_errc::no_offset,
                 base::text(
                     why, " ", to_string(*e.place),
                     ", and offset_reset is none: seek, or set offset_reset to earliest or latest"),
                 {.topic = e.place->topic, .partition = e.place->partition}));
}

void partition_table::drop_waiting(entry& e) {
    if (e.waiting == 0) return;
    std::erase_if(waiting_, [&](const auto& data) { return data->place() == *e.place; });
    e.waiting_bytes = e.waiting = 0;
}

} // namespace kcpp::consuming
