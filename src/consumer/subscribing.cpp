// What a consumer reads: topics as a member of its group, or partitions by hand.

#include "consumer/core.hpp"
#include "consumer/group/classic/classic_member.hpp"
#include "consumer/group/classic/topic_matcher.hpp"
#include "consumer/group/consumer_protocol/consumer_member.hpp"
#include "consumer/group/protocol_choice.hpp"

#include <algorithm>
#include <string_view>

namespace kcpp::consuming {

namespace {

bool is_topic_name(std::string_view name) {
    constexpr std::size_t longest = 249;
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    };
    return !name.empty() && name.size() <= longest && name != "." && name != ".." &&
           std::ranges::all_of(name, allowed);
}

void check_topic(const char* call, const std::string& name) {
    if (is_topic_name(name)) return;
    throw kafka_error(
        error(client_errc::invalid_argument,
              base::text(
                  "consumer::", call, ": \"", name,
                  "\" is not a topic name: 1 to 249 letters, digits, '.', '_' and '-' are allowed"),
              {.topic = name}));
}

} // namespace

/// Throws what misuse deserves.
void core::check_assignable(const char* call, mode wanted) const {
    if (closed_) throw kafka_error(closed_error());
    if (mode_ == mode::idle || mode_ == wanted) return;
    throw kafka_error(
        error(client_errc::wrong_state,
              base::text("consumer::", call,
                         ": a consumer either subscribes to topics or is assigned partitions by "
                         "hand; call unsubscribe() before changing from one to the other")));
}

/// Throws what misuse deserves. What only a coordinator will read it may judge.
void core::check_wanted(const wanted_topics& wanted) const {
    if (!wanted.pattern) {
        if (wanted.names.empty())
            throw kafka_error(
                error(client_errc::invalid_argument,
                      "consumer::subscribe: no topics; unsubscribe() gives everything up"));
        for (const std::string& name : wanted.names)
            check_topic("subscribe", name);
    } else if (options_.group_protocol != group_protocol::consumer ||
               wanted.pattern->expression().empty()) {
        const auto compiled = topic_matcher::compile(*wanted.pattern);
        if (compiled) return;
        throw kafka_error(error(client_errc::invalid_argument,
                                base::text("consumer::subscribe: ", compiled.error().message())));
    }
}

void core::subscribe(wanted_topics wanted, rebalance_handlers handlers) {
    const turn mine(*this, "subscribe");
    check_assignable("subscribe", mode::in_group);
    if (!coordinator_)
        throw kafka_error(
            error(client_errc::wrong_state,
                  "consumer::subscribe: consumer_options::group_id (group.id) is empty, "
                  "so there is no group to join; set it, or use assign()"));
    check_wanted(wanted);
    std::ranges::sort(wanted.names);
    wanted.names.erase(std::unique(wanted.names.begin(), wanted.names.end()), wanted.names.end());
    mode_ = mode::in_group;
    handlers_ = std::move(handlers);
    start_reading();
    cluster_->rt().execute([self = shared_from_this(), wanted = std::move(wanted)]() mutable {
        self->enter_group(std::move(wanted));
    });
}

void core::enter_group(wanted_topics wanted) {
    if (stopped_) return;
    if (member_) return member_->resubscribe(std::move(wanted));
    entering_ = std::move(wanted);
    cluster_->spawn(begin_membership(shared_from_this()));
}

runtime::task<> core::begin_membership(std::shared_ptr<core> self) {
    const auto protocol = co_await choose_protocol(self);
    // It may have been unsubscribed meanwhile.
    if (self->stopped_ || !self->entering_) co_return;
    auto wanted = *std::exchange(self->entering_, std::nullopt);
    if (protocol == group_protocol::classic) {
        self->enter_classic_group(std::move(wanted));
        co_return;
    }
    self->member_ = std::make_shared<consumer_member>(*self, std::move(wanted));
    self->member_->start();
}

void core::enter_classic_group(wanted_topics wanted) {
    life_.set_lease(runtime::never);
    member_ = std::make_shared<classic_member>(*this, std::move(wanted));
    member_->start();
}

void core::assign(std::vector<topic_partition> partitions) {
    const turn mine(*this, "assign");
    check_assignable("assign", mode::by_hand);
    for (const topic_partition& place : partitions) {
        check_topic("assign", place.topic);
        if (place.partition < 0)
            throw kafka_error(
                error(client_errc::invalid_argument,
                      base::text("consumer::assign: partitions are numbered from 0; there is no ",
                                 to_string(place)),
                      {.topic = place.topic, .partition = place.partition}));
    }
    mode_ = mode::by_hand;
    const auto from =
        coordinator_ ? partition_table::start::at_committed : partition_table::start::by_policy;
    table_.assign(partitions, from);
    hand_.interrupt();
    start_reading();
    cluster_->rt().execute([self = shared_from_this()] {
        self->finder_.wake();
        self->fetcher_.wake();
    });
}

std::vector<topic_partition> core::assignment() const {
    return table_.assignment();
}

void core::start_reading() {
    if (std::exchange(reading_, true)) return;
    cluster_->rt().execute(
        [self = shared_from_this()] { self->cluster_->spawn(check_reach(self)); });
}

result<void> core::unsubscribe() {
    const turn mine(*this, "unsubscribe");
    if (auto wrong = not_ready("unsubscribe")) {
        if (*wrong == client_errc::wrong_state) return {};
        return *wrong;
    }
    end_loop();
    settle();
    auto outcome = leave_group(in(options_.close_timeout));
    mode_ = mode::idle;
    rethrow_kept();
    return outcome;
}

} // namespace kcpp::consuming
