// How records() hands out records one by one.

#include "consumer/core.hpp"
#include "consumer/record_access.hpp"

#include <utility>

namespace kcpp::consuming {

namespace {

/// How long `records()` waits before it tells again what is still the matter.
constexpr auto reminder_interval = std::chrono::seconds(1);

} // namespace

bool core::step(consumer_record& into, const std::stop_token& stop) {
    // Nothing has been looked at since a loop that was left: neither what happened in between, nor
    // whether what is in hand is still this member's.
    const bool goes_on = std::exchange(record_given_, false);
    if (goes_on) in_hand_->complete();
    life_.beat();
    // Each time, as the process may have been frozen since the last one.
    const bool ours = life_.lease_holds(
        runtime::after(cluster_->rt().coarse_now(), runtime::runtime::coarseness));
    if (ours && goes_on && !hand_.has_attention() && next_record(into) == stepped::to_record)
        return true;
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
            const stepped result = next_record(into);
            if (result == stepped::to_record) return true;
            if (result == stepped::too_late) continue;
            complete_records();
            if (in_hand_->failure()) throw kafka_error(give_up_broken(*in_hand_->failure()));
            finish_in_hand();
        }
        const auto failure = standing_error();
        if (failure && reminded) throw kafka_error(*failure);
        std::optional<runtime::duration> limit;
        if (failure) limit = reminder_interval;
        reminded = !cluster_->rt().block(hand_.news, limit);
    }
}

core::stepped core::next_record(consumer_record& into) {
    const auto found = in_hand_->next();
    if (came_too_late()) return stepped::too_late;
    if (found != fetched::step::record) return stepped::to_end;
    record_access::enter_batch(into, in_hand_->place(), in_hand_->leader_epoch(),
                               in_hand_->time_type());
    record_access::fill(into, in_hand_->record());
    if (!options_.interceptors.empty()) intercept(into);
    record_given_ = looped_ = true;
    return stepped::to_record;
}

/// As in `hand_out`.
bool core::came_too_late() {
    if (!in_hand_->take_unpacked()) return false;
    if (life_.lease_holds(cluster_->rt().now()) && table_.is_current(*in_hand_)) return false;
    in_hand_->rewind();
    return true;
}

/// The records that a loop has stepped over so far are done.
void core::complete_records() {
    looped_ = false;
    if (!in_hand_) return;
    note_position();
    note_done();
    settle();
}

void core::leave_loop() noexcept {
    if (record_given_) in_hand_->rewind();
    end_loop();
}

/// As leave_loop, where nothing is read any more: the record that is given stays valid.
void core::end_loop() noexcept {
    record_given_ = false;
    if (looped_) complete_records();
}

} // namespace kcpp::consuming
