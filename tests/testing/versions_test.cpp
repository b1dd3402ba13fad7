// Every API that is answered is answered in every version, with content.

#include "batches.hpp"
#include "protocol/all.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace kcpp;
using kcpp::testing::embedded_cluster;

namespace {

struct versions : ::testing::Test {
    embedded_cluster cluster{{.brokers = 1}};
    raw_client client{cluster, 1};
    protocol::uuid id;

    versions() {
        cluster.create_topic("t");
        protocol::metadata::request q;
        q.topics->emplace_back().name = "t";
        id = client.ask(q).topics.at(0).topic_id;
    }

    /// Asks in each version; `check` looks at the answer.
    template <class Request, class Make, class Check>
    void each(Make make, Check check) {
        for (std::int16_t v = Request::oldest; v <= protocol::newest_sent<Request>(); ++v) {
            SCOPED_TRACE("version " + std::to_string(v));
            Request q = make(v);
            const auto r = client.ask(q, v);
            check(r, v);
        }
    }
};

} // namespace

TEST_F(versions, nothing_in_particular_is_answered_in_all_of_them) {
    protocol::all_requests::each([&]<class Request>() {
        const auto versions = client.ask(protocol::api_versions::request{}, 0).apis;
        if (!std::ranges::count(versions, Request::api_key,
                                &protocol::api_versions::api_version::api_key))
            return;
        for (std::int16_t v = Request::oldest; v <= protocol::newest_sent<Request>(); ++v) {
            SCOPED_TRACE(std::string(protocol::name(protocol::key_of<Request>)) + " version " +
                         std::to_string(v));
            raw_client other(cluster, 1);
            Request q;
            if constexpr (std::is_same_v<Request, protocol::produce::request>) q.acks = 1;
            EXPECT_NO_THROW(other.ask(q, v));
        }
    });
}

TEST_F(versions, produce) {
    const auto batch = numbered(1);
    each<protocol::produce::request>(
        [&](std::int16_t) {
            protocol::produce::request q;
            q.acks = -1;
            auto& t = q.topics.emplace_back();
            t.name = "t";
            t.topic_id = id;
            t.partitions.push_back({0, batch});
            return q;
        },
        [](const auto& r, std::int16_t v) {
            EXPECT_EQ(r.topics.at(0).partitions.at(0).base_offset, v - 3);
        });
}

TEST_F(versions, fetch) {
    const auto batch = numbered(1);
    protocol::produce::request p;
    p.acks = -1;
    auto& t = p.topics.emplace_back();
    t.topic_id = id;
    t.partitions.push_back({0, batch});
    client.ask(p);
    each<protocol::fetch::request>(
        [&](std::int16_t) {
            protocol::fetch::request q;
            auto& f = q.topics.emplace_back();
            f.name = "t";
            f.topic_id = id;
            f.partitions.emplace_back().max_bytes = 1000;
            return q;
        },
        [&](const auto& r, std::int16_t) {
            EXPECT_EQ(r.topics.at(0).partitions.at(0).records->size(), batch.size());
        });
}

TEST_F(versions, metadata) {
    each<protocol::metadata::request>(
        [&](std::int16_t) {
            protocol::metadata::request q;
            q.topics->emplace_back().name = "t";
            return q;
        },
        [](const auto& r, std::int16_t v) {
            EXPECT_EQ(r.topics.at(0).name, "t");
            EXPECT_EQ(r.topics.at(0).partitions.at(0).leader_id, 1);
            EXPECT_EQ(r.topics.at(0).topic_id.is_zero(), v < 10);
        });
}

TEST_F(versions, topics_are_made_and_deleted) {
    each<protocol::create_topics::request>(
        [](std::int16_t v) {
            protocol::create_topics::request q;
            auto& t = q.topics.emplace_back();
            t.name = "made-" + std::to_string(v);
            t.num_partitions = 2;
            t.replication_factor = 1;
            t.configs.push_back({"retention.ms", "1"});
            return q;
        },
        [](const auto& r, std::int16_t v) {
            EXPECT_EQ(r.topics.at(0).error_code, 0);
            if (v < 5) return;
            EXPECT_EQ(r.topics.at(0).num_partitions, 2);
            EXPECT_GT(r.topics.at(0).configs->size(), 20u);
        });
    each<protocol::delete_topics::request>(
        [](std::int16_t v) {
            protocol::delete_topics::request q;
            const std::string name = "made-" + std::to_string(v + 1);
            if (v >= 6)
                q.topics.emplace_back().name = name;
            else
                q.topic_names.push_back(name);
            return q;
        },
        [](const auto& r, std::int16_t) { EXPECT_EQ(r.topics.at(0).error_code, 0); });
}

TEST_F(versions, partitions_are_added) {
    each<protocol::create_partitions::request>(
        [](std::int16_t v) {
            protocol::create_partitions::request q;
            auto& t = q.topics.emplace_back();
            t.name = "t";
            t.count = v + 2;
            t.assignments.reset();
            return q;
        },
        [](const auto& r, std::int16_t) { EXPECT_EQ(r.topics.at(0).error_code, 0); });
}

TEST_F(versions, configs_are_changed_and_described) {
    each<protocol::incremental_alter_configs::request>(
        [](std::int16_t v) {
            protocol::incremental_alter_configs::request q;
            auto& t = q.resources.emplace_back();
            t.type = 2;
            t.name = "t";
            t.configs.push_back({"retention.ms", 0, std::to_string(100 + v)});
            return q;
        },
        [](const auto& r, std::int16_t) { EXPECT_EQ(r.resources.at(0).error_code, 0); });
    each<protocol::describe_configs::request>(
        [](std::int16_t) {
            protocol::describe_configs::request q;
            auto& t = q.resources.emplace_back();
            t.type = 2;
            t.name = "t";
            t.config_names = {"retention.ms"};
            q.include_synonyms = true;
            return q;
        },
        [](const auto& r, std::int16_t) {
            ASSERT_EQ(r.resources.at(0).configs.size(), 1u);
            EXPECT_EQ(r.resources[0].configs[0].value, "101");
            EXPECT_EQ(r.resources[0].configs[0].source, 1);
            EXPECT_EQ(r.resources[0].configs[0].synonyms.size(), 2u);
        });
}

TEST_F(versions, coordinators_are_found) {
    each<protocol::find_coordinator::request>(
        [](std::int16_t v) {
            protocol::find_coordinator::request q;
            if (v >= 4)
                q.keys = {"g", "h"};
            else
                q.key = "g";
            return q;
        },
        [&](const auto& r, std::int16_t v) {
            EXPECT_EQ(v >= 4 ? r.coordinators.at(1).node_id : r.node_id, 1);
            EXPECT_EQ(v >= 4 ? r.coordinators.at(1).port : r.port, raw_client::port_of(cluster, 1));
        });
}

TEST_F(versions, a_member_joins_syncs_beats_and_leaves) {
    for (std::int16_t v = 0; v <= protocol::join_group::request::newest; ++v) {
        SCOPED_TRACE("JoinGroup version " + std::to_string(v));
        const auto at_most = [v]<class Request>(Request) { return std::min(v, Request::newest); };
        protocol::join_group::request join;
        join.group_id = "g" + std::to_string(v);
        join.session_timeout_ms = join.rebalance_timeout_ms = 10000;
        join.protocol_type = "consumer";
        join.protocols.push_back({"range", {std::byte{1}}});
        auto joined = client.ask(join, v);
        if (v >= 4) {
            ASSERT_EQ(joined.error_code,
                      static_cast<std::int16_t>(broker_errc::member_id_required));
            join.member_id = joined.member_id;
            joined = client.ask(join, v);
        }
        ASSERT_EQ(joined.error_code, 0);
        EXPECT_EQ(joined.leader, joined.member_id);
        ASSERT_EQ(joined.members.size(), 1u);
        EXPECT_EQ(joined.members[0].metadata, protocol::bytes{std::byte{1}});

        protocol::sync_group::request sync;
        sync.group_id = join.group_id;
        sync.member_id = joined.member_id;
        sync.generation_id = joined.generation_id;
        sync.protocol_type = "consumer";
        sync.protocol_name = "range";
        sync.assignments.push_back({joined.member_id, {std::byte{2}}});
        EXPECT_EQ(client.ask(sync, at_most(sync)).assignment, protocol::bytes{std::byte{2}});

        protocol::heartbeat::request beat;
        beat.group_id = join.group_id;
        beat.member_id = joined.member_id;
        beat.generation_id = joined.generation_id;
        EXPECT_EQ(client.ask(beat, at_most(beat)).error_code, 0);

        protocol::leave_group::request leave;
        leave.group_id = join.group_id;
        const auto leave_version = at_most(leave);
        if (leave_version >= 3)
            leave.members.emplace_back().member_id = joined.member_id;
        else
            leave.member_id = joined.member_id;
        const auto left = client.ask(leave, leave_version);
        EXPECT_EQ(left.error_code, 0);
        EXPECT_EQ(left.members.size(), leave_version >= 3 ? 1u : 0u);
        EXPECT_EQ(cluster.group(join.group_id)->state, "Empty");
    }
}

TEST_F(versions, offsets_are_committed_and_fetched) {
    each<protocol::offset_commit::request>(
        [&](std::int16_t v) {
            protocol::offset_commit::request q;
            q.group_id = "g";
            auto& t = q.topics.emplace_back();
            t.name = "t";
            t.topic_id = id;
            t.partitions.push_back({0, 10 + v, v >= 6 ? 3 : -1, "m"});
            return q;
        },
        [&](const auto& r, std::int16_t v) {
            EXPECT_EQ(r.topics.at(0).partitions.at(0).error_code, 0);
            EXPECT_EQ(cluster.committed("g").at({"t", 0}).offset, 10 + v);
        });
    for (const bool all : {false, true})
        each<protocol::offset_fetch::request>(
            [&](std::int16_t v) {
                protocol::offset_fetch::request q;
                protocol::offset_fetch::topic t;
                t.name = "t";
                t.topic_id = id;
                t.partitions = {0, 7};
                if (v >= 8) {
                    auto& g = q.groups.emplace_back();
                    g.group_id = "g";
                    if (all)
                        g.topics.reset();
                    else
                        g.topics->push_back(t);
                } else {
                    q.group_id = "g";
                    if (all && v >= 2)
                        q.topics.reset();
                    else
                        q.topics->push_back(t);
                }
                return q;
            },
            [&](const auto& r, std::int16_t v) {
                const auto& p = (v >= 8 ? r.groups.at(0).topics : r.topics).at(0).partitions;
                EXPECT_EQ(p.at(0).offset, 20);
                EXPECT_EQ(p.at(0).metadata, "m");
                EXPECT_EQ(p.at(0).leader_epoch, v >= 5 ? 3 : -1);
                EXPECT_EQ(p.size(), all && v >= 2 ? 1u : 2u);
                EXPECT_EQ(p.back().offset, all && v >= 2 ? 20 : -1);
            });
}

TEST_F(versions, groups_are_listed_described_and_deleted) {
    protocol::offset_commit::request commit;
    auto& t = commit.topics.emplace_back();
    t.topic_id = id;
    t.partitions.emplace_back();
    for (const char* g : {"a", "b", "c", "d"}) {
        commit.group_id = g;
        client.ask(commit);
    }
    each<protocol::list_groups::request>(
        [](std::int16_t) { return protocol::list_groups::request{}; },
        [](const auto& r, std::int16_t) { EXPECT_EQ(r.groups.size(), 4u); });
    each<protocol::describe_groups::request>(
        [](std::int16_t) {
            protocol::describe_groups::request q;
            q.groups = {"a", "none"};
            return q;
        },
        [](const auto& r, std::int16_t v) {
            EXPECT_EQ(r.groups.at(0).state, "Empty");
            EXPECT_EQ(r.groups.at(1).state, "Dead");
            EXPECT_EQ(r.groups.at(1).error_code,
                      v < 6 ? 0 : static_cast<std::int16_t>(broker_errc::group_id_not_found));
        });
    each<protocol::delete_groups::request>(
        [](std::int16_t v) {
            protocol::delete_groups::request q;
            q.groups = {std::string(1, static_cast<char>('a' + v)), "none"};
            return q;
        },
        [](const auto& r, std::int16_t) {
            EXPECT_EQ(r.groups.at(0).error_code, 0);
            EXPECT_EQ(r.groups.at(1).error_code,
                      static_cast<std::int16_t>(broker_errc::group_id_not_found));
        });
}

TEST_F(versions, list_offsets) {
    each<protocol::list_offsets::request>(
        [](std::int16_t) {
            protocol::list_offsets::request q;
            auto& t = q.topics.emplace_back();
            t.name = "t";
            t.partitions.emplace_back().timestamp = -1;
            return q;
        },
        [](const auto& r, std::int16_t v) {
            EXPECT_EQ(r.topics.at(0).partitions.at(0).offset, 0);
            EXPECT_EQ(r.topics.at(0).partitions.at(0).leader_epoch, v < 4 ? -1 : 0);
        });
}
