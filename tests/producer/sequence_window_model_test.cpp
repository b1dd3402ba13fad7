// One partition of a producer against a model of brokers: answers are lost, connections are cut
// with requests still in them that a broker reads later, leaders move, batches are refused or
// expire.

#include "producer/sequence_window.hpp"
#include "producer/topic_entry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace kcpp::producing {
namespace {

/// What travels: the batch as it was stamped then.
struct copy {
    int batch = 0;
    record::producer_stamp stamp;
    std::int32_t count = 0;
};

enum class verdict { stored, out_of_order, refused };

/// A partition's log and what a leader knows of its producers, as brokers check it.
class log_model {
public:
    std::vector<int> batches;

    std::pair<verdict, offset_t> append(const copy& sent) {
        const auto& stamp = sent.stamp;
        // A producer that it does not know may begin with any number.
        auto [known, is_new] = producers_.try_emplace(stamp.producer_id);
        state& has = known->second;
        if (!is_new && stamp.producer_epoch < has.epoch) return {verdict::out_of_order, -1};
        const bool same_epoch = !is_new && stamp.producer_epoch == has.epoch;
        for (const entry& e : has.last)
            if (same_epoch && e.sequence == stamp.base_sequence && e.count == sent.count)
                return {verdict::stored, e.offset};
        const std::int32_t expected = same_epoch ? has.next : 0;
        if (!is_new && stamp.base_sequence != expected) return {verdict::out_of_order, -1};
        if (!same_epoch) has.last.clear();
        has.epoch = stamp.producer_epoch;
        has.next = stamp.base_sequence + sent.count;
        const auto offset = static_cast<offset_t>(batches.size());
        batches.push_back(sent.batch);
        has.last.push_back({stamp.base_sequence, sent.count, offset});
        if (has.last.size() > 5) has.last.pop_front();
        return {verdict::stored, offset};
    }

private:
    struct entry {
        std::int32_t sequence, count;
        offset_t offset;
    };
    struct state {
        std::int16_t epoch = -1;
        std::int32_t next = 0;
        std::deque<entry> last{};
    };
    std::map<std::int64_t, state> producers_;
};

class sequence_window_model : public testing::TestWithParam<unsigned> {
protected:
    sequence_window_model() : random(GetParam()) { window.restart(identity); }

    bool chance(int percent) { return static_cast<int>(random() % 100) < percent; }

    void send_new() {
        if (window.empty() && window.identity() != identity) window.restart(identity);
        if (!window.takes_new(leader, 5)) return;
        if (window.any_on_wire() && connected_to != leader) return;
        auto made = std::make_shared<batch>(queue, 100, 100);
        const record::record_fields fields{kcpp::timestamp(), {}, bytes_view("v")};
        made->builder.append(fields, made->builder.measure(fields));
        made->sealed = std::move(made->builder).seal(compression::none, {});
        made->count = 1 + static_cast<std::int32_t>(random() % 3);
        ids[made.get()] = next_id++;
        kept.push_back(made);
        window.sent_new(made, leader);
        put_on_wire(made);
    }
    void send_again() {
        const auto due = window.due_again();
        if (!due) return;
        window.sent_again(leader);
        put_on_wire(due);
    }
    void put_on_wire(const std::shared_ptr<batch>& sent) {
        connected_to = leader;
        wire.push_back({{ids[sent.get()], sent->sealed.stamped(), sent->count}, sent});
    }
    /// The broker reads one request, and its answer arrives.
    void answer() {
        if (wire.empty()) return;
        const auto [sent, what] = wire.front();
        wire.pop_front();
        if (connected_to != leader) {
            window.again(*what); // not the leader any more: surely not written
        } else if (chance(3)) {
            // Its reason is not of this partition's log: a right that was taken away. What older
            // connections still hold has no right either.
            left_behind.clear();
            take({verdict::refused, -1}, what);
        } else {
            take(log.append(sent), what);
        }
        report();
    }
    void take(std::pair<verdict, offset_t> said, const std::shared_ptr<batch>& what) {
        switch (said.first) {
        case verdict::stored: window.stored(*what, {said.second}); break;
        case verdict::out_of_order: window.out_of_order(*what); break;
        case verdict::refused:
            if (!what->reported && !what->maybe_written) not_written.insert(ids[what.get()]);
            window.given_up(*what);
            break;
        }
    }
    /// Some of what was on the wire is read by the broker, some later, some never.
    void cut() {
        std::deque<copy> unread;
        for (const auto& [sent, what] : std::exchange(wire, {})) {
            what->maybe_written = true;
            window.again(*what);
            unread.push_back(sent);
        }
        if (chance(70)) left_behind.push_back({connected_to, std::move(unread)});
    }
    void read_what_was_left_behind() {
        if (left_behind.empty()) return;
        auto& [node, requests] = left_behind[random() % left_behind.size()];
        if (requests.empty()) return;
        if (node == leader) log.append(requests.front());
        requests.pop_front();
    }
    void move_leader() { leader = 3 - leader; }
    void expire() {
        std::vector<std::shared_ptr<batch>> open;
        for (const auto& each : window.flights())
            open.push_back(each.what);
        if (open.empty()) return;
        const auto& late = open[random() % open.size()];
        const bool on_wire =
            std::ranges::any_of(wire, [&](const auto& each) { return each.second == late; });
        if (on_wire || late->maybe_written) {
            // Nobody knows; what the broker says of it decides about what follows.
            late->reported = true;
        } else {
            window.given_up(*late);
            if (!late->reported) not_written.insert(ids[late.get()]);
        }
    }
    void renew() {
        if (!window.wants_new_identity()) return;
        if (window.identity() == identity && chance(50))
            ++identity.epoch;
        else if (window.identity() == identity)
            identity = {identity.id + 1, 0};
        window.restart(identity);
    }
    void report() {
        while (const auto done = window.take_finished())
            if (!done->what->reported)
                delivered.push_back({ids[done->what.get()], done->where.base_offset});
    }
    void step() {
        const auto dice = random() % 100;
        if (dice < 35)
            send_new();
        else if (dice < 75)
            answer();
        else if (dice < 85)
            send_again();
        else if (dice < 88)
            cut();
        else if (dice < 93)
            read_what_was_left_behind();
        else if (dice < 95)
            move_leader();
        else if (dice < 97)
            expire();
        else
            renew();
    }

    std::mt19937 random;
    topic_entry topic{"orders"};
    partition_queue queue{topic, 0, client_options(), true};
    producer_identity identity{1, 0};
    sequence_window window{true};
    log_model log;
    std::int32_t leader = 1, connected_to = 1;
    std::deque<std::pair<copy, std::shared_ptr<batch>>> wire;
    std::vector<std::pair<std::int32_t, std::deque<copy>>> left_behind;

    int next_id = 0;
    std::vector<std::shared_ptr<batch>> kept;
    std::map<const batch*, int> ids;
    std::vector<std::pair<int, offset_t>> delivered;
    std::set<int> not_written;
};

TEST_P(sequence_window_model, stores_once_in_order_and_reports_the_truth) {
    for (int i = 0; i < 3000; ++i)
        step();
    // The faults stop: everything that is left gets its outcome.
    for (int i = 0; i < 1000 && (!window.empty() || !wire.empty()); ++i) {
        answer();
        send_again();
        renew();
    }
    EXPECT_TRUE(window.empty());

    EXPECT_TRUE(std::ranges::is_sorted(log.batches)) << "reordered";
    EXPECT_EQ(std::ranges::adjacent_find(log.batches), log.batches.end()) << "stored twice";
    for (const auto& [id, offset] : delivered)
        EXPECT_EQ(log.batches.at(static_cast<std::size_t>(offset)), id) << "reported falsely";
    for (const int id : log.batches)
        EXPECT_FALSE(not_written.contains(id)) << id << " was reported as not written";
    EXPECT_GT(delivered.size(), 100u);
}

INSTANTIATE_TEST_SUITE_P(seeds, sequence_window_model, testing::Range(0u, 500u));

} // namespace
} // namespace kcpp::producing
