// The least that producing can cost: one thread, one blocking socket; each record is encoded into
// a batch under a mutex, batches get their CRC and leave together, five requests in flight. No
// retries, no linger, no callbacks, no idempotence, no metadata: one broker that leads everything.

#include "floor/connection.hpp"
#include "floor/open_batch.hpp"
#include "measure/report.hpp"
#include "measure/workload.hpp"
#include "protocol/produce.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <deque>
#include <exception>
#include <thread>

namespace bench::floor {

namespace {

namespace protocol = kcpp::protocol::produce;

constexpr std::int16_t version = 9;
constexpr int most_in_flight = 5;

class producer {
public:
    explicit producer(const settings& s) : settings_(s), broker_(s.bootstrap) {
        for (int i = 0; i < s.partitions; ++i)
            batches_.emplace_back(s.batch_bytes);
    }

    /// One record to each partition, until the broker takes them: of a topic that has just been
    /// made it may not know yet that it is the leader.
    void warm_up() {
        for (int tries = 100; tries > 0; --tries) {
            for (open_batch& batch : batches_)
                batch.append({}, "warm-up");
            send();
            if (receive() == 0) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        throw std::runtime_error("the broker does not take records for this topic");
    }

    /// Fills one partition's batch after the other, and sends when all are full.
    void append(std::string_view key, std::string_view value) {
        while (!batches_[current_].append(key, value)) {
            if (batches_[current_].count() == 0)
                throw std::runtime_error("a record is larger than a batch");
            if (++current_ == batches_.size()) send();
        }
    }

    void finish() {
        send();
        while (in_flight_ > 0)
            must_be_good(receive());
    }

private:
    void send() {
        protocol::request request;
        request.acks = -1;
        request.timeout_ms = 30'000;
        protocol::topic& topic = request.topics.emplace_back();
        topic.name = settings_.topic;
        for (std::size_t i = 0; i < batches_.size(); ++i)
            if (batches_[i].count() != 0)
                topic.partitions.push_back({static_cast<std::int32_t>(i), batches_[i].seal()});
        if (in_flight_ == most_in_flight) must_be_good(receive());
        if (!topic.partitions.empty()) {
            broker_.send(request, version);
            ++in_flight_;
        }
        for (open_batch& batch : batches_)
            batch.clear();
        current_ = 0;
    }

    /// The error code of a partition, or 0.
    std::int16_t receive() {
        const auto response = broker_.receive<protocol::response>(version);
        --in_flight_;
        for (const auto& topic : response.topics)
            for (const auto& partition : topic.partitions)
                if (partition.error_code != 0) return partition.error_code;
        return 0;
    }

    static void must_be_good(std::int16_t error) {
        if (error != 0)
            throw std::runtime_error("the broker answers with error " + std::to_string(error));
    }

    const settings& settings_;
    connection broker_;
    std::deque<open_batch> batches_;
    std::size_t current_ = 0;
    int in_flight_ = 0;
};

bool run(const settings& s) {
    const workload work(s);
    producer producer(s);
    producer.warm_up();
    const auto begin = costs::now();
    walk walk(work);
    for (std::uint64_t i = 0; i < s.records; ++i, walk.step())
        producer.append(walk.key(), walk.value());
    producer.finish();
    const auto end = costs::now();
    return print({.client = "floor", .mode = "produce", .records = s.records, .used = end - begin},
                 s);
}

} // namespace

} // namespace bench::floor

int main(int argc, char** argv) {
    CLI::App app("The least that producing can cost. The topic must be there.");
    bench::settings s;
    bench::add_produce_options(app, s);
    CLI11_PARSE(app, argc, argv);
    try {
        if (s.partitions == 0) s.partitions = 1;
        if (s.batch_bytes == 0) s.batch_bytes = 128 * 1024;
        // What it does whatever is asked for.
        s.idempotence = s.callback = false;
        s.linger = 0;
        s.compression = "none";
        return bench::floor::run(s) ? 0 : 1;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "floor-produce: %s\n", e.what());
        return 1;
    }
}
