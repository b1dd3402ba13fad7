// Several producers on several clients, used by threads in every way there is, while everything
// breaks.

#include "nemesis.hpp"
#include "private_parts.hpp"
#include "produce_checker.hpp"
#include "sending.hpp"
#include "shared.hpp"
#include "workload.hpp"

#include <algorithm>
#include <array>

namespace kcpp::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

template <class T, std::size_t N>
T one_of(testing::random_stream& random, const std::array<T, N>& choices) {
    return choices[random.below(N)];
}

/// One producer, its options, and the threads that use it.
struct used_producer {
    std::string name;
    std::string client;
    producer_options options;
    std::shared_ptr<producer> object;
    std::uint32_t probe_sender = 0;
    bool closed = false;
};

class produce_run {
public:
    explicit produce_run(scenario& run)
        : run_(run), random_(run.random("workload")), ledger_(run), chaos_(run, {}) {}

    void go() {
        make_cluster();
        chaos_.start();
        const auto clients = random_.between(1, 2);
        for (std::int64_t i = 0; i < clients; ++i)
            start_client("client-" + std::to_string(i + 1));
        run_.run(seconds(600));
        check_stored(run_, ledger_);
    }

private:
    void make_cluster() {
        const auto brokers = static_cast<std::int32_t>(random_.between(1, 4));
        run_.start_cluster(brokers, draw_cluster_settings(random_));
        std::vector<std::string> names;
        for (std::int64_t i = random_.between(1, 3); i > 0; --i) {
            const std::string name = "topic-" + std::to_string(i);
            const auto partitions = static_cast<std::int32_t>(random_.between(1, 6));
            const auto copies = static_cast<std::int16_t>(random_.between(1, std::min(brokers, 3)));
            scenario::configs configs;
            if (copies == 3 && random_.below(2) == 0)
                configs.emplace_back("min.insync.replicas", "2");
            // Of one record or two, so that batches have to be split and some records refused.
            if (random_.below(5) == 0) configs.emplace_back("max.message.bytes", "500");
            names.push_back(name);
            if (random_.below(5) != 0) {
                run_.create_topic(name, partitions, copies, std::move(configs));
                continue;
            }
            // Its first records come before it does.
            create_later(name, partitions,
                         runtime::after(run_.now(), milliseconds(random_.below(6000))));
        }
        ledger_.set_topics(std::move(names));
    }

    void create_later(const std::string& name, std::int32_t partitions, runtime::time_point when) {
        run_.world.at(when, [this, name, partitions, when] {
            if (run_.brokers().state.controller() == testing::no_broker)
                return create_later(name, partitions, runtime::after(when, seconds(1)));
            run_.create_topic(name, partitions, 1);
        });
    }

    producer_options draw_producer_options() {
        producer_options o;
        o.acks =
            one_of<acks, 5>(random_, {acks::all, acks::all, acks::all, acks::leader, acks::none});
        if (random_.below(4) == 0) o.idempotence = false;
        o.compression = one_of<compression, 8>(
            random_, {compression::none, compression::none, compression::none, compression::none,
                      compression::lz4, compression::zstd, compression::snappy, compression::gzip});
        o.linger = milliseconds(one_of<int, 4>(random_, {0, 1, 5, 50}));
        o.batch_bytes = one_of<std::size_t, 4>(random_, {512, 1024, 4096, 16'384});
        // Mostly too small for all that is ready.
        o.max_request_bytes = std::max<std::size_t>(
            o.batch_bytes, one_of<std::size_t, 4>(random_, {1'500, 7'000, 20'000, 1'048'576}));
        // No shorter than it may be: linger and the longest request_timeout.
        o.delivery_timeout = milliseconds(random_.between(2100, 10'000));
        o.buffer_bytes = one_of<std::size_t, 4>(random_, {8'000, 32'000, 256'000, 33'554'432});
        o.max_block = milliseconds(random_.between(0, 5000));
        o.when_full = random_.below(5) == 0 ? when_full::fail : when_full::wait;
        o.availability_timeout = milliseconds(one_of<int, 3>(random_, {0, 0, 300}));
        o.max_in_flight = static_cast<int>(random_.between(1, 5));
        o.close_timeout = milliseconds(random_.between(0, 3000));
        return o;
    }

    client_options draw_client_options(runtime::duration& recovers) {
        client_options o;
        o.request_timeout = milliseconds(random_.between(300, 2000));
        o.connect_timeout = milliseconds(random_.between(300, 1000));
        o.connect_timeout_max = seconds(2);
        o.api_timeout = seconds(10);
        o.metadata_max_age = milliseconds(random_.between(1000, 300'000));
        o.connections_max_idle = milliseconds(random_.between(2000, 540'000));
        // What hangs is given up, and the longest pauses go by.
        recovers = std::max(o.request_timeout, o.connect_timeout_max) + seconds(4);
        return o;
    }

    void start_client(const std::string& name) {
        run_.start_thread(name + " main", name, [this, name] {
            runtime::duration recovers{};
            auto options = draw_client_options(recovers);
            auto shared = run_.make_client(name, std::move(options));
            auto producers = make_producers(name, shared);
            watch_budgets(name, producers);
            use(name, producers);
            chaos_.wait_for_calm();
            run_.world.sleep(recovers);
            for (auto& each : producers)
                probe(each);
            for (auto& each : producers)
                end(each);
        });
    }

    std::vector<used_producer> make_producers(const std::string& client_name, client& shared) {
        std::vector<used_producer> made;
        for (std::int64_t i = random_.between(1, 2); i > 0; --i) {
            used_producer& p = made.emplace_back();
            p.name = client_name + " producer " + std::to_string(i);
            p.client = client_name;
            p.options = draw_producer_options();
            p.object = std::make_shared<producer>(shared, p.options);
            p.probe_sender = ledger_.open_sender(p.name + " probe", client_name, p.options);
            run_.must_end(p.name, core_of(*p.object));
        }
        return made;
    }

    /// Records that waited for their topic had their room. When the batches take them, these have
    /// heads besides, and grow ahead by as much again at most.
    std::size_t most_held(std::size_t budget) const {
        std::size_t partitions = 0;
        for (const auto& [name, topic] : run_.brokers().state.topics())
            partitions += topic.partitions.size();
        return 2 * budget +
               partitions * (sizeof(producing::batch) + record::growing_buffer::smallest);
    }

    /// Looks at what the producers hold, again and again until they are closed.
    void watch_budgets(const std::string& client_name,
                       const std::vector<used_producer>& producers) {
        for (const used_producer& each : producers)
            run_.start_thread(
                each.name + " watch", client_name,
                [this, limit = each.options.buffer_bytes, name = each.name,
                 weak = std::weak_ptr(core_of(*each.object))] { watch_budget(name, weak, limit); });
    }

    void watch_budget(const std::string& name, const std::weak_ptr<producing::core>& of,
                      std::size_t limit) {
        for (;;) {
            run_.world.sleep(milliseconds(37));
            const auto core = of.lock();
            if (!core) return;
            if (const auto held = bytes_held(*core); held > most_held(limit))
                run_.problems.add(name + " holds " + std::to_string(held) + " bytes of " +
                                  std::to_string(limit));
        }
    }

    void use(const std::string& client_name, std::vector<used_producer>& producers) {
        auto left = std::make_shared<std::size_t>(1);
        auto done = std::make_shared<detail::event>();
        const auto one_less = [left, done] {
            if (--*left == 0) done->set();
        };
        for (used_producer& each : producers) {
            for (std::int64_t i = random_.between(1, 3); i > 0; --i) {
                ++*left;
                start_sender({run_, ledger_, each.object,
                              each.name + " sender " + std::to_string(i), client_name, each.options,
                              draw_plan()},
                             one_less);
            }
            if (random_.below(6) == 0) close_early(each);
        }
        one_less();
        run_.world.block(*done, std::nullopt);
    }

    sender_plan draw_plan() {
        sender_plan plan;
        plan.how = style(random_.below(6));
        const bool burst = random_.below(8) == 0;
        plan.records = static_cast<std::size_t>(random_.between(10, burst ? 400 : 80));
        plan.most_pause = milliseconds(one_of<int, 4>(random_, {1, 20, 200, 800}));
        return plan;
    }

    void start_sender(sender_context by, std::function<void()> done) {
        switch (random_.below(6)) {
        case 0: return start_plain_coroutine(std::move(by), std::move(done));
        case 1: return start_asio_coroutine(std::move(by), std::move(done));
        default: break;
        }
        const auto name = by.name;
        const auto client = by.client;
        auto sender = std::make_shared<sender_thread>(std::move(by));
        run_.start_thread(name, client, [sender, done = std::move(done)] {
            sender->run();
            done();
        });
    }

    void close_early(used_producer& which) {
        which.closed = true;
        run_.start_thread(which.name + " closer", which.client,
                          [this, object = which.object, after = milliseconds(random_.below(8000)),
                           limit = milliseconds(random_.below(3000)), name = which.name,
                           client = which.client]() mutable {
                              run_.world.sleep(after);
                              close(*object, limit, name, client);
                              object = nullptr;
                          });
    }

    void close(producer& which, milliseconds limit, const std::string& name,
               const std::string& client) {
        const auto until = runtime::after(run_.now(), limit);
        run_.note(name + " is closed");
        (void)which.close(limit).result();
        const auto last_moment = std::max(until, run_.world.thawed_last(client));
        if (run_.now() > runtime::after(last_moment, milliseconds(1)))
            run_.problems.add(name + " took longer to close than it was given");
        if (const auto held = bytes_held(*core_of(which)); held != 0)
            run_.problems.add(name + " is closed and holds " + std::to_string(held) + " bytes");
    }

    /// All is well: whatever can be written is written at once.
    void probe(used_producer& with) {
        if (with.closed) return;
        for (std::uint32_t t = 0; t < ledger_.topics().size(); ++t) {
            const auto* topic = run_.brokers().state.find_topic(ledger_.topics()[t]);
            if (topic == nullptr) continue;
            for (std::size_t p = 0; p < topic->partitions.size(); ++p)
                probe(with, t, static_cast<partition_id>(p));
        }
    }

    void probe(used_producer& with, std::uint32_t topic, partition_id partition) {
        const auto id = ledger_.begin(with.probe_sender, topic, partition, std::nullopt);
        const std::string& name = ledger_.topics()[topic];
        const auto value = make_value(id, name, partition, {}, {}, 0);
        producer_record record;
        record.topic = name;
        record.value = bytes_view(value);
        record.partition = partition;
        const auto begun = run_.now();
        auto told = with.object->send(record);
        ledger_.accepted(id);
        const auto outcome = told.result();
        ledger_.ended(id, outcome);
        const auto took = run_.now() - begun;
        const std::string where = name + '-' + std::to_string(partition);
        if (!outcome)
            run_.problems.add(with.name + " cannot write to " + where +
                              " although all is well again: " + outcome.error().message());
        else if (took > with.options.linger + seconds(2)) // one pause after earlier failures
            run_.problems.add(with.name + " is slow to write to " + where);
    }

    void end(used_producer& which) {
        if (random_.below(3) != 0)
            close(*which.object, milliseconds(1000), which.name, which.client);
        which.object = nullptr;
    }

    scenario& run_;
    testing::random_stream random_;
    produce_ledger ledger_;
    nemesis chaos_;
};

} // namespace

void produce(scenario& run) {
    produce_run(run).go();
}

} // namespace kcpp::simulation
