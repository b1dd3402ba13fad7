#include "consumer/committer.hpp"

#include "consumer/core.hpp"
#include "consumer/static_member.hpp"
#include "network/backoff.hpp"
#include "protocol/offset_commit.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>

namespace kcpp::consuming {

namespace {

namespace offset_commit = protocol::offset_commit;

constexpr std::int16_t instance_id_since_commit = 7;
/// From version 10 on topics go by their ids; all of them must be known (L9).
constexpr std::int16_t newest_commit_by_name = 9;

struct commit_request {
    offset_commit::request body;
    std::int16_t newest = INT16_MAX;
    std::map<wire::uuid, std::string> names;
};

commit_request make_request(const std::string& group, const offsets& next,
                            const cluster::snapshot& known) {
    commit_request made;
    made.body.group_id = group;
    for (const auto& [place, behind] : next) {
        auto& topics = made.body.topics;
        if (topics.empty() || topics.back().name != place.topic) {
            const auto topic = known.find(place.topic);
            topics.emplace_back().name = place.topic;
            if (topic) topics.back().topic_id = topic->id;
            if (topics.back().topic_id == wire::uuid{}) made.newest = newest_commit_by_name;
            made.names.emplace(topics.back().topic_id, place.topic);
        }
        offset_commit::partition p;
        p.index = place.partition;
        p.offset = behind.offset;
        p.leader_epoch = behind.leader_epoch;
        p.metadata = behind.metadata;
        topics.back().partitions.push_back(std::move(p));
    }
    return made;
}

/// The worst that was said about any partition: what is final goes before what asking again may
/// mend.
result<void> read(const offset_commit::response& said, const commit_request& asked) {
    result<void> worst;
    for (const auto& topic : said.topics) {
        const auto name = asked.names.find(topic.topic_id);
        const std::string& topic_name =
            topic.name.empty() && name != asked.names.end() ? name->second : topic.name;
        for (const auto& p : topic.partitions) {
            if (p.error_code == 0 || (!worst && !worst.error().retriable())) continue;
            const auto code = static_cast<broker_errc>(p.error_code);
            worst = error(code,
                          base::text("offset of ", topic_name, '-', p.index,
                                     " not committed for group ", asked.body.group_id, ": ",
                                     name_of(code)),
                          {.topic = topic_name, .partition = p.index});
        }
    }
    return worst;
}

bool is_retried(const error& why, committer::asked_by whom) {
    const bool unknown_topic =
        why == broker_errc::unknown_topic_or_partition || why == broker_errc::unknown_topic_id;
    return unknown_topic ? whom == committer::asked_by::application : why.retriable();
}

bool sends_elsewhere(const error& why) {
    return why == broker_errc::not_coordinator || why == broker_errc::coordinator_not_available ||
           why == broker_errc::request_timed_out;
}

error too_late(const std::string& group) {
    return error(client_errc::timed_out,
                 base::text("offsets were not committed for group ", group, " in the time given"));
}

error not_ours_any_more(const std::string& group) {
    return error(broker_errc::illegal_generation,
                 base::text("offsets were not committed for group ", group,
                            ": the partitions have been given up or lost since they were read"));
}

} // namespace

runtime::task<result<void>> committer::commit(std::shared_ptr<core> owner, progress made,
                                              asked_by whom, runtime::time_point until) {
    if (made.next.empty()) co_return result<void>();
    const auto begin = owner->cluster().rt().now();
    auto outcome = co_await commit_in_turn(owner, std::move(made), whom, until);
    owner->counting().committed(owner->cluster().rt().now() - begin,
                                outcome ? meter::outcome::done : meter::outcome::failed);
    co_return outcome;
}

runtime::task<result<void>> committer::commit_in_turn(std::shared_ptr<core> owner, progress made,
                                                      asked_by whom, runtime::time_point until) {
    committer& self = owner->committing();
    cluster::core& cluster = owner->cluster();
    const auto mine = std::make_shared<asked_commit>(std::move(made), whom);
    const bool in_time = co_await self.wait_for_turn(mine, until);
    if (mine->committed) co_return result<void>();
    if (!in_time) co_return too_late(owner->options().group_id);
    const bool all_went_well = co_await commit_together(owner, until);
    if (all_went_well) co_return result<void>();
    network::backoff pauses(cluster.options().retry_backoff, cluster.options().retry_backoff_max);
    for (;;) {
        auto outcome = co_await attempt(owner, mine->made, until);
        bool again = false;
        if (!outcome &&
            (is_retried(outcome.error(), whom) || self.was_overtaken(*owner, outcome.error())))
            again = co_await cluster.pause(pauses.next(cluster.rt().random()), until);
        if (again) continue;
        if (outcome) owner->table().committed(mine->made);
        self.next_turn();
        co_return outcome;
    }
}

runtime::task<> committer::finish(std::shared_ptr<core> owner, runtime::time_point until) {
    committer& self = owner->committing();
    const auto mine = std::make_shared<asked_commit>(progress(), asked_by::nobody);
    const bool in_time = co_await self.wait_for_turn(mine, until);
    if (in_time) self.next_turn();
}

/// False if it did not come in time; then it is given up.
runtime::task<bool> committer::wait_for_turn(std::shared_ptr<asked_commit> mine,
                                             runtime::time_point until) {
    waiting_.push_back(mine);
    while (!mine->committed && waiting_.front() != mine) {
        if (runtime_.now() >= until) {
            std::erase(waiting_, mine);
            co_return false;
        }
        co_await turn_.wait(until);
    }
    co_return true;
}

void committer::next_turn() {
    waiting_.pop_front();
    turn_.notify();
}

/// Those that can go out with the one that is being served: not what is about to be refused, which
/// would take the others along.
committer::queue committer::company(const core& owner) const {
    const asked_commit& first = *waiting_.front();
    queue found;
    for (auto next = std::next(waiting_.begin()); next != waiting_.end(); ++next) {
        const progress& made = (*next)->made;
        if (made.next.empty() || (*next)->whom != first.whom ||
            made.during.empty() != first.made.during.empty() || !owner.table().holds(made.during))
            break;
        found.push_back(*next);
    }
    return found;
}

/// False if there is nobody to go out with, or if that failed: as it may be the fault of one, each
/// then goes for itself.
runtime::task<bool> committer::commit_together(std::shared_ptr<core> owner,
                                               runtime::time_point until) {
    committer& self = owner->committing();
    const queue others = self.company(*owner);
    if (others.empty()) co_return false;
    progress all = self.waiting_.front()->made;
    self.waiting_.front()->went_along = true;
    for (const auto& each : others) {
        each->went_along = true;
        for (const auto& [place, behind] : each->made.next)
            all.next.insert_or_assign(place, behind);
        for (const tenure& during : each->made.during)
            if (std::ranges::find(all.during, during) == all.during.end())
                all.during.push_back(during);
    }
    const auto outcome = co_await attempt(owner, all, until);
    if (!outcome) {
        // It may have been done all the same: none of them may take an offset back now.
        self.go_no_lower(all.next);
        co_return false;
    }
    owner->table().committed(all);
    for (const auto& each : others) {
        each->committed = true;
        std::erase(self.waiting_, each);
    }
    self.next_turn();
    co_return true;
}

/// Those that went out together go for what the last of them wanted.
void committer::go_no_lower(const offsets& sent) {
    for (const auto& each : waiting_)
        if (each->went_along)
            for (auto& [place, behind] : each->made.next)
                if (const auto last = sent.find(place); last != sent.end()) behind = last->second;
}

/// The group went on while it was asked, and the partitions may be this member's still. (G12,
/// KIP-429)
bool committer::was_overtaken(const core& owner, const error& why) const {
    const bool of_generation = why == broker_errc::illegal_generation ||
                               why == broker_errc::rebalance_in_progress ||
                               why == broker_errc::stale_member_epoch;
    return of_generation && signed_by_ && owner.is_between_generations(*signed_by_);
}

/// The name is put to the request at the last moment: while the coordinator was looked for the
/// partitions may have been lost, and come back with what is committed by now.
struct committer::signature {
    const core& owner;
    const tenures& during;
    std::optional<identity>& used;

    result<void> operator()(offset_commit::request& request, std::int16_t version) const {
        used = owner.identity_for(during);
        if (!used) return not_ours_any_more(owner.options().group_id);
        request.generation_id_or_member_epoch = used->generation;
        request.member_id = used->member_id;
        request.group_instance_id = used->instance_id;
        without_instance_id_before<instance_id_since_commit>()(request, version);
        return {};
    }
};

runtime::task<result<void>> committer::attempt(std::shared_ptr<core> owner, const progress& made,
                                               runtime::time_point until) {
    cluster::core& cluster = owner->cluster();
    owner->committing().signed_by_.reset();
    if (!owner->identity_for(made.during)) co_return not_ours_any_more(owner->options().group_id);
    if (cluster.rt().now() >= until) co_return too_late(owner->options().group_id);
    const auto asked =
        make_request(owner->options().group_id, made.next, *cluster.metadata().current());
    network::call_options limits;
    limits.limits = {cluster.options().request_timeout, until};
    limits.newest = asked.newest;
    limits.leaves = network::effect::lasting;
    std::optional<identity>& who = owner->committing().signed_by_;
    const signature sign{*owner, made.during, who};
    auto said =
        co_await owner->coordinator()->ask(cluster::purpose::coordinator, asked.body, limits, sign);
    if (!said) co_return said.error();
    auto outcome = read(said->body, asked);
    if (outcome) co_return outcome;
    const error& why = outcome.error();
    if (sends_elsewhere(why)) owner->coordinator()->forget();
    if (why == broker_errc::unknown_topic_id) cluster.metadata().refresh();
    if (!made.during.empty()) owner->commit_refused(why, *who);
    co_return outcome;
}

} // namespace kcpp::consuming
