#include "testing/broker/fetch_read.hpp"
#include "testing/broker/handlers.hpp"
#include "testing/broker/leader_hints.hpp"

#include <algorithm>

namespace kcpp::testing {

namespace {

namespace fetching = protocol::fetch;

constexpr std::int16_t first_fetch_by_id = 13, first_fetch_with_hints = 16;
/// No response is larger (fetch.max.bytes of brokers).
constexpr std::int32_t broker_max_bytes = 57671680;

/// What one look at the logs gives.
struct round {
    std::vector<partition_read> reads; // as the wishes
    std::int64_t bytes = 0;
    /// Something that the client must hear at once.
    bool urgent = false;
};

topic* topic_of(const call& c, const read_place& place) {
    return c.version >= first_fetch_by_id ? c.state().find_topic(place.topic_id)
                                          : c.state().find_topic(place.topic);
}

/// Which of the wishes are for partitions that there are. For the others nobody is made to hurry:
/// they are told of when the rest is answered, as Kafka does it.
std::vector<bool> existing(const call& c, const std::vector<read_wish>& wishes) {
    std::vector<bool> list;
    for (const read_wish& wish : wishes) {
        topic* t = topic_of(c, wish.place);
        list.push_back(t != nullptr && t->find(wish.place.partition) != nullptr);
    }
    return list;
}

round look(call& c, const fetching::request& q, const std::vector<read_wish>& wishes,
           const std::vector<bool>& hurries) {
    round now;
    fetch_room room(static_cast<std::size_t>(std::clamp(q.max_bytes, 0, broker_max_bytes)));
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        const read_wish& wish = wishes[i];
        const auto& found =
            now.reads.emplace_back(read_partition(c, topic_of(c, wish.place), wish, q, room));
        now.bytes += static_cast<std::int64_t>(found.bytes);
        now.urgent |= hurries[i] && (found.result.error_code != 0 ||
                                     found.result.diverging_epoch.end_offset != -1 ||
                                     found.result.preferred_read_replica != no_broker);
    }
    return now;
}

/// Answers to neighbours of the same topic share its name.
std::vector<fetching::topic_result> by_topic(std::vector<read_answer>& answers) {
    std::vector<fetching::topic_result> list;
    for (read_answer& a : answers) {
        if (list.empty() || list.back().name != a.place.topic ||
            list.back().topic_id != a.place.topic_id) {
            list.emplace_back().name = a.place.topic;
            list.back().topic_id = a.place.topic_id;
        }
        list.back().partitions.push_back(std::move(a.result));
    }
    return list;
}

fetching::response respond(call& c, fetch_session_cache::turn& turn, round& latest) {
    std::vector<read_answer> answers;
    leader_hints hints(c, c.version >= first_fetch_with_hints);
    for (std::size_t i = 0; i < latest.reads.size(); ++i) {
        partition_read& found = latest.reads[i];
        found.result.records = gather(c, found);
        hints.add_to(found.result, topic_of(c, turn.wishes[i].place));
        answers.push_back({turn.wishes[i].place, std::move(found.result)});
    }
    fetching::response r;
    r.session_id = c.cluster.sessions_at(c.broker).finish(turn, answers,
                                                          c.version >= first_fetch_by_id, c.now());
    r.error_code = code(turn.error);
    r.topics = by_topic(answers);
    r.node_endpoints = hints.endpoints();
    return r;
}

bool is_about_sessions(broker_errc error) {
    return error == broker_errc::fetch_session_id_not_found ||
           error == broker_errc::invalid_fetch_session_epoch ||
           error == broker_errc::fetch_session_topic_id_error;
}

fetching::response refused(broker_errc error) {
    fetching::response r;
    r.error_code = code(error);
    return r;
}

} // namespace

runtime::task<fetching::response> fetch(call& c, const fetching::request& q) {
    if (const auto error = c.injected(); is_about_sessions(error)) co_return refused(error);
    auto turn = c.cluster.sessions_at(c.broker).begin(q, c.version >= first_fetch_by_id, c.now());
    if (turn.error != broker_errc::none) co_return refused(turn.error);

    const std::vector<bool> hurries = existing(c, turn.wishes);
    const bool can_wait = std::ranges::count(hurries, true) != 0;
    const std::int64_t wanted = std::min({q.min_bytes, q.max_bytes, broker_max_bytes});
    const auto until =
        runtime::after(c.now(), std::chrono::milliseconds(std::max(q.max_wait_ms, 0)));
    for (;;) {
        round latest = look(c, q, turn.wishes, hurries);
        if (!can_wait || latest.urgent || latest.bytes >= wanted || !c.alive() || c.now() >= until)
            co_return respond(c, turn, latest);
        co_await c.cluster.log_news.wait(until);
    }
}

} // namespace kcpp::testing
