#include "consume_ledger.hpp"

#include "stored_records.hpp"
#include "wire_frames.hpp"

#include <algorithm>

namespace kcpp::simulation {

consume_ledger::member consume_ledger::open_member(std::string name) {
    members_.push_back(std::move(name));
    return members_.size() - 1;
}

std::optional<offset_t> consume_ledger::committed_now(const topic_partition& place) const {
    const auto* group = run_.brokers().state.find_group(group_);
    if (group == nullptr) return std::nullopt;
    const auto found = group->offsets.find(place);
    if (found == group->offsets.end()) return std::nullopt;
    return found->second.offset;
}

void consume_ledger::assigned(member who, std::span<const topic_partition> partitions) {
    // Given up between its SyncGroup and its next poll, it is told of what others own by now.
    if (!is_in_group(who)) return;
    expired_.erase(who);
    for (const topic_partition& place : partitions) {
        progress& p = places_[place];
        p.owner = who;
        // Members read from the beginning where nothing was committed.
        p.next = committed_now(place).value_or(0);
        p.fresh = true;
        p.or_else = p.lost_by == who ? p.commits : std::vector<offset_t>();
        p.lost_by.reset();
        p.asked.clear();
        if (run_.told())
            run_.note(members_[who] + " is assigned " + to_string(place) + " from " +
                      std::to_string(*p.next));
        run_.world.mix(who);
    }
}

void consume_ledger::revoked(member who, std::span<const topic_partition> partitions) {
    for (const topic_partition& place : partitions) {
        progress& p = places_[place];
        if (run_.told()) run_.note(members_[who] + " has to give up " + to_string(place));
        // Somebody else may have it already, if this one was too slow.
        if (p.owner == who) p.owner.reset();
    }
}

void consume_ledger::lost(member who, std::span<const topic_partition> partitions) {
    revoked(who, partitions);
    for (const topic_partition& place : partitions)
        places_[place].lost_by = who;
}

void consume_ledger::expired(const std::string& member_id) {
    for (member who = 0; who < members_.size(); ++who)
        if (is_id_of(who, member_id)) expired_.insert(who);
}

/// Our names for members begin with those of their clients, and so do ids under the classic
/// protocol.
bool consume_ledger::is_id_of(member who, const std::string& member_id) const {
    const std::string client = members_[who].substr(0, members_[who].find(' '));
    if (member_id.starts_with(client + '-')) return true;
    const auto* group = run_.brokers().state.find_group(group_);
    if (group == nullptr) return false;
    const auto known = group->consumers.members().find(member_id);
    return known != group->consumers.members().end() && known->second.client_id == client;
}

bool consume_ledger::is_in_group(member who) const {
    if (group_.empty()) return true; // partitions chosen by hand
    const auto* group = run_.brokers().state.find_group(group_);
    const auto is_it = [&](const auto& each) { return is_id_of(who, each.first); };
    return group != nullptr && (std::ranges::any_of(group->members.members(), is_it) ||
                                std::ranges::any_of(group->consumers.members(), is_it));
}

void consume_ledger::gone(member who) {
    for (auto& [place, p] : places_)
        if (p.owner == who) p.owner.reset();
}

void consume_ledger::moved(member who, const topic_partition& place, offset_t to) {
    progress& p = places_[place];
    if (p.owner != who) return;
    p.next = to;
    p.fresh = false;
}

void consume_ledger::moved_to_end(member who, const topic_partition& place) {
    progress& p = places_[place];
    if (p.owner != who) return;
    p.next.reset();
    p.least = stored_in(place).high_watermark();
}

bool consume_ledger::is_next(const topic_partition& place, offset_t offset) const {
    const progress& p = places_.at(place);
    return p.next ? offset == *p.next : offset >= p.least;
}

bool consume_ledger::all_read(const std::vector<topic_partition>& places) const {
    return std::ranges::all_of(places, [this](const topic_partition& place) {
        return is_next(place, stored_in(place).high_watermark());
    });
}

const testing::partition& consume_ledger::stored_in(const topic_partition& place) const {
    return *run_.brokers().state.find_partition(place.topic, place.partition);
}

void consume_ledger::handed_out(member who, const consumer_record& record) {
    const topic_partition place{std::string(record.topic()), record.partition()};
    progress& p = places_[place];
    const auto index = static_cast<std::size_t>(record.offset());
    if (run_.told())
        run_.note(members_[who] + " is given " + to_string(place) + " at " +
                  std::to_string(record.offset()));
    run_.world.mix(index);
    check_place(who, place, record.offset(), p);
    check_payload(place, record, p);
    if (p.times_given.size() <= index) p.times_given.resize(index + 1);
    ++p.times_given[index];
}

void consume_ledger::check_place(member who, const topic_partition& place, offset_t offset,
                                 progress& p) {
    const std::string what = members_[who] + " is given offset " + std::to_string(offset);
    if (p.owner != who && expired_.contains(who)) return;
    if (p.owner != who) {
        complain(place, what + " although it belongs to " +
                            (p.owner ? members_[*p.owner] : std::string("nobody")));
        return;
    }
    const bool begins = p.fresh && std::ranges::find(p.or_else, offset) != p.or_else.end();
    if (begins) p.next = offset;
    if (p.next ? offset != *p.next : offset < p.least)
        complain(place, what + (p.next ? " instead of " : ", which is before ") +
                            std::to_string(p.next.value_or(p.least)));
    p.next = offset + 1;
    p.fresh = false;
    if (p.commits.size() > 1) p.commits.erase(p.commits.begin(), p.commits.end() - 1);
    const auto* stored = run_.brokers().state.find_partition(place.topic, place.partition);
    if (stored == nullptr || offset >= stored->high_watermark())
        complain(place, what + ", which is not committed to the log yet");
}

void consume_ledger::check_payload(const topic_partition& place, const consumer_record& record,
                                   progress& p) {
    const auto header = record.headers().find("trace").value_or(bytes_view());
    const auto told = read_value(place.topic, record.key(), header, record.value());
    if (!told) return complain(place, "what is handed out is not what its sender made of it");
    const auto [known, fresh] = p.given.emplace(record.offset(), told->id);
    if (!fresh && known->second != told->id)
        complain(place, "offset " + std::to_string(record.offset()) + " is two records");
}

void consume_ledger::done(const topic_partition& place, offset_t offset) {
    progress& p = places_[place];
    const auto index = static_cast<std::size_t>(offset);
    if (p.done.size() <= index) p.done.resize(index + 1);
    p.done[index] = true;
    while (static_cast<std::size_t>(p.done_up_to) < p.done.size() &&
           p.done[static_cast<std::size_t>(p.done_up_to)])
        ++p.done_up_to;
}

void consume_ledger::watch_commits() {
    using protocol::offset_commit::request;
    watch_requests<request>(run_.network, [this](const auto&, const request& asked) {
        if (asked.group_id == group_) look_at_request(asked);
    });
    auto& on_commit = run_.brokers().on_commit; // another group may be watched, too
    on_commit = [this, before = std::move(on_commit)](const std::string& group,
                                                      const topic_partition& place,
                                                      const testing::group_offset& stored) {
        if (before) before(group, place, stored);
        if (group == group_) look_at_commit(place, stored.offset);
    };
}

/// Of one member in one generation: what a generation before left behind is the coordinator's to
/// refuse.
void consume_ledger::look_at_request(const protocol::offset_commit::request& asked) {
    for (const auto& t : asked.topics) {
        const auto* topic = t.name.empty() ? run_.brokers().state.find_topic(t.topic_id)
                                           : run_.brokers().state.find_topic(t.name);
        if (topic == nullptr) continue;
        for (const auto& p : t.partitions) {
            const topic_partition place{topic->name, p.index};
            auto& last =
                places_[place].asked[{asked.member_id, asked.generation_id_or_member_epoch}];
            if (p.offset < last)
                complain(place, asked.member_id + " commits " + std::to_string(p.offset) +
                                    " after " + std::to_string(last));
            last = p.offset;
        }
    }
}

void consume_ledger::look_at_commit(const topic_partition& place, offset_t offset) {
    progress& p = places_[place];
    if (p.fresh) p.or_else.push_back(offset);
    p.commits.push_back(offset);
    if (offset > p.done_up_to)
        complain(place, std::to_string(offset) + " is committed, and " +
                            std::to_string(p.done_up_to) + " was not worked on");
}

bool consume_ledger::all_done(const std::vector<std::string>& topics) const {
    for (const std::string& name : topics) {
        const auto* topic = run_.brokers().state.find_topic(name);
        if (topic == nullptr) continue;
        for (const auto& stored : topic->partitions) {
            const auto found = places_.find({name, stored.id()});
            const auto done = found == places_.end() ? 0 : found->second.done_up_to;
            if (done < stored.high_watermark()) return false;
        }
    }
    return true;
}

void consume_ledger::check_content(const std::vector<std::string>& topics) {
    for (const auto& [place, p] : places_) {
        if (std::ranges::find(topics, place.topic) == topics.end()) continue;
        std::map<offset_t, record_id> stored;
        for (const stored_record& each : read_log(run_, place.topic, place.partition))
            stored.emplace(each.offset, each.id);
        for (const auto& [offset, id] : p.given) {
            const auto there = stored.find(offset);
            if (there == stored.end() || there->second != id)
                complain(place, "record " + to_string(id) + " was handed out at " +
                                    std::to_string(offset) + " and is not stored there");
        }
    }
}

void consume_ledger::check_once() const {
    for (const auto& [place, p] : places_)
        for (std::size_t offset = 0; offset < p.times_given.size(); ++offset)
            if (p.times_given[offset] > 1)
                complain(place, "offset " + std::to_string(offset) + " was handed out " +
                                    std::to_string(p.times_given[offset]) + " times");
}

std::string consume_ledger::describe() const {
    std::string text;
    for (const auto& [place, p] : places_) {
        const auto* stored = run_.brokers().state.find_partition(place.topic, place.partition);
        if (stored == nullptr || stored->high_watermark() <= p.done_up_to) continue;
        text += "; " + to_string(place) + " of " +
                (p.owner ? members_[*p.owner] : std::string("nobody")) + " is at " +
                std::to_string(p.done_up_to) + " of " + std::to_string(stored->high_watermark());
    }
    return text;
}

void consume_ledger::complain(const topic_partition& place, const std::string& what) const {
    run_.problems.add("group " + group_ + ", " + to_string(place) + ": " + what);
}

} // namespace kcpp::simulation
