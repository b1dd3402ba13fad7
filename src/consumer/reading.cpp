// How records are handed out in batches, by poll, and what that shares with records().

#include "consumer/core.hpp"

#include <algorithm>

namespace kcpp::consuming {

namespace {

/// What could not be read may have been damaged on its way only.
constexpr auto refetch_pause = std::chrono::seconds(1);

} // namespace

std::optional<error> core::not_ready(const char* call) const {
    if (!closed_ && cluster_->rt().on_io_thread())
        return error(
            client_errc::would_deadlock,
            base::text(
                "consumer::", call,
                " blocks, and was refused on kcpp's I/O thread, where nothing could ever end it"));
    return not_readable(call);
}

std::optional<error> core::not_readable(const char* call) const {
    if (closed_) return closed_error();
    if (mode_ == mode::idle)
        return error(
            client_errc::wrong_state,
            base::text("consumer::", call, ": subscribe to topics or assign partitions first"));
    return std::nullopt;
}

result<consumer_batch> core::poll(std::chrono::milliseconds timeout) {
    const turn mine(*this, "poll");
    if (auto wrong = not_ready("poll")) return *wrong;
    const presence here(*this);
    leave_loop();
    settle();
    const auto until = in(timeout);
    for (;;) {
        // Attention stays, for a records() loop that this happens in: a stop request may be what
        // called for it.
        hand_.news.reset();
        if (const auto event = hand_.take_event()) {
            carry_out(*event);
            continue;
        }
        if (!rebalancing_) rethrow_kept();
        if (auto failure = next_error()) return *failure;
        if (hand_.take_wake()) return consumer_batch();
        auto pieces = collect();
        if (!pieces) return pieces.error();
        if (auto records = hand_out(*std::move(pieces))) return *std::move(records);
        const auto now = cluster_->rt().now();
        if (now >= until) {
            rethrow_kept();
            if (auto failure = standing_error()) return *failure;
            return consumer_batch();
        }
        std::optional<runtime::duration> limit;
        if (until != runtime::never) limit = until - now;
        cluster_->rt().block(hand_.news, limit);
    }
}

/// What the application came back for is done.
void core::settle() {
    deliveries_.settle([this](const delivery::part& part) { table_.done(part.place, part.next); });
}

/// What lies before what is in hand is done, as soon as nobody holds earlier records in a batch.
void core::note_done() {
    if (!commits_by_itself()) return;
    auto passed = std::make_shared<delivery>();
    passed->parts.push_back({in_hand_->shared_place(), in_hand_->at()});
    passed->released = true;
    deliveries_.add(std::move(passed));
}

std::optional<error> core::next_error() {
    if (auto failure = hand_.take_failure()) return failure;
    return table_.take_trouble();
}

std::optional<error> core::standing_error() const {
    if (auto failure = hand_.standing()) return failure;
    return table_.standing_trouble();
}

void core::rethrow_kept() {
    if (kept_) std::rethrow_exception(std::exchange(kept_, nullptr));
}

/// Sees to it that something to read is in hand.
bool core::take_in_hand() {
    if (in_hand_ && !table_.is_current(*in_hand_)) in_hand_.reset();
    if (in_hand_ && table_.is_paused(*in_hand_)) {
        table_.put_back(std::move(in_hand_));
        fetcher_.taken();
    }
    if (in_hand_) return true;
    in_hand_ = table_.take();
    if (in_hand_) fetcher_.taken();
    return in_hand_ != nullptr;
}

result<std::vector<piece>> core::collect() {
    std::vector<piece> found;
    if (!life_.lease_holds(cluster_->rt().now())) return found;
    allowance room{options_.max_poll_records, options_.max_poll_bytes};
    while (!room.is_used_up() && take_in_hand()) {
        while (!room.is_used_up()) {
            auto more = in_hand_->take(room);
            if (!more) break;
            found.push_back(*std::move(more));
        }
        if (room.is_used_up()) break;
        if (in_hand_->failure()) {
            // What came before it is handed out first.
            if (!found.empty()) break;
            return give_up_broken(*in_hand_->failure());
        }
        pass_tail(found);
    }
    return found;
}

/// The application has been handed everything before the position of what is in hand.
void core::note_position() {
    table_.advance(*in_hand_);
    meter_.handed_out(in_hand_->place().topic, in_hand_->take_count());
}

/// There is nothing left in what is in hand.
void core::finish_in_hand() {
    table_.finish(std::move(in_hand_));
    fetcher_.taken();
}

/// What follows the last records and is not the application's, such as the end of a transaction, is
/// done with them.
void core::pass_tail(std::vector<piece>& found) {
    const auto same = [this](const piece& p) { return p.place == in_hand_->shared_place(); };
    const auto last = std::find_if(found.rbegin(), found.rend(), same);
    if (last != found.rend()) {
        last->next = in_hand_->at();
    } else {
        note_position();
        note_done();
        settle();
    }
    finish_in_hand();
}

error core::give_up_broken(const error& why) {
    error told = why;
    table_.refetch(std::move(in_hand_), in(refetch_pause));
    cluster_->rt().execute([self = shared_from_this()] { self->fetcher_.wake(); });
    return told;
}

/// Nothing if there is nothing. Unpacking takes a while, in which the process may have been frozen
/// and others got what was unpacked.
std::optional<consumer_batch> core::hand_out(std::vector<piece> pieces) {
    if (pieces.empty()) return std::nullopt;
    if (life_.lease_holds(cluster_->rt().now())) {
        table_.hand_out(pieces);
    } else {
        table_.take_back(std::exchange(pieces, {}));
        fetcher_.taken();
    }
    if (in_hand_ && !table_.is_current(*in_hand_)) in_hand_.reset();
    if (pieces.empty()) return std::nullopt;
    for (const piece& p : pieces)
        meter_.handed_out(p.place->topic, p.count);
    std::shared_ptr<delivery> receipt;
    if (commits_by_itself()) {
        receipt = std::make_shared<delivery>();
        for (const piece& p : pieces)
            receipt->parts.push_back({p.place, p.next});
        deliveries_.add(receipt);
    }
    consumer_batch records(std::make_unique<handed_out>(std::move(pieces), std::move(receipt)));
    intercept(records);
    return records;
}

} // namespace kcpp::consuming
