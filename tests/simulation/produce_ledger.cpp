#include "produce_ledger.hpp"

#include <algorithm>
#include <chrono>

namespace kcpp::simulation {

namespace {

/// Virtual time passes between events only, so that an outcome can be on time to the nanosecond.
/// Deadlines are kept in whole steps of the client's own timers; none is coarser than this.
constexpr auto tolerance = std::chrono::milliseconds(1);

std::string in_ms(runtime::duration span) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(span).count()) +
           " ms";
}

} // namespace

std::uint32_t produce_ledger::open_sender(std::string name, std::string client,
                                          const producer_options& options) {
    senders_.push_back({std::move(name), std::move(client), options, {}});
    return static_cast<std::uint32_t>(senders_.size() - 1);
}

record_id produce_ledger::begin(std::uint32_t by, std::uint32_t topic,
                                std::optional<partition_id> wanted,
                                std::optional<kcpp::timestamp> timestamp) {
    auto& records = senders_[by].records;
    records.push_back({.topic = topic, .wanted = wanted, .timestamp = timestamp});
    ++pending_;
    return {by, static_cast<std::uint32_t>(records.size() - 1)};
}

void produce_ledger::accepted(const record_id& id) {
    if (run_.told()) run_.note(name(id) + ": sent");
    at(id).due = runtime::after(run_.now(), senders_[id.sender].options.delivery_timeout);
}

void produce_ledger::refused(const record_id& id) {
    if (run_.told()) run_.note(name(id) + ": not taken");
    at(id).how = fate::not_written;
    --pending_;
}

void produce_ledger::ended(const record_id& id, const result<record_metadata>& outcome,
                           heard when) {
    sent_record& r = at(id);
    if (run_.told()) tell(id, outcome);
    if (r.how != fate::pending) {
        run_.problems.add(name(id) + " got a second outcome");
        return;
    }
    --pending_;
    const auto last_moment = std::max(r.due, run_.world.thawed_last(senders_[id.sender].client));
    if (when == heard::at_once && run_.now() > runtime::after(last_moment, tolerance))
        run_.problems.add(name(id) + " got its outcome " + in_ms(run_.now() - r.due) +
                          " after its delivery timeout");
    if (outcome) {
        r.how = fate::delivered;
        check_place(id, *outcome);
    } else {
        r.how = outcome.error().unknown_outcome() ? fate::unknown : fate::not_written;
    }
    run_.world.mix(static_cast<std::uint64_t>(r.how) << 60 | static_cast<std::uint64_t>(r.offset)
                                                                 << 8);
}

void produce_ledger::check_place(const record_id& id, const record_metadata& where) {
    sent_record& r = at(id);
    r.partition = where.partition;
    r.offset = where.offset;
    if (where.topic != topics_[r.topic])
        run_.problems.add(name(id) + " was reported in topic " + std::string(where.topic));
    if (r.wanted && *r.wanted != where.partition)
        run_.problems.add(name(id) + " was reported in partition " +
                          std::to_string(where.partition) + " instead of the one asked for");
    if (!r.timestamp) r.timestamp = where.timestamp;
    if (where.timestamp != *r.timestamp)
        run_.problems.add(name(id) + " was reported with another timestamp");
    const bool places_known = senders_[id.sender].options.acks != acks::none;
    if (places_known != (where.offset >= 0))
        run_.problems.add(name(id) + " was reported at offset " + std::to_string(where.offset));
}

const sent_record* produce_ledger::find(const record_id& id) const noexcept {
    if (id.sender >= senders_.size()) return nullptr;
    const auto& records = senders_[id.sender].records;
    return id.number < records.size() ? &records[id.number] : nullptr;
}

bool produce_ledger::all_ended(std::uint32_t by, std::size_t first_records) const {
    const auto& records = senders_[by].records;
    return std::all_of(records.begin(),
                       records.begin() + static_cast<std::ptrdiff_t>(first_records),
                       [](const auto& each) { return each.how != fate::pending; });
}

std::size_t produce_ledger::count(fate how) const noexcept {
    std::size_t found = 0;
    for (const sender& each : senders_)
        found += static_cast<std::size_t>(std::ranges::count(each.records, how, &sent_record::how));
    return found;
}

std::string produce_ledger::name(const record_id& id) const {
    return "record " + to_string(id) + " of " + senders_[id.sender].name + " for topic " +
           topics_[find(id)->topic];
}

void produce_ledger::tell(const record_id& id, const result<record_metadata>& outcome) const {
    if (outcome)
        run_.note(name(id) + ": delivered to partition " + std::to_string(outcome->partition) +
                  " at " + std::to_string(outcome->offset));
    else
        run_.note(name(id) +
                  (outcome.error().unknown_outcome() ? ": unknown: " : ": not written: ") +
                  outcome.error().message());
}

} // namespace kcpp::simulation
