// Reads as a member of a group, with kcpp.

#include "group_options.hpp"
#include "member.hpp"
#include "timed_log.hpp"

#include <kcpp/consumer.hpp>

#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <thread>

namespace {

using std::chrono::milliseconds;

kcpp::client_options connection(const chaos::settings& s) {
    return {.bootstrap_servers = s.text("bootstrap"),
            .client_id = "chaos-member-" + s.text("member"),
            .logger = std::make_shared<chaos::timed_log>(s.text("log"))};
}

kcpp::consumer_options options(const chaos::settings& s) {
    auto chosen = chaos::group_options(s);
    chosen.auto_commit = s.text("committing") == "auto";
    return chosen;
}

std::vector<chaos::place> places(std::span<const kcpp::topic_partition> partitions) {
    std::vector<chaos::place> all;
    for (const auto& [topic, partition] : partitions)
        all.push_back({topic, partition});
    return all;
}

void add(chaos::handed_out& found, const kcpp::consumer_record& record) {
    found.add(record.topic(), record.partition(), record.offset(), record.value().data(),
              record.value().size());
}

/// A commit by hand that is under way.
struct asked_commit {
    chaos::ledger* book;
    kcpp::offsets next;
    std::int64_t at = chaos::now();

    void operator()(const kcpp::result<void>& said) const {
        if (!said) return book->say(chaos::refused_line(at, said.error().message()));
        std::string lines;
        for (const auto& [place, behind] : next)
            lines += chaos::committed_line(at, {place.topic, place.partition}, behind.offset);
        book->say(lines);
    }
};

class member {
public:
    member(const chaos::settings& s, chaos::ledger& book, std::stop_token stop)
        : book_(book), stop_(std::move(stop)), by_hand_(s.text("committing") == "hand"),
          consumer_(connection(s), options(s)) {
        std::set<std::string> topics;
        for (const auto& where : chaos::places(s))
            topics.insert(where.topic);
        consumer_.subscribe({topics.begin(), topics.end()},
                            {.assigned = [this](auto& scope) { tell("assigned", scope); },
                             .revoked = [this](auto& scope) { revoked(scope); },
                             .lost = [this](auto& scope) { tell("lost", scope); }});
    }

    void read_batches() {
        while (!stop_.stop_requested()) {
            const auto begin = chaos::now();
            auto batch = consumer_.poll(milliseconds(200));
            const auto end = chaos::now();
            if (!batch) {
                failed(batch.error());
                continue;
            }
            chaos::handed_out found;
            for (const auto& record : *batch)
                add(found, record);
            if (!batch->empty()) {
                book_.say(found.lines(begin, end));
                chaos::work_on_batch();
            }
            if (by_hand_) commit_and_wait(batch->next_offsets());
        }
    }

    void read_records() {
        while (!stop_.stop_requested())
            try {
                auto begin = chaos::now();
                for (const auto& record : consumer_.records(stop_)) {
                    const auto end = chaos::now();
                    chaos::handed_out found;
                    add(found, record);
                    book_.say(found.lines(begin, end));
                    chaos::work_on_record(record.offset());
                    if (by_hand_) commit(record);
                    begin = chaos::now();
                }
            } catch (const kcpp::kafka_error& error) {
                failed(error.detail());
            }
    }

    void close() {
        book_.say(chaos::line("closing", ""));
        const auto closed = consumer_.close();
        book_.say(closed ? chaos::line("closed", "")
                         : chaos::line("not_closed", closed.error().message()));
    }

private:
    void tell(const char* what, kcpp::rebalance_scope& scope) {
        for (const auto& place : scope.partitions())
            next_.erase(place);
        book_.say(chaos::line(what, places(scope.partitions())));
    }

    void revoked(kcpp::rebalance_scope& scope) {
        const auto asked = chaos::now();
        const auto committed = by_hand_ ? scope.commit() : kcpp::result<void>();
        if (!committed) book_.say(chaos::refused_line(asked, committed.error().message()));
        tell("revoked", scope);
    }

    void failed(const kcpp::error& why) {
        book_.say(chaos::line("failed", why.message()));
        std::this_thread::sleep_for(milliseconds(100));
    }

    /// Exactly what was handed out since the last commit.
    void commit_and_wait(kcpp::offsets behind_batch) {
        for (auto& [place, behind] : behind_batch)
            next_[place] = std::move(behind);
        if (next_.empty() || chaos::now() - committed_at_ < chaos::commit_interval) return;
        const asked_commit asked{&book_, std::exchange(next_, {})};
        asked(consumer_.commit(asked.next).result());
        committed_at_ = chaos::now();
    }

    /// Behind this record, beside the reading.
    void commit(const kcpp::consumer_record& record) {
        const kcpp::topic_partition place{std::string(record.topic()), record.partition()};
        auto& at = record_committed_at_[place];
        if (chaos::now() - at < chaos::commit_interval) return;
        at = chaos::now();
        consumer_.commit(record).then(asked_commit{&book_, {{place, record.offset() + 1}}});
    }

    chaos::ledger& book_;
    std::stop_token stop_;
    bool by_hand_;
    kcpp::offsets next_;
    std::int64_t committed_at_ = 0;
    std::map<kcpp::topic_partition, std::int64_t> record_committed_at_;
    kcpp::consumer consumer_; // last: its handlers use what is above
};

} // namespace

int main(int count, char** words) try {
    const chaos::settings s(count, words);
    const chaos::farewell end;
    chaos::ledger book;
    member one(s, book, end.token());
    if (s.text("reading") == "poll")
        one.read_batches();
    else
        one.read_records();
    one.close();
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
