#pragma once

#include "batches.hpp"
#include "consumer/partition_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace kcpp::consuming::test {

/// A table, and what the I/O thread would do with it.
class table_fixture : public ::testing::Test {
protected:
    using start = partition_table::start;

    explicit table_fixture(std::optional<std::int64_t> reset = earliest_timestamp)
        : table({.reset = reset, .enough_bytes = 1000}) {
        know({{"a", 2}, {"b", 1}});
    }

    /// Topics with that many partitions, all led by broker 1.
    void know(const std::map<std::string, std::size_t>& topics) {
        for (const auto& [name, partitions] : topics) {
            auto topic = std::make_shared<cluster::topic>();
            topic->name = name;
            topic->partitions.resize(partitions);
            for (auto& p : topic->partitions)
                p.leader = 1, p.leader_epoch = 4;
            known.topics[name] = topic;
        }
        known.brokers[1];
    }

    std::vector<inquiry> unplaced() {
        auto retry = runtime::never;
        return table.take_awaiting_offset(now, retry);
    }
    std::vector<inquiry> uncommitted() {
        auto retry = runtime::never;
        return table.take_awaiting_committed(now, retry);
    }
    /// Finds every partition at this offset.
    void place_all(offset_t at) {
        for (const auto& asked : unplaced())
            table.found(asked, {at, -1});
    }
    /// What the table knows of is what `known` is now.
    void route() { table.route(std::make_shared<const cluster::snapshot>(known)); }
    fetch_plan plan(std::int32_t node = 1) {
        route();
        return table.plan(node, now);
    }
    std::vector<std::string> planned() {
        std::vector<std::string> list;
        for (const auto& t : plan().targets)
            list.push_back(to_string(*t.place) + "@" + std::to_string(t.from.offset));
        return list;
    }
    /// One record per value, from the offset that was asked for on.
    std::unique_ptr<fetched> data(const fetch_target& target, std::vector<std::string> values) {
        const auto count = static_cast<offset_t>(values.size());
        const auto bytes =
            batch{.base_offset = target.from.offset, .values = std::move(values)}.bytes();
        auto frame = wire::shared_buffer::allocate(bytes.size());
        std::copy(bytes.begin(), bytes.end(), frame.data());
        const auto lies_in = frame.bytes();
        fetched::origin from{target.place, target.version, target.from.offset + count, {}};
        return std::make_unique<fetched>(std::move(from),
                                         std::make_shared<const received>(budget, std::move(frame)),
                                         lies_in, target.from);
    }
    bool arrive(const fetch_target& target, std::vector<std::string> values) {
        const auto end = target.from.offset + static_cast<offset_t>(values.size());
        return table.arrived(data(target, std::move(values)), {end, epoch_of_data}, {end, end});
    }
    /// Fetches everything that is planned, with the same values each.
    void fetch(const std::vector<std::string>& values) {
        for (const auto& target : plan().targets)
            arrive(target, values);
    }
    /// Takes all there is: "a-0: x y".
    std::vector<std::string> hand_out() {
        std::vector<std::string> list;
        while (auto in_hand = table.take()) {
            std::string text = to_string(in_hand->place()) + ":";
            while (in_hand->next() == fetched::step::record) {
                text += " " + in_hand->record().value.to_string();
                in_hand->complete();
            }
            table.advance(*in_hand);
            table.finish(std::move(in_hand));
            list.push_back(text);
        }
        return list;
    }

    static constexpr std::int32_t epoch_of_data = 3;
    std::shared_ptr<byte_budget> budget = std::make_shared<byte_budget>(1 << 20, [] {});
    cluster::snapshot known;
    runtime::time_point now{};
    partition_table table;
};

using strings = std::vector<std::string>;
const topic_partition a0{"a", 0}, a1{"a", 1}, b0{"b", 0};

} // namespace kcpp::consuming::test
