#pragma once

#include "cluster/client_maker.hpp"
#include "fake/fake_runtime.hpp"
#include "fake/quiet.hpp"
#include "testing/cluster.hpp"
#include "testing/model/record_walk.hpp"

#include <kcpp/producer.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace kcpp::producing {

/// Brokers, and clients of theirs, in one thread and in virtual time: what a test waits for takes
/// none of its own time, and the same happens in every run. One client at a time.
class virtual_cluster {
public:
    explicit virtual_cluster(std::size_t how_many = 1, testing::cluster_settings settings = {})
        : rt(std::make_shared<runtime::fake_runtime>()),
          brokers(std::make_unique<testing::cluster>(*rt, settings,
                                                     std::vector<std::uint16_t>(how_many))) {}
    ~virtual_cluster() {
        bool closed = false;
        brokers->close([&] { closed = true; });
        rt->run_until([&] { return closed; });
        rt->run_now();
    }

    /// A client of these brokers. What is not said is as usual, but quiet.
    client make_client(client_options options = {}) {
        if (options.bootstrap_servers.empty())
            options.bootstrap_servers = brokers->bootstrap_servers();
        if (!options.logger) options.logger = quiet();
        return cluster::client_maker::make(std::move(options), [this] { return rt; });
    }

    void create_topic(const std::string& name, std::int32_t partitions = 1,
                      std::vector<std::pair<std::string, std::optional<std::string>>> configs = {},
                      std::int16_t replication_factor = 1) {
        testing::topic_wish wish{.name = name,
                                 .partitions = partitions,
                                 .replication_factor = replication_factor,
                                 .configs = std::move(configs)};
        if (auto verdict = brokers->state.plan_topic(wish); !verdict.good())
            throw std::invalid_argument(verdict.reason);
        brokers->state.create_topic(wish);
    }
    testing::partition& partition(const std::string& topic, partition_id p = 0) {
        return *brokers->state.find_partition(topic, p);
    }

    void add(testing::api of, testing::fault what, std::int32_t times = 1,
             testing::fault_place where = {}) {
        brokers->faults.add({of, std::move(where), std::move(what), times});
    }
    void fail_next(testing::api of, broker_errc error, std::int32_t times = 1,
                   testing::fault_place where = {}) {
        add(of, testing::faults::fail{error}, times, std::move(where));
    }

    /// What lies in the log of a partition, in order.
    std::vector<std::string> values(const std::string& topic, partition_id p = 0) {
        std::vector<std::string> list;
        for (const auto& batch : partition(topic, p).log().batches()) {
            testing::record_walk walk(batch.bytes.bytes(), batch.header);
            while (auto record = walk.next())
                list.push_back(record->value.is_null() ? "(null)" : record->value.to_string());
        }
        return list;
    }
    std::size_t batches(const std::string& topic, partition_id p = 0) {
        return partition(topic, p).log().batches().size();
    }
    std::int64_t requests(testing::api of) { return brokers->requests[of]; }

    std::shared_ptr<runtime::fake_runtime> rt;
    std::unique_ptr<testing::cluster> brokers;
};

/// Whether the buffer of an open producer, of the usual size, is empty: a record as large as all of
/// it only has room alone.
inline bool gives_all_back(producer& p) {
    auto room = p.space_for(producer_options().buffer_bytes);
    return room.ready() && room.result();
}

/// Notes what each record came to.
class outcomes {
public:
    struct entry {
        int record;
        result<record_metadata> outcome;
        runtime::time_point at;
        bool on_io_thread;
    };

    explicit outcomes(virtual_cluster& where) : rt_(where.rt) {}

    /// A callback for the record that the test calls by this number. It may outlive this object.
    delivery_callback of(int record) {
        return [notes = notes_, rt = rt_.get(), record](result<record_metadata> r) {
            notes->push_back({record, std::move(r), rt->now(), rt->on_io_thread()});
        };
    }
    /// The numbers of the records that were delivered, in the order of their reports.
    std::vector<int> delivered() const {
        std::vector<int> numbers;
        for (const entry& e : list)
            if (e.outcome) numbers.push_back(e.record);
        return numbers;
    }
    std::vector<int> failed() const {
        std::vector<int> numbers;
        for (const entry& e : list)
            if (!e.outcome) numbers.push_back(e.record);
        return numbers;
    }
    /// What that record failed with. Throws if it did not.
    const error& failure(int record) const {
        for (const entry& e : list)
            if (e.record == record && !e.outcome) return e.outcome.error();
        throw std::runtime_error("this record has not failed");
    }

private:
    std::shared_ptr<runtime::fake_runtime> rt_;
    std::shared_ptr<std::vector<entry>> notes_ = std::make_shared<std::vector<entry>>();

public:
    std::vector<entry>& list = *notes_;
};

} // namespace kcpp::producing
