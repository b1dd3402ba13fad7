#include "consumer/committed_offsets.hpp"

#include "base/kafka_errors.hpp"
#include "network/backoff.hpp"
#include "protocol/offset_fetch.hpp"

#include <map>
#include <string_view>

namespace kcpp::consuming {

namespace {

namespace offset_fetch = protocol::offset_fetch;

/// From then on a request asks for several groups (KIP-709).
constexpr std::int16_t many_groups_since = 8;
constexpr std::int16_t stable_since = 7;
/// From version 10 on topics go by their ids; all of them must be known (L9).
constexpr std::int16_t newest_by_name = 9;

struct one_or_many_groups {
    void operator()(offset_fetch::request& request, std::int16_t version) const {
        request.require_stable = version >= stable_since;
        if (version < many_groups_since) return;
        offset_fetch::group only;
        only.group_id = std::exchange(request.group_id, {});
        only.topics = std::exchange(request.topics, std::vector<offset_fetch::topic>());
        request.groups.push_back(std::move(only));
    }
};

struct wanted_offsets {
    offset_fetch::request request;
    std::int16_t newest = INT16_MAX;
    std::map<wire::uuid, std::string> names;
};

wanted_offsets make_request(const std::string& group,
                            const std::vector<topic_partition>& partitions,
                            const cluster::snapshot& known) {
    wanted_offsets made;
    made.request.group_id = group;
    std::map<std::string_view, std::size_t> at;
    for (const topic_partition& place : partitions) {
        const auto [found, added] = at.try_emplace(place.topic, made.request.topics->size());
        if (added) {
            const auto topic = known.find(place.topic);
            offset_fetch::topic t;
            t.name = place.topic;
            if (topic) t.topic_id = topic->id;
            if (t.topic_id == wire::uuid{}) made.newest = newest_by_name;
            made.names.emplace(t.topic_id, place.topic);
            made.request.topics->push_back(std::move(t));
        }
        (*made.request.topics)[found->second].partitions.push_back(place.partition);
    }
    return made;
}

error refused(const std::string& group, broker_errc code) {
    return error(code, base::text("the committed offsets of group ", group,
                                  " could not be read: ", name_of(code)));
}

/// The offsets, or what is wrong with them: of the whole answer, or of one partition in it.
result<offsets> read(const offset_fetch::response& said, std::int16_t version,
                     const wanted_offsets& asked) {
    const std::string& group = asked.request.group_id;
    const bool many = version >= many_groups_since;
    if (many && said.groups.size() != 1)
        return error(client_errc::protocol_error,
                     base::text("OffsetFetch for group ", group, " was answered for ",
                                said.groups.size(), " groups"));
    const std::int16_t whole = many ? said.groups[0].error_code : said.error_code;
    if (whole != 0) return refused(group, static_cast<broker_errc>(whole));
    offsets found;
    for (const auto& topic : many ? said.groups[0].topics : said.topics) {
        const auto name = asked.names.find(topic.topic_id);
        const std::string& topic_name =
            topic.name.empty() && name != asked.names.end() ? name->second : topic.name;
        for (const auto& p : topic.partitions) {
            if (p.error_code != 0) {
                const auto code = static_cast<broker_errc>(p.error_code);
                return error(code,
                             base::text("the offset that group ", group, " committed for ",
                                        topic_name, '-', p.index,
                                        " could not be read: ", name_of(code)),
                             {.topic = topic_name, .partition = p.index});
            }
            if (p.offset >= 0)
                found[{topic_name, p.index}] =
                    committed_offset(p.offset, p.leader_epoch, p.metadata.value_or(""));
        }
    }
    return found;
}

bool names_the_wrong_coordinator(const error& why) {
    return why == broker_errc::not_coordinator || why == broker_errc::coordinator_not_available;
}

} // namespace

runtime::task<result<offsets>> committed_offsets(std::shared_ptr<group_coordinator> coordinator,
                                                 std::vector<topic_partition> partitions,
                                                 runtime::time_point until) {
    if (partitions.empty()) co_return offsets();
    cluster::core& cluster = coordinator->cluster();
    network::backoff pauses(cluster.options().retry_backoff, cluster.options().retry_backoff_max);
    for (;;) {
        const auto asked =
            make_request(coordinator->group(), partitions, *cluster.metadata().current());
        network::call_options limits;
        limits.limits = {cluster.options().request_timeout, until};
        limits.newest = asked.newest;
        const one_or_many_groups adapt;
        auto said =
            co_await coordinator->ask(cluster::purpose::coordinator, asked.request, limits, adapt);
        result<offsets> found =
            said ? read(said->body, said->version, asked) : result<offsets>(said.error());
        if (found) co_return found;
        const error& why = found.error();
        if (names_the_wrong_coordinator(why)) coordinator->forget();
        const bool unknown_id = why == broker_errc::unknown_topic_id;
        if (unknown_id) cluster.metadata().refresh();
        if (!why.retriable() && !unknown_id) co_return found;
        const bool again = co_await cluster.pause(pauses.next(cluster.rt().random()), until);
        if (!again) co_return found;
    }
}

} // namespace kcpp::consuming
