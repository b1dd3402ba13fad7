#include "scenarios.hpp"

#include <algorithm>

// Members, and what groups commit.
namespace kcpp::integration {

namespace {

struct member {
    protocol::join_group::request join;

    explicit member(const std::string& group) {
        join.group_id = group;
        join.session_timeout_ms = 10000;
        join.rebalance_timeout_ms = 10000;
        join.protocol_type = "consumer";
        join.protocols.push_back({"range", {}});
    }
};

protocol::sync_group::request sync_of(const protocol::join_group::response& joined,
                                      const std::string& group) {
    protocol::sync_group::request q;
    q.group_id = group;
    q.generation_id = joined.generation_id;
    q.member_id = joined.member_id;
    q.protocol_type = "consumer";
    q.protocol_name = "range";
    q.assignments.push_back({joined.member_id, {std::byte{1}}});
    return q;
}

} // namespace

void alone_in_a_group(side& s) {
    const auto group = s.name_group("g");
    raw_client& c = s.coordinator_of(group);
    protocol::heartbeat::request beat;
    beat.group_id = group;
    beat.generation_id = 1;
    beat.member_id = "nobody";
    s.tell("beat, no group", c, beat);
    protocol::sync_group::request early;
    early.group_id = group;
    early.member_id = "nobody";
    s.tell("sync, no group", c, early);
    member m(group);
    m.join.member_id = "nobody";
    s.tell("join, no group", c, m.join);
    m.join.member_id = "";
    m.join.session_timeout_ms = 1;
    s.tell("short session", c, m.join);
    m.join.session_timeout_ms = 10000;
    m.join.group_id = "";
    s.tell("no name", c, m.join);
    m.join.group_id = group;

    const auto first = c.ask(m.join);
    s.mask(first.member_id, "m1");
    s.write("id required", protocol::print(first, 9));
    m.join.member_id = first.member_id;
    const auto joined = s.tell("joined", c, m.join);
    beat.member_id = first.member_id;
    s.tell("beat before sync", c, beat);
    auto sync = sync_of(joined, group);
    sync.protocol_name = "other";
    s.tell("other protocol", c, sync);
    sync.protocol_name = "range";
    sync.generation_id = 7;
    s.tell("sync, wrong generation", c, sync);
    sync.generation_id = joined.generation_id;
    s.tell("sync", c, sync);
    s.tell("sync again", c, sync);
    s.tell("beat", c, beat);
    beat.generation_id = 2;
    s.tell("beat, wrong generation", c, beat);
    beat.generation_id = 1;
    beat.group_instance_id = "i";
    s.tell("beat, not static", c, beat);
    m.join.protocols[0].name = "sticky";
    m.join.member_id = "";
    s.tell("nothing in common", c, m.join);
    for (std::int16_t version = 0; version <= 6; ++version) {
        protocol::describe_groups::request d;
        d.groups = {group};
        s.tell("described", c, d, version);
    }
    protocol::leave_group::request leave;
    leave.group_id = group;
    leave.members.emplace_back().member_id = "nobody";
    leave.members.emplace_back().member_id = first.member_id;
    for (auto& one : leave.members)
        one.group_instance_id.reset();
    s.tell("left", c, leave);
    s.tell("left again", c, leave);
    protocol::describe_groups::request d;
    d.groups = {group};
    s.tell("empty", c, d);
}

void static_member(side& s) {
    const auto group = s.name_group("g");
    raw_client& c = s.coordinator_of(group);
    member m(group);
    m.join.group_instance_id = "i";
    const auto tell_join = [&](const char* what, const char* name, std::int16_t version) {
        const auto r = c.ask(m.join, version);
        s.mask(r.member_id, name);
        s.write(what, protocol::print(r, version));
        return r;
    };
    const auto first = tell_join("joined", "m1", 9);
    s.tell("sync", c, sync_of(first, group));
    const auto second = tell_join("back", "m2", 9);
    tell_join("back, told in version 5", "m3", 5);
    protocol::heartbeat::request beat;
    beat.group_id = group;
    beat.generation_id = 1;
    beat.member_id = second.member_id;
    beat.group_instance_id = "i";
    s.tell("the old one beats", c, beat);
    beat.group_instance_id = "j";
    s.tell("another one beats", c, beat);
    protocol::leave_group::request leave;
    leave.group_id = group;
    leave.members.emplace_back().group_instance_id = "j";
    leave.members.emplace_back().group_instance_id = "i";
    s.tell("removed by name", c, leave);
}

void two_members(side& s) {
    const auto group = s.name_group("g");
    raw_client& c = s.coordinator_of(group);
    const auto enter = [&](raw_client& client, const char* name) {
        member m(group);
        m.join.member_id = client.ask(m.join).member_id;
        s.mask(m.join.member_id, name);
        return m.join;
    };
    const auto a = enter(c, "a");
    const auto alone = s.tell("a alone", c, a);
    s.tell("a has its assignment", c, sync_of(alone, group));
    protocol::find_coordinator::request where;
    where.keys = {group};
    const auto port = s.any().ask(where).coordinators.at(0).port;
    raw_client other(static_cast<std::uint16_t>(port));
    const auto b = enter(other, "b");
    other.send(b);
    protocol::heartbeat::request beat;
    beat.group_id = group;
    beat.generation_id = 1;
    beat.member_id = a.member_id;
    std::int16_t heard = 0;
    while (heard == 0) // until b's call has got there
        heard = c.ask(beat).error_code;
    s.write("a hears of it", std::to_string(heard));
    protocol::offset_commit::request commit;
    commit.group_id = group;
    commit.member_id = a.member_id;
    commit.generation_id_or_member_epoch = 1;
    const auto topic = s.create_topic("t");
    auto& t = commit.topics.emplace_back();
    t.name = topic;
    t.topic_id = s.id_of(topic);
    t.partitions.emplace_back().offset = 5;
    s.tell("a commits meanwhile", c, commit);
    auto sync = sync_of(alone, group);
    s.tell("a syncs meanwhile", c, sync);
    const auto again = c.ask(a);
    const auto joined = other.receive<protocol::join_group::response>(9);
    s.write("leads", again.leader == a.member_id ? "a" : "b");
    s.write("members",
            std::to_string(again.members.size()) + " and " + std::to_string(joined.members.size()));
    s.write("generations",
            std::to_string(again.generation_id) + " and " + std::to_string(joined.generation_id));
    commit.generation_id_or_member_epoch = 2;
    s.tell("a commits before sync", c, commit);
    commit.generation_id_or_member_epoch = 1;
    s.tell("a commits for the old generation", c, commit);
}

void committed_offsets(side& s) {
    const auto group = s.name_group("g");
    const auto topic = s.create_topic("t", 2);
    raw_client& c = s.coordinator_of(group);
    const auto commit = [&](const char* what, std::int32_t partition, std::int32_t generation,
                            std::size_t metadata, std::int16_t version) {
        protocol::offset_commit::request q;
        q.group_id = group;
        q.generation_id_or_member_epoch = generation;
        auto& t = q.topics.emplace_back();
        t.name = topic;
        t.topic_id = s.id_of(topic);
        auto& p = t.partitions.emplace_back();
        p.index = partition;
        p.offset = 42;
        p.leader_epoch = 0;
        p.metadata = std::string(metadata, 'm');
        s.tell(what, c, q, version);
    };
    const auto fetch = [&](const char* what, std::int16_t version) {
        protocol::offset_fetch::request q;
        std::vector<protocol::offset_fetch::topic> wanted(1);
        wanted[0].name = topic;
        wanted[0].topic_id = s.id_of(topic);
        wanted[0].partitions = {0, 1, 7};
        if (version < 8) {
            q.group_id = group;
            q.topics = wanted;
        } else {
            auto& g = q.groups.emplace_back();
            g.group_id = group;
            g.topics = wanted;
        }
        s.tell(what, c, q, version);
    };
    for (std::int16_t version = 1; version <= 10; ++version)
        fetch("no group", version);
    for (const std::int16_t version : {8, 9, 10})
        commit("a generation, but no group", 0, 1, 0, version);
    for (std::int16_t version = 2; version <= 10; ++version)
        commit("simple", 0, -1, 3, version);
    commit("long metadata", 0, -1, 4097, 10);
    commit("no such partition", 7, -1, 0, 10);
    commit("no such member", 0, 5, 0, 10);
    for (std::int16_t version = 1; version <= 10; ++version)
        fetch("fetched", version);
    protocol::offset_delete::request del;
    del.group_id = group;
    auto& t = del.topics.emplace_back();
    t.name = topic;
    t.partitions.emplace_back().index = 0;
    t.partitions.emplace_back().index = 7;
    const auto tell_deleted = [&](const char* what) {
        auto r = c.ask(del);
        for (auto& of_topic : r.topics)
            std::ranges::sort(of_topic.partitions, {},
                              &protocol::offset_delete::partition_result::index);
        s.write(what, protocol::print(r, 0));
    };
    tell_deleted("deleted");
    fetch("fetched", 10);
    protocol::delete_groups::request gone;
    gone.groups = {group};
    s.tell("group deleted", c, gone, 2);
    s.tell("group deleted again", c, gone, 2);
    tell_deleted("deleted, no group");
}

} // namespace kcpp::integration
