// The part of partition_table that decides what is fetched, and keeps what came.

#include "base/text.hpp"
#include "consumer/partition_table.hpp"

#include <algorithm>
#include <utility>

namespace kcpp::consuming {

fetch_plan partition_table::plan(std::int32_t node, runtime::time_point now) const {
    std::lock_guard lock(mutex_);
    fetch_plan chosen;
    chosen.as_of = changes_;
    for (const entry* e : turns_) {
        if (e->stands != phase::placed || e->paused) continue;
        if (e->replica_until > now)
            chosen.good_until = std::min(chosen.good_until, e->replica_until);
        if (source(*e, now) != node) continue;
        if (e->waiting_bytes >= settings_.enough_bytes) {
            chosen.left_out = true;
        } else if (e->not_before > now) {
            chosen.next = std::min(chosen.next, e->not_before);
        } else {
            chosen.targets.push_back({e->place, e->version, e->fetch_from, e->leader_epoch,
                                      e->topic_id, node != e->leader});
            chosen.from_leader_only |= e->replica < 0 && e->replica_until > now;
        }
    }
    chosen.good_until = std::min(chosen.good_until, chosen.next);
    return chosen;
}

bool partition_table::still_holds(const fetch_plan& made, runtime::time_point now) const {
    std::lock_guard lock(mutex_);
    return made.as_of == changes_ && now < made.good_until;
}

bool partition_table::arrived(std::unique_ptr<fetched> data, position goes_on_at, high_water ends) {
    std::lock_guard lock(mutex_);
    entry* e = find(data->place(), data->version());
    if (e == nullptr || e->fetch_from.offset != data->at().offset) return false;
    plans_change();
    e->ends = ends;
    e->trouble.reset();
    e->told = false;
    e->fetch_from = goes_on_at;
    e->waiting_bytes += data->bytes();
    ++e->waiting;
    waiting_.push_back(std::move(data));
    turns_.splice(turns_.end(), turns_, e->turn);
    return true;
}

void partition_table::caught_up(const fetch_target& target, high_water ends) {
    std::lock_guard lock(mutex_);
    entry* e = find(*target.place, target.version);
    if (e == nullptr) return;
    e->ends = ends;
    e->trouble.reset();
    e->told = false;
}

void partition_table::failed(const fetch_target& target, runtime::time_point retry) {
    std::lock_guard lock(mutex_);
    entry* e = find(*target.place, target.version);
    if (e == nullptr) return;
    plans_change();
    e->not_before = retry;
    turns_.splice(turns_.end(), turns_, e->turn);
}

bool partition_table::out_of_range(const fetch_target& target) {
    std::lock_guard lock(mutex_);
    entry* e = find(*target.place, target.version);
    if (e == nullptr) return true;
    if (e->waiting != 0 || e->in_hand) return false;
    plans_change();
    if (std::exchange(e->fetch_from.epoch, -1) >= 0) return false;
    await_offset(*e, base::text("the broker has no offset ", target.from.offset, " of"));
    return true;
}

bool partition_table::cut_off(const fetch_target& target, position end) {
    std::lock_guard lock(mutex_);
    entry* e = find(*target.place, target.version);
    if (e == nullptr) return true;
    if (e->waiting != 0 || e->in_hand) return false;
    if (settings_.reset) {
        place_at(*e, {std::min(end.offset, e->next.offset), end.epoch});
        e->moved = true;
        return true;
    }
    reposition(*e, phase::stuck);
    set_trouble(
        *e, error(client_errc::log_truncated,
                  base::text("the log of ", to_string(*e->place), " was cut off at offset ",
                             end.offset, ", and this consumer had read up to ", target.from.offset,
                             "; what stood there is lost, and offset_reset is none: seek to ",
                             end.offset, " or wherever reading shall go on"),
                  {.topic = e->place->topic, .partition = e->place->partition}));
    return true;
}

bool partition_table::holds_data() const {
    std::lock_guard lock(mutex_);
    return !waiting_.empty() ||
           std::ranges::any_of(entries_, [](const auto& one) { return one.second.in_hand; });
}

bool partition_table::is_packed() const {
    std::lock_guard lock(mutex_);
    return std::ranges::any_of(waiting_, [](const auto& data) { return data->is_packed(); });
}

void partition_table::drop_paused() {
    std::lock_guard lock(mutex_);
    for (auto& [place, e] : entries_) {
        if (!e.paused || e.waiting == 0 || e.in_hand) continue;
        plans_change();
        drop_waiting(e);
        e.fetch_from = e.next;
        // What is under way continues what has just been dropped.
        e.version = ++last_version_;
    }
}

std::unique_ptr<fetched> partition_table::take() {
    std::lock_guard lock(mutex_);
    for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
        entry& e = *find((*at)->place());
        if (e.paused || !e.released) continue;
        plans_change();
        auto data = std::move(*at);
        waiting_.erase(at);
        --e.waiting;
        e.waiting_bytes -= data->bytes();
        e.in_hand = true;
        return data;
    }
    return nullptr;
}

partition_table::entry* partition_table::current(const fetched& in_hand) {
    return find(in_hand.place(), in_hand.version());
}

bool partition_table::is_current(const fetched& in_hand) const {
    std::lock_guard lock(mutex_);
    const entry* e = find(in_hand.place());
    return e != nullptr && e->version == in_hand.version();
}

bool partition_table::is_paused(const fetched& in_hand) const {
    std::lock_guard lock(mutex_);
    const entry* e = find(in_hand.place());
    return e != nullptr && e->paused;
}

void partition_table::advance(const fetched& in_hand) {
    std::lock_guard lock(mutex_);
    entry* e = current(in_hand);
    if (e == nullptr || e->next == in_hand.at()) return;
    e->next = in_hand.at();
    e->moved = true;
}

void partition_table::finish(std::unique_ptr<fetched> in_hand) {
    std::lock_guard lock(mutex_);
    if (entry* e = current(*in_hand)) e->in_hand = false;
}

void partition_table::put_back(std::unique_ptr<fetched> in_hand) {
    std::lock_guard lock(mutex_);
    entry* e = current(*in_hand);
    if (e == nullptr) return;
    plans_change();
    e->in_hand = false;
    ++e->waiting;
    e->waiting_bytes += in_hand->bytes();
    waiting_.push_front(std::move(in_hand));
}

void partition_table::hand_out(std::vector<piece>& taken) {
    std::lock_guard lock(mutex_);
    std::erase_if(taken, [this](const piece& p) {
        entry* e = find(*p.place, p.version);
        if (e == nullptr) return true;
        e->next = p.next;
        e->moved = true;
        return false;
    });
}

void partition_table::take_back(const std::vector<piece>& taken) {
    std::lock_guard lock(mutex_);
    // The first of a partition voids those behind it.
    for (const piece& p : taken)
        if (entry* e = find(*p.place, p.version)) place_at(*e, e->next);
}

void partition_table::refetch(std::unique_ptr<fetched> in_hand, runtime::time_point when) {
    std::lock_guard lock(mutex_);
    entry* e = current(*in_hand);
    if (e == nullptr) return;
    place_at(*e, e->next);
    e->not_before = when;
}

} // namespace kcpp::consuming
