#include "runtime/real/real_runtime.hpp"
#include "testing/cluster.hpp"
#include "testing/model/record_walk.hpp"

#include <kcpp/testing/embedded_cluster.hpp>

#include <exception>
#include <stdexcept>
#include <type_traits>

namespace kcpp::testing {

namespace {

cluster_settings settings_of(const cluster_options& o) {
    return {.default_partitions = o.default_partitions,
            .default_replication_factor = o.default_replication_factor,
            .auto_create_topics = o.auto_create_topics,
            .groups = {.min_session_timeout = o.min_session_timeout,
                       .max_session_timeout = group_settings().max_session_timeout,
                       .initial_rebalance_delay = o.initial_rebalance_delay},
            .replica_lag_time_max = o.replica_lag_time_max,
            .broker_session_timeout = o.broker_session_timeout,
            .racks = o.racks,
            .rack_aware_reads = o.rack_aware_reads};
}

std::vector<std::uint16_t> ports_of(const cluster_options& o) {
    if (o.brokers <= 0) throw std::invalid_argument("embedded_cluster: a cluster needs a broker");
    if (o.ports.empty()) return std::vector<std::uint16_t>(static_cast<std::size_t>(o.brokers));
    if (o.ports.size() != static_cast<std::size_t>(o.brokers))
        throw std::invalid_argument("embedded_cluster: give one port for each broker, or none");
    return o.ports;
}

partition& find(cluster& c, const std::string& topic, partition_id p) {
    if (partition* found = c.state.find_partition(topic, p)) return *found;
    throw std::invalid_argument("embedded_cluster: there is no partition " + topic + "-" +
                                std::to_string(p));
}

void check_broker(cluster& c, std::int32_t id) {
    if (c.state.find_broker(id) == nullptr)
        throw std::invalid_argument("embedded_cluster: there is no broker " + std::to_string(id));
}

kcpp::timestamp at_ms(std::int64_t ms) {
    return kcpp::timestamp(std::chrono::milliseconds(ms));
}

std::optional<std::string> owned(bytes_view bytes) {
    return bytes.is_null() ? std::nullopt : std::optional(bytes.to_string());
}

void add_records(const log_batch& batch, std::int64_t log_start, std::vector<stored_record>& list) {
    record_walk walk(batch.bytes.bytes(), batch.header);
    while (auto r = walk.next()) {
        const std::int64_t offset = batch.header.base_offset + r->offset_delta;
        if (offset < log_start) continue;
        stored_record& s = list.emplace_back();
        s.offset = offset;
        s.timestamp = at_ms(r->time_ms);
        s.key = owned(r->key);
        s.value = owned(r->value);
        for (const auto& [name, value] : r->headers)
            s.headers.add(name, value);
    }
}

stored_batch describe(const log_batch& b) {
    const batch_header& h = b.header;
    return {.base_offset = h.base_offset,
            .last_offset = h.last_offset(),
            .leader_epoch = h.leader_epoch,
            .record_count = h.record_count,
            .compression = h.codec(),
            .producer_id = h.producer_id,
            .producer_epoch = h.producer_epoch,
            .base_sequence = h.base_sequence,
            .max_timestamp = at_ms(h.max_timestamp),
            .size = b.size()};
}

} // namespace

struct embedded_cluster::implementation {
    std::shared_ptr<runtime::real_runtime> runtime = runtime::real_runtime::start();
    std::unique_ptr<testing::cluster> cluster; // touched by the runtime's thread only

    /// Calls `f(cluster)` on the brokers' thread and waits for it. Rethrows what it throws, and
    /// what a broker threw before.
    template <class F>
    auto run(F f) {
        using result = std::invoke_result_t<F, testing::cluster&>;
        std::conditional_t<std::is_void_v<result>, char, std::optional<result>> value{};
        on_thread([&] {
            if (cluster->defect) std::rethrow_exception(cluster->defect);
            if constexpr (std::is_void_v<result>)
                f(*cluster);
            else
                value.emplace(f(*cluster));
        });
        if constexpr (!std::is_void_v<result>) return std::move(*value);
    }

    template <class F>
    void on_thread(F f) {
        detail::event done;
        std::exception_ptr failure;
        runtime->execute([&] {
            try {
                f();
            } catch (...) {
                failure = std::current_exception();
            }
            done.set();
        });
        runtime->block(done, std::nullopt);
        if (failure) std::rethrow_exception(failure);
    }

    void close() {
        detail::event done;
        const auto destroy = [this, &done] {
            cluster = nullptr;
            done.set();
        };
        runtime->execute(
            [this, destroy] { cluster->close([this, destroy] { runtime->execute(destroy); }); });
        runtime->block(done, std::nullopt);
    }

    ~implementation() {
        if (cluster) close();
        runtime->stop();
        runtime->join(std::chrono::seconds(5));
    }
};

embedded_cluster::embedded_cluster(cluster_options options) {
    const auto ports = ports_of(options);
    implementation_ = std::make_unique<implementation>();
    implementation& my = *implementation_;
    my.on_thread(
        [&] { my.cluster = std::make_unique<cluster>(*my.runtime, settings_of(options), ports); });
}

embedded_cluster::~embedded_cluster() = default;

std::string embedded_cluster::bootstrap_servers() const {
    return implementation_->run([](cluster& c) { return c.bootstrap_servers(); });
}

void embedded_cluster::create_topic(const std::string& name, const topic_options& options) {
    topic_wish wish{.name = name,
                    .partitions = options.partitions,
                    .replication_factor = options.replication_factor};
    for (const auto& [key, value] : options.configs)
        wish.configs.emplace_back(key, value);
    implementation_->run([&](cluster& c) {
        const verdict found = c.state.plan_topic(wish);
        if (!found.good()) throw std::invalid_argument("embedded_cluster: " + found.reason);
        c.state.create_topic(wish);
    });
}

void embedded_cluster::delete_topic(const std::string& name) {
    implementation_->run([&](cluster& c) {
        find(c, name, 0);
        c.state.delete_topic(name);
        c.log_news.notify();
    });
}

std::int32_t embedded_cluster::leader(const std::string& topic, partition_id p) const {
    return implementation_->run([&](cluster& c) { return find(c, topic, p).leader(); });
}

void embedded_cluster::move_leader(const std::string& topic, partition_id p, std::int32_t to) {
    implementation_->run([&](cluster& c) {
        if (!c.move_leader(find(c, topic, p), to))
            throw std::invalid_argument("embedded_cluster: broker " + std::to_string(to) +
                                        " is no replica in sync of " + topic + "-" +
                                        std::to_string(p));
    });
}

std::vector<std::int32_t> embedded_cluster::in_sync(const std::string& topic,
                                                    partition_id p) const {
    return implementation_->run([&](cluster& c) { return find(c, topic, p).in_sync(); });
}

offset_t embedded_cluster::high_watermark(const std::string& topic, partition_id p) const {
    return implementation_->run([&](cluster& c) { return find(c, topic, p).high_watermark(); });
}

void embedded_cluster::truncate(const std::string& topic, partition_id p, offset_t offset) {
    implementation_->run([&](cluster& c) {
        find(c, topic, p).truncate(offset);
        c.log_news.notify();
    });
}

std::vector<stored_record> embedded_cluster::stored(const std::string& topic,
                                                    partition_id p) const {
    return implementation_->run([&](cluster& c) {
        const partition_log& log = find(c, topic, p).log();
        std::vector<stored_record> list;
        for (const log_batch& b : log.batches()) {
            if (b.header.codec() != compression::none)
                throw std::logic_error("embedded_cluster: " + topic + "-" + std::to_string(p) +
                                       " holds compressed records");
            add_records(b, log.start_offset(), list);
        }
        return list;
    });
}

std::vector<stored_batch> embedded_cluster::stored_batches(const std::string& topic,
                                                           partition_id p) const {
    return implementation_->run([&](cluster& c) {
        std::vector<stored_batch> list;
        for (const log_batch& b : find(c, topic, p).log().batches())
            list.push_back(describe(b));
        return list;
    });
}

offset_t embedded_cluster::end_offset(const std::string& topic, partition_id p) const {
    return implementation_->run([&](cluster& c) { return find(c, topic, p).log().end_offset(); });
}

offsets embedded_cluster::committed(const std::string& name) const {
    return implementation_->run([&](cluster& c) {
        offsets list;
        if (const testing::group* g = c.state.find_group(name))
            for (const auto& [place, o] : g->offsets)
                list.emplace(place, committed_offset(o.offset, o.leader_epoch, o.metadata));
        return list;
    });
}

std::optional<stored_group> embedded_cluster::group(const std::string& name) const {
    return implementation_->run([&](cluster& c) -> std::optional<stored_group> {
        const testing::group* g = c.group_now(name);
        if (g == nullptr) return std::nullopt;
        stored_group s{
            to_string(g->members.state()), g->members.generation(), g->members.protocol(), {}};
        for (const auto& [id, m] : g->members.members())
            s.member_ids.push_back(id);
        return s;
    });
}

void embedded_cluster::stop_broker(std::int32_t id) {
    implementation_->run([&](cluster& c) {
        check_broker(c, id);
        c.stop_broker(id);
    });
}

void embedded_cluster::start_broker(std::int32_t id) {
    implementation_->run([&](cluster& c) {
        check_broker(c, id);
        c.start_broker(id);
    });
}

void embedded_cluster::crash_broker(std::int32_t id) {
    implementation_->run([&](cluster& c) {
        check_broker(c, id);
        c.crash_broker(id);
    });
}

void embedded_cluster::freeze_broker(std::int32_t id) {
    implementation_->run([&](cluster& c) {
        check_broker(c, id);
        c.freeze_broker(id);
    });
}

void embedded_cluster::thaw_broker(std::int32_t id) {
    implementation_->run([&](cluster& c) {
        check_broker(c, id);
        c.thaw_broker(id);
    });
}

void embedded_cluster::cut_brokers(std::int32_t a, std::int32_t b) {
    implementation_->run([&](cluster& c) {
        check_broker(c, a);
        check_broker(c, b);
        c.change_links([&](links& all) { all.cut(a, b); });
    });
}

void embedded_cluster::heal_brokers(std::int32_t a, std::int32_t b) {
    implementation_->run([&](cluster& c) { c.change_links([&](links& all) { all.heal(a, b); }); });
}

void embedded_cluster::cut_clients(std::int32_t broker) {
    implementation_->run([&](cluster& c) {
        check_broker(c, broker);
        c.change_links([&](links& all) { all.cut_clients(broker); });
    });
}

void embedded_cluster::heal_clients(std::int32_t broker) {
    implementation_->run(
        [&](cluster& c) { c.change_links([&](links& all) { all.heal_clients(broker); }); });
}

std::int32_t embedded_cluster::coordinator(const std::string& group) const {
    return implementation_->run([&](cluster& c) { return c.state.coordinator_of(group); });
}

void embedded_cluster::move_coordinator(const std::string& group, std::int32_t to) {
    implementation_->run([&](cluster& c) {
        check_broker(c, to);
        c.move_coordinator(group, to);
    });
}

void embedded_cluster::expire_member(const std::string& group, const std::string& member_id) {
    implementation_->run([&](cluster& c) {
        if (!c.expire_member(group, member_id))
            throw std::invalid_argument("embedded_cluster: group " + group + " has no member " +
                                        member_id);
    });
}

void embedded_cluster::pass_group_time(std::chrono::milliseconds time) {
    implementation_->run([&](cluster& c) { c.pass_group_time(time); });
}

void embedded_cluster::fail_next(api of, broker_errc error, std::int32_t times, fault_place where) {
    implementation_->run(
        [&](cluster& c) { c.faults.add({of, std::move(where), faults::fail{error}, times}); });
}

void embedded_cluster::fail_written_next(broker_errc error, std::int32_t times, fault_place where) {
    implementation_->run([&](cluster& c) {
        c.faults.add({api::produce, std::move(where), faults::fail_late{error}, times});
    });
}

void embedded_cluster::delay_next(api of, std::chrono::milliseconds time, std::int32_t times,
                                  fault_place where) {
    implementation_->run(
        [&](cluster& c) { c.faults.add({of, std::move(where), faults::delay{time}, times}); });
}

void embedded_cluster::throttle_next(api of, std::chrono::milliseconds time, std::int32_t times,
                                     fault_place where) {
    implementation_->run(
        [&](cluster& c) { c.faults.add({of, std::move(where), faults::throttle{time}, times}); });
}

void embedded_cluster::drop_next(api of, drop when, std::int32_t times, fault_place where) {
    implementation_->run([&](cluster& c) { c.faults.add({of, std::move(where), when, times}); });
}

void embedded_cluster::answer_next_with_bytes(api of, std::vector<std::byte> bytes,
                                              fault_place where) {
    implementation_->run([&](cluster& c) {
        c.faults.add({of, std::move(where), faults::answer_bytes{std::move(bytes)}, 1});
    });
}

void embedded_cluster::limit_versions(api of, std::int16_t oldest, std::int16_t newest) {
    implementation_->run([&](cluster& c) { c.faults.limit_versions(of, oldest, newest); });
}

void embedded_cluster::clear_faults() {
    implementation_->run([](cluster& c) { c.faults.clear(); });
}

std::size_t embedded_cluster::connections(std::int32_t broker) const {
    return implementation_->run([&](cluster& c) {
        check_broker(c, broker);
        return c.connections(broker);
    });
}

std::int64_t embedded_cluster::requests(api of) const {
    return implementation_->run([&](cluster& c) { return c.requests[of]; });
}

} // namespace kcpp::testing
