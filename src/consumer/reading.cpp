// How records are handed out: in batches by poll, one by one by records().

#include "consumer/core.hpp"
#include "consumer/record_access.hpp"

namespace kcpp::consuming {

namespace {

/// How often `records()` makes sure that the group still leaves the partitions to this member.
constexpr std::uint32_t lease_check_interval = 64;
/// How long `records()` waits before it tells again what is still the matter.
constexpr auto reminder_interval = std::chrono::seconds(1);
/// What could not be read may have been damaged on its way only.
constexpr auto refetch_pause = std::chrono::seconds(1);

} // namespace

std::optional<error> core::not_ready(const char* call) const {
    if (closed_) return closed_error();
    if (cluster_->rt().on_io_thread())
        return error(client_errc::would_deadlock,
                     base::text("consumer::", call, " blocks, and was refused on kcpp's I/O thread, where nothing could ever end it"));
    if (mode_ == mode::idle)
        return error(client_errc::wrong_state, base::text("consumer::", call, ": subscribe to topics or assign partitions first"));
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
        hand_.news.reset();
        hand_.clear_attention();
        if (const auto event = hand_.take_event()) {
            carry_out(*event);
            continue;
        }
        if (!rebalancing_) rethrow_kept();
        if (auto failure = next_error()) return *failure;
        if (hand_.take_wake()) return consumer_batch();
        auto pieces = collect();
        if (!pieces) return pieces.error();
        if (!pieces->empty()) return hand_out(*std::move(pieces));
        const auto now = cluster_->rt().now();
        if (now >= until) {
            rethrow_kept();
            if (auto failure = standing_error()) return *failure;
            return consumer_batch();
        }
        cluster_->rt().block(hand_.news, until - now);
    }
}

/// What the application came back for is done.
void core::settle() {
    deliveries_.settle([this](const delivery::part& part) { table_.done(*part.place, part.claim, part.next); });
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
    if (in_hand_ && table_.is_paused(*in_hand_)) table_.put_back(std::move(in_hand_));
    if (in_hand_) return true;
    in_hand_ = table_.take();
    if (in_hand_) fetcher_.taken();
    return in_hand_ != nullptr;
}

result<std::vector<piece>> core::collect() {
    std::vector<piece> found;
    if (!life_.lease_holds(cluster_->rt().now())) return found;
    std::size_t room = options_.max_poll_records;
    while (room > 0 && take_in_hand()) {
        while (room > 0) {
            auto more = in_hand_->take(room);
            if (!more) break;
            room -= more->count;
            found.push_back(*std::move(more));
        }
        table_.advance(*in_hand_);
        if (room == 0) break;
        if (!in_hand_->failure()) table_.finish(std::move(in_hand_));
        // What came before it is handed out first.
        else if (!found.empty()) break;
        else return give_up_broken(*in_hand_->failure());
    }
    return found;
}

error core::give_up_broken(const error& why) {
    error told = why;
    table_.refetch(std::move(in_hand_), in(refetch_pause));
    cluster_->rt().execute([self = shared_from_this()] { self->fetcher_.wake(); });
    return told;
}

consumer_batch core::hand_out(std::vector<piece> pieces) {
    std::shared_ptr<delivery> receipt;
    if (commits_by_itself()) {
        receipt = std::make_shared<delivery>();
        for (const piece& p : pieces)
            receipt->parts.push_back({p.place, p.claim, p.next});
        deliveries_.add(receipt);
    }
    return consumer_batch(std::make_unique<handed_out>(std::move(pieces), std::move(receipt)));
}

bool core::step(consumer_record& into, const std::stop_token& stop) {
    if (record_given_) in_hand_->complete();
    record_given_ = false;
    life_.beat();
    const bool sure = ++steps_ % lease_check_interval != 0 || life_.lease_holds(cluster_->rt().now());
    if (sure && in_hand_ && !hand_.has_attention() && next_record(into)) return true;
    return step_slowly(into, stop);
}

bool core::step_slowly(consumer_record& into, const std::stop_token& stop) {
    const turn mine(*this, "records");
    if (auto wrong = not_ready("records")) throw kafka_error(*wrong);
    const presence here(*this);
    complete_records();
    bool reminded = false;
    for (;;) {
        hand_.news.reset();
        hand_.clear_attention();
        if (hand_.take_wake() || stop.stop_requested()) {
            rethrow_kept();
            return false;
        }
        if (const auto event = hand_.take_event()) {
            carry_out(*event);
            continue;
        }
        if (!rebalancing_) rethrow_kept();
        if (auto failure = next_error()) throw kafka_error(*failure);
        while (life_.lease_holds(cluster_->rt().now()) && take_in_hand()) {
            if (next_record(into)) return true;
            complete_records();
            if (in_hand_->failure()) throw kafka_error(give_up_broken(*in_hand_->failure()));
            table_.finish(std::move(in_hand_));
        }
        if (reminded)
            if (auto failure = standing_error()) throw kafka_error(*failure);
        reminded = !cluster_->rt().block(hand_.news, reminder_interval);
    }
}

bool core::next_record(consumer_record& into) {
    if (in_hand_->next() != fetched::step::record) return false;
    record_access::enter_batch(into, in_hand_->place(), in_hand_->leader_epoch(), in_hand_->time_type());
    record_access::fill(into, in_hand_->record());
    return record_given_ = true;
}

/// The records stepped over so far are done, as soon as nobody holds earlier ones in a batch.
void core::complete_records() {
    if (!in_hand_) return;
    table_.advance(*in_hand_);
    if (commits_by_itself()) {
        auto stepped_over = std::make_shared<delivery>();
        stepped_over->parts.push_back({in_hand_->shared_place(), in_hand_->claim(), in_hand_->at()});
        stepped_over->released = true;
        deliveries_.add(std::move(stepped_over));
    }
    settle();
}

void core::leave_loop() noexcept {
    if (!std::exchange(record_given_, false)) return;
    in_hand_->rewind();
    table_.advance(*in_hand_);
}

} // namespace kcpp::consuming
