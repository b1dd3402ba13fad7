#include "admin/verdict_sheet.hpp"

#include "base/kafka_errors.hpp"
#include "base/text.hpp"

namespace kcpp::administration {

namespace {

constexpr std::string_view named_twice =
    "it was named more than once in one call; name it once, so that it is clear what is meant";

/// Whether asking again may help. What does not exist is retriable elsewhere, because metadata may
/// be behind; here it is an answer.
bool passes(broker_errc code) {
    if (code == broker_errc::unknown_topic_or_partition || code == broker_errc::unknown_topic_id)
        return false;
    const auto* known = base::find_kafka_error(static_cast<int>(code));
    return known != nullptr && known->is(base::error_traits::retriable);
}

error_place place_of(const error& why) {
    return {std::string(why.topic()), why.partition(), why.broker()};
}

error with(const error& why, std::string_view more) {
    return error(why.code(), base::text(why.message(), "; ", more), place_of(why));
}

error as_unknown(const error& why, std::string_view more) {
    return error::unknown_outcome(why.code(), base::text(why.message(), "; ", more), place_of(why));
}

} // namespace

void sheet::add(const std::string& key, item what) {
    items_.push_back({std::move(what)});
    const auto [first, is_new] = by_key_.try_emplace(key, items_.size() - 1);
    if (is_new) return;
    reject(first->second, named_twice);
    reject(items_.size() - 1, named_twice);
}

void sheet::reject(item_index i, std::string_view what_is_allowed) {
    entry& e = items_[i];
    if (e.state != standing::open) return;
    e.last = cannot_be(e.what, what_is_allowed);
    e.state = standing::failed;
}

std::optional<item_index> sheet::find(const std::string& key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<item_index> sheet::open() const {
    std::vector<item_index> waiting;
    for (item_index i = 0; i < items_.size(); ++i)
        if (is_open(i)) waiting.push_back(i);
    return waiting;
}

void sheet::begin_answer(std::int32_t broker) {
    answered_ = true;
    broker_ = broker < 0 ? std::nullopt : std::optional(broker);
    for (entry& e : items_)
        e.told = false;
}

void sheet::refuse(item_index i, std::int16_t code, const std::optional<std::string>& said) {
    entry& e = items_[i];
    if (e.state != standing::open) return;
    e.told = true;
    const auto reason = static_cast<broker_errc>(code);
    error why = refused(e.what, reason, said, broker_);
    if (!passes(reason)) {
        refuse_for_good(e, std::move(why));
        return;
    }
    // The broker gave up waiting, but what it began goes on.
    if (reason == broker_errc::request_timed_out && leaves_ == network::effect::lasting)
        e.unsure = true;
    e.last = std::move(why);
}

void sheet::refuse_for_good(entry& e, error why) {
    const bool ours_perhaps = e.unsure && why == already_done_;
    e.last = ours_perhaps ? as_unknown(why, "perhaps this very call did it, because the answer "
                                            "to its first attempt was lost")
                          : std::move(why);
    e.state = standing::failed;
}

void sheet::end_answer(std::span<const item_index> asked) {
    for (item_index i : asked) {
        entry& e = items_[i];
        if (e.state != standing::open || e.told) continue;
        error why =
            about(e.what, error(client_errc::protocol_error,
                                "the broker's answer did not mention it", {.broker = broker_}));
        e.last = leaves_ == network::effect::lasting ? as_unknown(why, "it may have been done")
                                                     : std::move(why);
        e.state = standing::failed;
    }
}

void sheet::fail(std::span<const item_index> asked, const error& why) {
    last_failure_ = why;
    if (why.code().category() == broker_category()) answered_ = true;
    for (item_index i : asked) {
        entry& e = items_[i];
        if (e.state != standing::open) continue;
        e.unsure = e.unsure || why.unknown_outcome();
        e.last = about(e.what, why);
        if (!why.retriable()) e.state = standing::failed;
    }
}

void sheet::give_up(const error& why) {
    for (entry& e : items_) {
        if (e.state != standing::open) continue;
        e.last = e.last ? with(*e.last, why.message()) : about(e.what, why);
        if (e.unsure) e.last = as_unknown(*e.last, "it may have been done or not");
        e.state = standing::failed;
    }
    if (!last_failure_) last_failure_ = why;
}

std::optional<error> sheet::unreachable() const {
    if (answered_) return std::nullopt;
    for (const entry& e : items_)
        if (e.unsure) return std::nullopt;
    if (!last_failure_) return std::nullopt;
    return error(last_failure_->code(), base::text(call_, ": ", last_failure_->message()),
                 {.broker = last_failure_->broker()});
}

void sheet::settle_well(item_index i) {
    entry& e = items_[i];
    if (e.state != standing::open) return;
    e.told = true;
    e.last.reset();
    e.state = standing::done;
}

} // namespace kcpp::administration
