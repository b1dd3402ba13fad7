#pragma once

#include "acknowledged.hpp"
#include "member.hpp"

#include <kcpp/consumer.hpp>

#include <string>
#include <utility>

namespace chaos {

/// How a member of a chain commits: `batches` and `pipelined` what is acknowledged, by hand; with
/// `auto` the consumer does it.
class committing {
public:
    committing(ledger& book, std::string style) : book_(book), style_(std::move(style)) {}

    acknowledged& copies() noexcept { return copies_; }

    /// What is acknowledged, now and then. `pipelined`, nobody waits for the outcome.
    void commit(kcpp::consumer& consumer) {
        if (style_ == "auto" || now() - committed_at_ < commit_interval) return;
        committed_at_ = now();
        const auto next = copies_.next();
        if (next.empty()) return;
        auto under_way = consumer.commit(next);
        const auto tell = [this, next, asked = committed_at_](const kcpp::result<void>& said) {
            told(asked, next, said);
        };
        if (style_ == "pipelined")
            std::move(under_way).then(tell);
        else
            tell(under_way.result());
    }

    /// Partitions go: waits until all copies are acknowledged.
    void commit_last(kcpp::rebalance_scope& scope) {
        const auto next = copies_.end(scope.partitions());
        const auto asked = now();
        if (style_ != "auto" && !next.empty()) told(asked, next, scope.commit(next));
    }

    void commit_too_early(kcpp::consumer& consumer, const kcpp::consumer_batch& batch) {
        const auto asked = now();
        if (!batch.empty()) told(asked, batch.next_offsets(), consumer.commit(batch).result());
    }

private:
    void told(std::int64_t asked, const kcpp::offsets& next, const kcpp::result<void>& said) {
        if (!said) {
            copies_.refused(next);
            return book_.say(refused_line(asked, said.error().message()));
        }
        std::string lines;
        for (const auto& [place, behind] : next)
            lines += committed_line(asked, {place.topic, place.partition}, behind.offset);
        book_.say(lines);
    }

    ledger& book_;
    std::string style_;
    acknowledged copies_;
    std::int64_t committed_at_ = 0;
};

} // namespace chaos
