// kcpp-perf's work, done by librdkafka through its C API. To measure another librdkafka than the
// one it is linked to, preload it: LD_PRELOAD=…/librdkafka.so.1

#include "peers/librdkafka/runs.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    CLI::App app("Measures what librdkafka costs, and prints it as one line of JSON.");
    app.require_subcommand(1);
    bench::settings s;
    bench::rdkafka::properties extra;

    auto* produce = app.add_subcommand("produce", "send records");
    bench::add_produce_options(*produce, s);
    auto* consume = app.add_subcommand("consume", "read a topic from its beginning");
    bench::add_consume_options(*consume, s);
    bench::settings timed = bench::latency_settings();
    auto* latency = app.add_subcommand("latency", "time records from send to report, at a rate");
    bench::add_produce_options(*latency, timed);
    auto* end_to_end = app.add_subcommand("end-to-end", "time records from send to reading them");
    bench::add_produce_options(*end_to_end, timed);
    auto* idle = app.add_subcommand("idle", "read partitions of which nothing comes");
    bench::add_idle_options(*idle, s);
    for (CLI::App* command : {produce, consume, latency, end_to_end, idle})
        command->add_option("--set", extra, "NAME=VALUE of librdkafka's; may be repeated");

    CLI11_PARSE(app, argc, argv);
    try {
        bool good = true;
        if (*produce) good = bench::rdkafka::produce(s, extra, "produce");
        if (*latency) good = bench::rdkafka::produce(timed, extra, "latency");
        if (*consume) good = bench::rdkafka::consume(s, extra);
        if (*end_to_end) good = bench::rdkafka::end_to_end(timed, extra);
        if (*idle) bench::rdkafka::idle(s, extra);
        return good ? 0 : 1;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "librdkafka-perf: %s\n", e.what());
        return 1;
    }
}
