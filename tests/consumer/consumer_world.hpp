#pragma once

#include "../producer/virtual_cluster.hpp"
#include "batches.hpp"

#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace kcpp::consuming::test {

using namespace std::chrono_literals;
using testing::api;
using strings = std::vector<std::string>;
using events = std::vector<std::string>;

inline strings sorted(strings list) {
    std::ranges::sort(list);
    return list;
}

/// "0:0" … of so many partitions, as produce_numbered makes them, sorted.
inline strings numbered(int each, partition_id partitions = 3, int first = 0) {
    strings list;
    for (partition_id i = 0; i < partitions; ++i)
        for (int n = first; n < first + each; ++n)
            list.push_back(std::to_string(i) + ":" + std::to_string(n));
    return sorted(list);
}

/// Three brokers with topic "t" of three partitions, in one thread and in virtual time. All clients
/// are one, so that consumers on a shared client are what is tested.
class consumer_world : public ::testing::Test {
protected:
    explicit consumer_world(testing::cluster_settings settings = {}, client_options options = {})
        : world(3, settings), shared(world.make_client(std::move(options))) {
        world.create_topic("t", 3, {}, 3);
    }

    /// Values go to partition 0 of "t", if nothing else is said.
    void produce(const strings& values, partition_id partition = 0,
                 const std::string& topic = "t") {
        producer p(shared);
        for (const std::string& v : values)
            p.send({.topic = topic, .value = v, .partition = partition}).get();
    }
    /// "p:n" for the n-th record of each partition.
    void produce_numbered(int each, partition_id partitions = 3, const std::string& topic = "t",
                          int first = 0) {
        producer p(shared);
        for (int n = first; n < first + each; ++n)
            for (partition_id i = 0; i < partitions; ++i) {
                const std::string value = std::to_string(i) + ":" + std::to_string(n);
                p.send({.topic = topic, .value = value, .partition = i}, {});
            }
        p.flush().get();
    }
    /// As a broker that stores what it was sent, whatever that is.
    void store(const std::vector<std::byte>& bytes, partition_id partition = 0) {
        auto& p = world.partition("t", partition);
        p.append(
            testing::place_in_log(bytes, p.log().end_offset(), p.leader_epoch(), std::nullopt));
        world.brokers->log_news.notify();
    }
    static consumer_options from_the_beginning() {
        return {.offset_reset = offset_reset::earliest};
    }
    static consumer_options in_group(std::string id = "g",
                                     group_protocol protocol = group_protocol::classic) {
        return {.group_id = std::move(id),
                .offset_reset = offset_reset::earliest,
                .group_protocol = protocol};
    }

    /// Polls until that many records have come, or for `patience` of virtual time.
    strings read(consumer& from, std::size_t many, std::chrono::milliseconds patience = 10s) {
        strings seen;
        const auto until = world.rt->now() + patience;
        while (seen.size() < many && world.rt->now() < until) {
            const auto batch = from.poll(100ms).value();
            for (const consumer_record& r : batch)
                seen.push_back(r.value().to_string());
        }
        return seen;
    }
    /// Polls several consumers in turn until `done`; what they read, by consumer.
    template <class Done>
    std::vector<strings> poll_until(const std::vector<consumer*>& all, Done done,
                                    std::chrono::milliseconds patience = 60s) {
        std::vector<strings> seen(all.size());
        const auto until = world.rt->now() + patience;
        while (!done() && world.rt->now() < until)
            for (std::size_t i = 0; i < all.size(); ++i) {
                const auto batch = all[i]->poll(20ms).value();
                for (const consumer_record& r : batch)
                    seen[i].push_back(r.value().to_string());
            }
        EXPECT_TRUE(done());
        return seen;
    }
    /// Handlers that write down what they are told.
    static rebalance_handlers writing(events& told) {
        const auto note = [&told](const char* what) {
            return [&told, what](rebalance_scope& scope) {
                std::string text = what;
                for (const auto& p : scope.partitions())
                    text += " " + to_string(p);
                told.push_back(text);
            };
        };
        return {.assigned = note("assigned"), .revoked = note("revoked"), .lost = note("lost")};
    }
    /// Members that join and leave one after the other read everything, and nothing twice.
    template <class Settle>
    void come_and_go(const consumer_options& options, Settle settle) {
        std::vector<std::unique_ptr<consumer>> all;
        std::vector<consumer*> polled;
        strings seen;
        int produced = 0;
        const auto settle_and_read = [&] {
            settle(polled);
            produce_numbered(10, 3, "t", produced);
            produced += 10;
            const auto at_the_end = [&] {
                return std::ranges::all_of(polled, [&](consumer* c) {
                    return std::ranges::all_of(
                        c->assignment(), [&](const auto& p) { return c->position(p) == produced; });
                });
            };
            for (auto& list : poll_until(polled, at_the_end))
                seen.insert(seen.end(), list.begin(), list.end());
        };
        for (int i = 0; i < 3; ++i) {
            all.push_back(std::make_unique<consumer>(shared, options));
            polled.push_back(all.back().get());
            polled.back()->subscribe({"t"});
            settle_and_read();
        }
        for (int i = 0; i < 2; ++i) {
            polled.front()->close().value();
            polled.erase(polled.begin());
            settle_and_read();
        }
        EXPECT_EQ(sorted(seen), numbered(produced));
    }
    offsets committed(const std::string& group = "g") {
        offsets all;
        if (const auto* g = world.brokers->state.find_group(group))
            for (const auto& [place, behind] : g->offsets)
                all[place] = committed_offset(behind.offset);
        return all;
    }

    producing::virtual_cluster world;
    client shared;
};

} // namespace kcpp::consuming::test
