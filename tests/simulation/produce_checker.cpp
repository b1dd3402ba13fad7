#include "produce_checker.hpp"

#include "options/idempotence.hpp"
#include "stored_records.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace kcpp::simulation {

namespace {

class log_check {
public:
    log_check(scenario& run, const produce_ledger& ledger, std::uint32_t topic,
              partition_id partition)
        : run_(run), ledger_(ledger), topic_(topic), partition_(partition),
          records_(read_log(run, ledger.topics()[topic], partition)) {}

    void check() {
        for (const stored_record& each : records_)
            look_at(each);
        for (std::uint32_t s = 0; s < ledger_.senders().size(); ++s)
            look_at_sender(s);
    }

private:
    void look_at(const stored_record& stored) {
        const sent_record* sent = ledger_.find(stored.id);
        if (sent == nullptr || sent->topic != topic_)
            return complain(stored.offset, stored.id, "was never sent there");
        if (sent->how == fate::not_written)
            complain(stored.offset, stored.id, "was reported as not written");
        if (sent->timestamp && stored.timestamp != *sent->timestamp)
            complain(stored.offset, stored.id, "has another timestamp");
        const auto [place, first] = at_.emplace(stored.id, stored.offset);
        const bool once = options::is_idempotent(ledger_.senders()[stored.id.sender].options);
        if (!first && once)
            complain(stored.offset, stored.id,
                     "is stored at " + std::to_string(place->second) + " already");
        if (sent->how != fate::delivered) return;
        if (sent->partition != partition_)
            complain(stored.offset, stored.id,
                     "was reported in partition " + std::to_string(sent->partition));
        else if (sent->offset == stored.offset)
            confirmed_.insert(stored.id);
    }

    /// Delivered records of one sender: all there, each behind the one before it.
    void look_at_sender(std::uint32_t s) {
        const sender& by = ledger_.senders()[s];
        if (by.options.acks != acks::all) return;
        offset_t last = -1, last_first = -1;
        for (std::uint32_t n = 0; n < by.records.size(); ++n) {
            const sent_record& sent = by.records[n];
            if (sent.how != fate::delivered || sent.topic != topic_ || sent.partition != partition_)
                continue;
            const record_id id{s, n};
            if (!confirmed_.contains(id)) {
                complain(sent.offset, id, "was reported to be there and is not");
                continue;
            }
            const offset_t first = at_.at(id);
            if (sent.offset <= last || first <= last_first)
                complain(sent.offset, id, "stands before a record that was sent earlier");
            last = sent.offset;
            last_first = first;
        }
    }

    void complain(offset_t offset, const record_id& id, const std::string& what) {
        const auto& senders = ledger_.senders();
        const std::string who = id.sender < senders.size() ? senders[id.sender].name : "nobody";
        run_.problems.add(ledger_.topics()[topic_] + '-' + std::to_string(partition_) + " at " +
                          std::to_string(offset) + ": record " + to_string(id) + " of " + who +
                          ' ' + what);
    }

    scenario& run_;
    const produce_ledger& ledger_;
    std::uint32_t topic_;
    partition_id partition_;
    std::vector<stored_record> records_;
    /// Where each record stands first.
    std::map<record_id, offset_t> at_;
    /// Those that stand where they were reported to.
    std::set<record_id> confirmed_;
};

} // namespace

void check_stored(scenario& run, const produce_ledger& ledger) {
    if (ledger.pending() != 0)
        run.problems.add(std::to_string(ledger.pending()) + " records never got an outcome");
    for (std::uint32_t t = 0; t < ledger.topics().size(); ++t) {
        const auto* topic = run.brokers().state.find_topic(ledger.topics()[t]);
        if (topic == nullptr) continue;
        for (std::size_t p = 0; p < topic->partitions.size(); ++p)
            log_check(run, ledger, t, static_cast<partition_id>(p)).check();
    }
}

} // namespace kcpp::simulation
