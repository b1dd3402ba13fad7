// What a consumer reads: topics as a member of its group, or partitions by hand.

#include "consumer/core.hpp"

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

void core::subscribe(std::vector<std::string> topics, rebalance_handlers handlers) {
    const turn mine(*this, "subscribe");
    check_assignable("subscribe", mode::in_group);
    if (!coordinator_)
        throw kafka_error(
            error(client_errc::wrong_state,
                  "consumer::subscribe: consumer_options::group_id (group.id) is empty, "
                  "so there is no group to join; set it, or use assign()"));
    if (topics.empty())
        throw kafka_error(
            error(client_errc::invalid_argument,
                  "consumer::subscribe: no topics; unsubscribe() gives everything up"));
    for (const std::string& name : topics)
        check_topic("subscribe", name);
    std::ranges::sort(topics);
    topics.erase(std::unique(topics.begin(), topics.end()), topics.end());
    mode_ = mode::in_group;
    handlers_ = std::move(handlers);
    start_reading();
    cluster_->rt().execute([self = shared_from_this(), topics = std::move(topics)]() mutable {
        if (self->stopped_) return;
        if (self->member_) return self->member_->resubscribe(std::move(topics));
        self->member_ = std::make_shared<member>(self, std::move(topics));
        member::start(self, self->member_);
    });
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
    table_.assign(partitions, from, partition_table::hold::none);
    hand_.interrupt();
    start_reading();
    cluster_->rt().execute([self = shared_from_this()] {
        self->finder_.wake();
        self->fetcher_.wake();
    });
}

/// What a member was not told of yet is in the table already, to be fetched, but is not its own
/// before it is told.
std::vector<topic_partition> core::assignment() const {
    auto all = table_.assignment();
    if (mode_ == mode::in_group)
        std::erase_if(all, [this](const auto& place) { return !table_.has(place, claim_); });
    return all;
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
