#include "consumer/list_offsets.hpp"

#include "network/backoff.hpp"
#include "protocol/list_offsets.hpp"

namespace kcpp::consuming {

namespace {

namespace offsets_api = protocol::list_offsets;

offsets_api::request make_request(const std::vector<inquiry>& wanted, isolation_level isolation,
                                  const cluster::snapshot& known) {
    offsets_api::request request;
    request.replica_id = -1;
    request.isolation_level = static_cast<std::int8_t>(isolation);
    std::map<std::string_view, std::size_t> at;
    for (const inquiry& one : wanted) {
        const auto [found, added] = at.try_emplace(one.place->topic, request.topics.size());
        if (added) request.topics.emplace_back().name = one.place->topic;
        offsets_api::partition p;
        p.index = one.place->partition;
        p.timestamp = one.timestamp;
        if (const auto* where = known.find(one.place->topic, one.place->partition))
            p.current_leader_epoch = where->leader_epoch;
        request.topics[found->second].partitions.push_back(p);
    }
    return request;
}

} // namespace

runtime::task<result<std::map<topic_partition, listed_offset>>>
list_offsets_once(std::shared_ptr<cluster::core> cluster, std::int32_t node,
                  isolation_level isolation, std::vector<inquiry> wanted,
                  runtime::time_point until) {
    const auto request = make_request(wanted, isolation, *cluster->metadata().current());
    network::call_options limits;
    limits.limits = {cluster->options().request_timeout, until};
    auto said = co_await cluster->call(node, cluster::purpose::general, request, limits);
    if (!said) co_return said.error();
    std::map<topic_partition, listed_offset> found;
    for (const auto& topic : said->body.topics)
        for (const auto& p : topic.partitions)
            found[{topic.name, p.index}] = {static_cast<broker_errc>(p.error_code),
                                            {p.offset, p.leader_epoch}};
    co_return found;
}

error list_offsets_error(const topic_partition& place, broker_errc code) {
    return error(
        code, base::text("no offset of ", to_string(place), " could be looked up: ", name_of(code)),
        {.topic = place.topic, .partition = place.partition});
}

namespace {

/// What is still to be asked for, and why it had to be asked again.
struct search {
    std::map<topic_partition, std::int64_t> open;
    offsets found;
    std::optional<error> last_failure{};
    std::optional<error> final_failure{};
};

std::map<std::int32_t, std::vector<inquiry>> by_leader(const search& state,
                                                       const cluster::snapshot& known) {
    std::map<std::int32_t, std::vector<inquiry>> leaders;
    for (const auto& [place, timestamp] : state.open) {
        const auto* where = known.find(place.topic, place.partition);
        if (where == nullptr || where->leader < 0) continue;
        inquiry one;
        one.place = std::make_shared<const topic_partition>(place);
        one.timestamp = timestamp;
        leaders[where->leader].push_back(std::move(one));
    }
    return leaders;
}

void take(search& state, const std::map<topic_partition, listed_offset>& said) {
    for (const auto& [place, answer] : said) {
        if (!state.open.contains(place)) continue;
        if (answer.error == broker_errc::none) {
            if (answer.at.offset >= 0)
                state.found[place] = committed_offset(answer.at.offset, answer.at.epoch);
            state.open.erase(place);
            continue;
        }
        state.last_failure = list_offsets_error(place, answer.error);
        if (!state.last_failure->retriable()) state.final_failure = state.last_failure;
    }
}

/// Topics that are not there yet are waited for; partitions that a known topic does not have are an
/// error.
runtime::task<result<void>> learn_topics(cluster::core& cluster, const search& state,
                                         runtime::time_point until) {
    for (const auto& [place, timestamp] : state.open) {
        auto topic =
            co_await cluster.metadata().find(place.topic, cluster::unknown_topic::fail, until);
        if (!topic) co_return topic.error();
        if (place.partition < 0 ||
            static_cast<std::size_t>(place.partition) >= (*topic)->partitions.size())
            co_return error(broker_errc::unknown_topic_or_partition,
                            base::text("topic ", place.topic, " has ", (*topic)->partitions.size(),
                                       " partitions, numbered from 0, and no partition ",
                                       place.partition),
                            {.topic = place.topic, .partition = place.partition});
    }
    co_return result<void>();
}

} // namespace

runtime::task<result<offsets>> list_offsets(std::shared_ptr<cluster::core> cluster,
                                            isolation_level isolation,
                                            std::map<topic_partition, std::int64_t> wanted,
                                            runtime::time_point until) {
    network::backoff pauses(cluster->options().retry_backoff, cluster->options().retry_backoff_max);
    search state;
    state.open = std::move(wanted);
    auto learned = co_await learn_topics(*cluster, state, until);
    if (!learned) co_return learned.error();
    while (!state.open.empty()) {
        const auto leaders = by_leader(state, *cluster->metadata().current());
        for (const auto& [node, inquiries] : leaders) {
            auto said = co_await list_offsets_once(cluster, node, isolation, inquiries, until);
            if (said)
                take(state, *said);
            else
                state.last_failure = said.error();
        }
        if (state.final_failure) co_return *state.final_failure;
        if (state.open.empty()) break;
        cluster->metadata().refresh();
        const bool again = co_await cluster->pause(pauses.next(cluster->rt().random()), until);
        if (again) continue;
        if (cluster->closing()) co_return cluster->closed_error();
        if (state.last_failure) co_return *state.last_failure;
        const topic_partition& place = state.open.begin()->first;
        co_return error(
            client_errc::timed_out,
            base::text("nobody leads ", to_string(place), ", so its offsets cannot be looked up"),
            {.topic = place.topic, .partition = place.partition});
    }
    co_return std::move(state.found);
}

} // namespace kcpp::consuming
