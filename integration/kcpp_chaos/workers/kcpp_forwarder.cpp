// Reads a topic as a member of a group and writes each record to the next topic, with kcpp.
//
//   FORWARDER --bootstrap A,B --from TOPIC --to TOPIC --hop H --group G
//             --protocol classic|cooperative|consumer --member M
//             --style batches|auto|pipelined|careless --session-timeout-ms T
//             --delivery-timeout-ms T --request-timeout-ms T --log LEVEL
//
// H tells which topic it writes. It commits an offset only once what was made of all records before
// it is acknowledged: batch by batch, by hand or by auto_commit, or beside what is under way; only
// a careless one commits first, to see whether that is noticed. SIGTERM or the end of standard
// input ends it. Its ledger has the lines of members (member.hpp) but for `handed_out`: what it was
// handed out is in the next topic.

#include "chain.hpp"
#include "chain_options.hpp"
#include "committing.hpp"
#include "group_options.hpp"
#include "member.hpp"

#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <utility>

namespace {

using std::chrono::milliseconds;

kcpp::consumer_options reading(const chaos::settings& s) {
    auto chosen = chaos::group_options(s);
    chosen.auto_commit = s.text("style") == "auto";
    return chosen;
}

class forwarder {
public:
    forwarder(const chaos::settings& s, chaos::ledger& book, std::stop_token stop)
        : from_(s.text("from")), to_(s.text("to")), hop_(s.number("hop")),
          member_(s.number("member")), style_(s.text("style")), book_(book), stop_(std::move(stop)),
          committing_(book, style_),
          client_(chaos::chain_connection(s, s.text("group") + '-' + s.text("member"))),
          producer_(client_, chaos::chain_writing(s)), consumer_(client_, reading(s)) {
        consumer_.subscribe({from_}, {.assigned = [this](auto& scope) { assigned(scope); },
                                      .revoked = [this](auto& scope) { revoked(scope); },
                                      .lost = [this](auto& scope) { lost(scope); }});
    }

    void run() {
        while (!stop_.stop_requested()) {
            const auto batch = consumer_.poll(milliseconds(200));
            if (!batch) {
                book_.say(chaos::line("failed", batch.error().message()));
                std::this_thread::sleep_for(milliseconds(100));
                continue;
            }
            for (const auto& record : *batch)
                forward(record);
            if (style_ == "careless") committing_.commit_too_early(consumer_, *batch);
            if (style_ != "pipelined") producer_.flush().get();
            committing_.commit(consumer_);
        }
    }

    void close() {
        book_.say(chaos::line("closing", ""));
        const auto closed = consumer_.close();
        book_.say(closed ? chaos::line("closed", "")
                         : chaos::line("not_closed", closed.error().message()));
        producer_.close().get();
    }

private:
    /// One copy under way.
    struct copy {
        forwarder* owner;
        kcpp::partition_id partition;
        int stay;
        kcpp::offset_t offset;

        void operator()(const kcpp::result<kcpp::record_metadata>& stored) const {
            if (!stored) owner->give_up(stored.error().message());
            owner->committing_.copies().stored({owner->from_, partition}, stay, offset);
        }
    };

    void forward(const kcpp::consumer_record& record) {
        auto what = chaos::parse(record.value().text());
        if (!what)
            give_up("a record that was read is damaged, @" + std::to_string(record.offset()));
        what->hop = hop_;
        what->member = member_;
        what->source = record.offset();
        what->stay = committing_.copies().sent({from_, record.partition()}, record.offset());
        const auto value = chaos::text(*what);
        producer_.send({.topic = to_, .key = record.key(), .value = value},
                       copy{this, record.partition(), what->stay, record.offset()});
    }

    /// Ends this process as a crash would: nothing more is written, and nothing committed.
    [[noreturn]] void give_up(std::string_view reason) {
        book_.say(chaos::line("failed", reason));
        std::_Exit(1);
    }

    void tell(const char* what, const kcpp::rebalance_scope& scope) {
        std::vector<chaos::place> places;
        for (const auto& [topic, partition] : scope.partitions())
            places.push_back({topic, partition});
        book_.say(chaos::line(what, places));
    }

    void assigned(kcpp::rebalance_scope& scope) {
        for (const auto& place : scope.partitions())
            committing_.copies().begin(place, ++stays_);
        tell("assigned", scope);
    }

    void revoked(kcpp::rebalance_scope& scope) {
        committing_.commit_last(scope);
        tell("revoked", scope);
    }

    void lost(kcpp::rebalance_scope& scope) {
        committing_.copies().forget(scope.partitions());
        tell("lost", scope);
    }

    std::string from_, to_;
    int hop_, member_;
    std::string style_;
    chaos::ledger& book_;
    std::stop_token stop_;
    chaos::committing committing_;
    int stays_ = 0;
    kcpp::client client_; // last, as are those on it: they use what is above
    kcpp::producer producer_;
    kcpp::consumer consumer_;
};

} // namespace

int main(int count, char** words) try {
    const chaos::settings s(count, words);
    const chaos::farewell end;
    chaos::ledger book;
    forwarder one(s, book, end.token());
    one.run();
    one.close();
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
