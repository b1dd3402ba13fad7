#include "producer/sequence_window.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace kcpp::producing {

namespace {

/// After the largest number comes 0 (P1).
std::int32_t advance(std::int32_t sequence, std::int32_t count) {
    const auto sum = std::int64_t{sequence} + count;
    return static_cast<std::int32_t>(sum > INT32_MAX ? sum - INT32_MAX - 1 : sum);
}

} // namespace

bool sequence_window::any_on_wire() const noexcept {
    return std::ranges::any_of(flights_,
                               [](const flight& f) { return f.state == standing::on_wire; });
}

std::shared_ptr<batch> sequence_window::due_again() const {
    if (flights_.empty() || any_on_wire() || wants_new_identity()) return nullptr;
    return flights_.front().what;
}

bool sequence_window::takes_new(std::int32_t leader, std::size_t most) const {
    if (flights_.empty()) return !gap_;
    const bool all_on_wire =
        std::ranges::all_of(flights_, [](const flight& f) { return f.state == standing::on_wire; });
    return numbered_ && !gap_ && all_on_wire && flights_.size() < most && leader == leader_ &&
           leader_knows_us_;
}

void sequence_window::sent_new(std::shared_ptr<batch> what, std::int32_t leader) {
    if (leader != leader_) leader_knows_us_ = false;
    leader_ = leader;
    flights_.push_back({std::move(what)});
    number(flights_.back());
}

void sequence_window::sent_again(std::int32_t leader) {
    if (leader != leader_) leader_knows_us_ = false;
    leader_ = leader;
    flights_.front().state = standing::on_wire;
}

void sequence_window::number(flight& which) {
    which.sequence = next_;
    next_ = advance(next_, which.what->count);
    stamp(which);
}

void sequence_window::stamp(const flight& which) {
    if (numbered_)
        which.what->sealed.stamp({.producer_id = identity_.id,
                                  .producer_epoch = identity_.epoch,
                                  .base_sequence = which.sequence});
    else
        which.what->sealed.stamp({});
}

std::deque<sequence_window::flight>::iterator sequence_window::find(const batch& which) {
    const auto found =
        std::ranges::find_if(flights_, [&](const flight& f) { return f.what.get() == &which; });
    if (found == flights_.end()) throw std::logic_error("an answer for a batch that is not sent");
    return found;
}

void sequence_window::stored(const batch& which, stored_at where) {
    flight& answered = *find(which);
    answered.state = standing::stored;
    answered.where = where;
    leader_knows_us_ = true;
    // It would not be there without those before it.
    gap_ = false;
}

void sequence_window::again(const batch& which) {
    find(which)->state = standing::waiting;
}

void sequence_window::out_of_order(const batch& which) {
    flight& answered = *find(which);
    answered.state = standing::waiting;
    if (&answered != &flights_.front()) return;
    gap_ = true;
    answered.what->maybe_written = false;
}

void sequence_window::given_up(const batch& which) {
    const auto gone = find(which);
    const bool last = std::next(gone) == flights_.end();
    if (last && !gone->what->maybe_written)
        next_ = gone->sequence; // as if it had never been
    else if (numbered_)
        gap_ = true;
    flights_.erase(gone);
}

void sequence_window::split(const batch& which, const std::vector<std::shared_ptr<batch>>& parts) {
    auto at = find(which);
    std::int32_t sequence = at->sequence;
    at = flights_.erase(at);
    for (const auto& part : parts) {
        at = flights_.insert(at, {part, sequence, standing::waiting});
        stamp(*at++);
        sequence = advance(sequence, part->count);
    }
}

std::optional<sequence_window::finished> sequence_window::take_finished() {
    if (flights_.empty() || flights_.front().state != standing::stored) return std::nullopt;
    finished first{std::move(flights_.front().what), flights_.front().where};
    flights_.pop_front();
    return first;
}

bool sequence_window::wants_new_identity() const noexcept {
    if (!numbered_ || any_on_wire()) return false;
    // Brokers take what follows only after what comes first: if that is not in the log, neither is
    // anything else.
    return gap_ && (flights_.empty() || !flights_.front().what->maybe_written);
}

void sequence_window::restart(producer_identity as) {
    identity_ = as;
    next_ = 0;
    gap_ = false;
    leader_knows_us_ = false;
    for (flight& each : flights_) {
        each.what->maybe_written = false;
        number(each);
    }
}

std::deque<sequence_window::flight> sequence_window::take_all() {
    return std::exchange(flights_, {});
}

} // namespace kcpp::producing
