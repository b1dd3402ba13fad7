#include "scenarios.hpp"

#include <optional>

// Fetch, its sessions, and the ways to find an offset.
namespace kcpp::integration {

void fetching(side& s) {
    const auto t = s.create_topic("t");
    for (int i = 0; i < 3; ++i)
        s.leader_of(t).ask(s.produce(t, numbered(2)));
    for (std::int16_t version = 4; version <= 17; ++version)
        for (const std::int64_t offset : {-1, 0, 3, 6, 7})
            s.tell("fetch", s.leader_of(t), s.fetch(t, offset), version);
    auto q = s.fetch(t, 0);
    q.isolation_level = 1;
    s.tell("committed", s.leader_of(t), q);
    q.topics[0].partitions[0].max_bytes = 1;
    s.tell("one byte", s.leader_of(t), q);
    q.topics[0].partitions[0].max_bytes = 100;
    s.tell("a hundred", s.leader_of(t), q);
    q.topics[0].partitions[0].current_leader_epoch = 5;
    s.tell("epoch from the future", s.leader_of(t), q);
    q.topics[0].partitions[0].current_leader_epoch = -1;
    for (const std::int32_t epoch : {0, 1}) {
        q.topics[0].partitions[0].last_fetched_epoch = epoch;
        s.tell("last epoch", s.leader_of(t), q);
    }
    q = s.fetch(t, 0);
    q.topics[0].partitions.emplace_back().index = 1;
    s.tell("no such partition", s.leader_of(t), q);
    q.topics[0].topic_id.bytes[0] ^= 1;
    const auto r = s.leader_of(t).ask(q);
    s.write("no such id", std::to_string(r.topics.at(0).partitions.at(0).error_code));
}

void fetch_sessions(side& s) {
    const auto t = s.create_topic("t");
    raw_client& leader = s.leader_of(t);
    auto q = s.fetch(t, 0);
    q.session_epoch = 0;
    const auto session = leader.ask(q).session_id;
    s.mask(std::to_string(session), "session");
    const auto ask = [&](const char* what, std::int32_t id, std::int32_t epoch,
                         std::optional<std::int64_t> offset = {}, std::int16_t version = 17) {
        auto next = s.fetch(t, offset.value_or(0));
        next.session_id = id;
        next.session_epoch = epoch;
        if (!offset) next.topics.clear();
        return s.tell(what, leader, next, version);
    };
    ask("nothing new", session, 1);
    leader.ask(s.produce(t, numbered(2)));
    ask("records", session, 2);
    ask("still the same", session, 3);
    ask("moved on", session, 4, 2);
    ask("out of range", session, 5, 9);
    ask("still out of range", session, 6);
    ask("back", session, 7, 2);
    ask("nothing new", session, 8);
    ask("same epoch", session, 8);
    ask("skipped an epoch", session, 10);
    ask("by name", session, 9, {}, 12);
    ask("unknown", session ^ 1, 1);
    auto last = s.fetch(t, 0);
    last.topics.clear();
    last.session_id = session;
    last.session_epoch = 9;
    auto& forgotten = last.forgotten_topics.emplace_back();
    forgotten.topic_id = s.id_of(t);
    forgotten.partitions = {0};
    s.tell("forgotten", leader, last);
    ask("over", session, 10);
}

void offsets_by_time(side& s) {
    const auto t = s.create_topic("t");
    const auto list = [&](const char* what, std::int64_t time, std::int16_t version) {
        protocol::list_offsets::request q;
        auto& asked = q.topics.emplace_back();
        asked.name = t;
        asked.partitions.emplace_back().timestamp = time;
        s.tell(what, s.leader_of(t), q, version);
    };
    for (std::int16_t version = 1; version <= 11; ++version)
        for (const std::int64_t time : {-7, -6, -5, -4, -3, -2, -1, 0, 1000})
            list("empty", time, version);
    for (const std::int64_t time : {3000, 1000, 2000, 2000})
        s.leader_of(t).ask(s.produce(t, numbered(2, time)));
    for (std::int16_t version = 1; version <= 11; ++version)
        for (const std::int64_t time : {-5, -4, -3, -2, -1, 0, 1000, 2000, 2001, 3000, 3001})
            list("full", time, version);
    protocol::list_offsets::request q;
    auto& asked = q.topics.emplace_back();
    asked.name = t;
    asked.partitions.emplace_back().timestamp = -1;
    asked.partitions[0].current_leader_epoch = 3;
    s.tell("epoch from the future", s.leader_of(t), q);
    asked.partitions.push_back(asked.partitions[0]);
    s.tell("twice", s.leader_of(t), q);
    protocol::offset_for_leader_epoch::request e;
    e.replica_id = -1;
    auto& of = e.topics.emplace_back();
    of.name = t;
    auto& p = of.partitions.emplace_back();
    for (const std::int32_t epoch : {-1, 0, 1}) {
        p.leader_epoch = epoch;
        s.tell("end of epoch", s.leader_of(t), e);
    }
}

} // namespace kcpp::integration
