// Reads as a member of a group, with librdkafka, through its C API: the checker has to find what is
// known of it.

#include "member.hpp"

#include <array>
#include <iostream>
#include <librdkafka/rdkafka.h>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <stdexcept>
#include <utility>

namespace {

constexpr int poll_ms = 200;

struct deleter {
    void operator()(rd_kafka_topic_partition_list_t* list) const {
        rd_kafka_topic_partition_list_destroy(list);
    }
    void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
    void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
    void operator()(rd_kafka_error_t* error) const { rd_kafka_error_destroy(error); }
};
template <class T>
using owned = std::unique_ptr<T, deleter>;
using message = owned<rd_kafka_message_t>;
using partition_list = owned<rd_kafka_topic_partition_list_t>;

class member {
public:
    member(const chaos::settings& s, chaos::ledger& book, std::stop_token stop)
        : book_(book), stop_(std::move(stop)), by_hand_(s.text("committing") == "hand"),
          cooperative_(s.text("protocol") == "cooperative") {
        connect(s);
        std::set<std::string> topics;
        for (const auto& where : chaos::places(s))
            topics.insert(where.topic);
        const partition_list wanted(rd_kafka_topic_partition_list_new(0));
        for (const auto& topic : topics)
            rd_kafka_topic_partition_list_add(wanted.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
        rd_kafka_poll_set_consumer(consumer_);
        if (const auto error = rd_kafka_subscribe(consumer_, wanted.get()))
            throw std::runtime_error(rd_kafka_err2str(error));
    }
    member(const member&) = delete;
    member& operator=(const member&) = delete;
    ~member() { rd_kafka_destroy(consumer_); }

    void read_batches() {
        const owned<rd_kafka_queue_t> queue(rd_kafka_queue_get_consumer(consumer_));
        std::array<rd_kafka_message_t*, 500> given{};
        while (!stop_.stop_requested()) {
            const auto begin = chaos::now();
            const auto count =
                rd_kafka_consume_batch_queue(queue.get(), poll_ms, given.data(), given.size());
            const auto end = chaos::now();
            std::vector<message> batch;
            for (ssize_t i = 0; i < count; ++i)
                batch.emplace_back(given[static_cast<std::size_t>(i)]);
            take(batch, begin, end, chaos::work_on_batch);
        }
    }

    void read_records() {
        while (!stop_.stop_requested()) {
            const auto begin = chaos::now();
            message one(rd_kafka_consumer_poll(consumer_, poll_ms));
            const auto end = chaos::now();
            if (!one) continue;
            const auto offset = one->offset;
            take({&one, 1}, begin, end, [offset] { chaos::work_on_record(offset); });
        }
    }

    void close() {
        book_.say(chaos::line("closing", ""));
        const auto error = rd_kafka_consumer_close(consumer_);
        book_.say(error ? chaos::line("not_closed", rd_kafka_err2str(error))
                        : chaos::line("closed", ""));
    }

private:
    void connect(const chaos::settings& s) {
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        char why[512];
        const auto set = [&](const char* name, const std::string& value) {
            if (rd_kafka_conf_set(conf, name, value.c_str(), why, sizeof why) != RD_KAFKA_CONF_OK)
                throw std::runtime_error(why);
        };
        const int session_ms = s.number("session-timeout-ms");
        set("bootstrap.servers", s.text("bootstrap"));
        set("client.id", "chaos-member-" + s.text("member"));
        set("group.id", s.text("group"));
        set("auto.offset.reset", "earliest");
        set("enable.auto.commit", by_hand_ ? "false" : "true");
        set("enable.auto.offset.store", "false");
        set("auto.commit.interval.ms", "1000");
        set("session.timeout.ms", std::to_string(session_ms));
        if (s.text("protocol") == "consumer") {
            set("group.protocol", "consumer");
        } else {
            set("heartbeat.interval.ms", std::to_string(session_ms / 12));
            set("partition.assignment.strategy", cooperative_ ? "cooperative-sticky" : "range");
        }
        set("max.poll.interval.ms", std::to_string(session_ms * 4));
        rd_kafka_conf_set_opaque(conf, this);
        rd_kafka_conf_set_rebalance_cb(conf, rebalanced);
        consumer_ = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
        if (consumer_ == nullptr) throw std::runtime_error(why);
    }

    static void rebalanced(rd_kafka_t*, rd_kafka_resp_err_t what,
                           rd_kafka_topic_partition_list_t* list, void* opaque) {
        static_cast<member*>(opaque)->rebalanced(what, list);
    }

    void rebalanced(rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* list) {
        std::vector<chaos::place> places;
        for (const auto& each : std::span(list->elems, static_cast<std::size_t>(list->cnt)))
            places.push_back({each.topic, each.partition});
        if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
            book_.say(chaos::line("assigned", places));
            if (cooperative_)
                owned<rd_kafka_error_t>(rd_kafka_incremental_assign(consumer_, list));
            else
                rd_kafka_assign(consumer_, list);
            return;
        }
        const bool lost = rd_kafka_assignment_lost(consumer_) != 0;
        if (by_hand_ && !lost) commit();
        next_.clear();
        book_.say(chaos::line(lost ? "lost" : "revoked", places));
        if (cooperative_)
            owned<rd_kafka_error_t>(rd_kafka_incremental_unassign(consumer_, list));
        else
            rd_kafka_assign(consumer_, nullptr);
    }

    template <class Work>
    void take(std::span<const message> batch, std::int64_t begin, std::int64_t end, Work work) {
        chaos::handed_out found;
        for (const message& each : batch) {
            if (each->err) {
                book_.say(chaos::line("failed", rd_kafka_message_errstr(each.get())));
                continue;
            }
            const char* topic = rd_kafka_topic_name(each->rkt);
            found.add(topic, each->partition, each->offset, each->payload, each->len);
            next_[{topic, each->partition}] = each->offset + 1;
        }
        if (next_.empty()) return;
        book_.say(found.lines(begin, end));
        work();
        if (by_hand_ && chaos::now() - committed_at_ >= chaos::commit_interval) commit();
        if (!by_hand_) rd_kafka_offsets_store(consumer_, take_next().get());
    }

    void commit() {
        const partition_list behind = take_next();
        if (behind->cnt == 0) return;
        const auto asked = chaos::now();
        const auto error = rd_kafka_commit(consumer_, behind.get(), 0);
        committed_at_ = chaos::now();
        if (error) return book_.say(chaos::refused_line(asked, rd_kafka_err2name(error)));
        for (const auto& p : std::span(behind->elems, static_cast<std::size_t>(behind->cnt)))
            book_.say(chaos::committed_line(asked, {p.topic, p.partition}, p.offset));
    }

    /// Where to go on, of what was handed out since the last time.
    partition_list take_next() {
        partition_list list(rd_kafka_topic_partition_list_new(0));
        for (const auto& [place, next] : std::exchange(next_, {}))
            rd_kafka_topic_partition_list_add(list.get(), place.first.c_str(), place.second)
                ->offset = next;
        return list;
    }

    chaos::ledger& book_;
    std::stop_token stop_;
    bool by_hand_;
    bool cooperative_;
    rd_kafka_t* consumer_ = nullptr;
    std::map<std::pair<std::string, std::int32_t>, std::int64_t> next_;
    std::int64_t committed_at_ = 0;
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
