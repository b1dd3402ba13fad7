// Measures what kcpp costs: kcpp-perf produce | consume | latency | end-to-end | idle, and two
// commands that prepare the topics. docs/performance.md says how to read what it prints.

#include "kcpp_perf/consume.hpp"
#include "kcpp_perf/end_to_end.hpp"
#include "kcpp_perf/idle.hpp"
#include "kcpp_perf/produce.hpp"
#include "kcpp_perf/topics.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    CLI::App app("Measures what kcpp costs, and prints it as one line of JSON.");
    app.require_subcommand(1);
    bench::settings s;

    auto* produce = app.add_subcommand("produce", "send records");
    bench::add_produce_options(*produce, s);
    auto* consume = app.add_subcommand("consume", "read a topic from its beginning");
    bench::add_consume_options(*consume, s);
    auto* make = app.add_subcommand("make-topics", "make topics");
    bench::add_topic_options(*make, s);
    auto* remove = app.add_subcommand("delete-topics", "delete topics");
    bench::add_topic_options(*remove, s);

    auto* idle = app.add_subcommand("idle", "read partitions of which nothing comes");
    bench::add_idle_options(*idle, s);

    bench::settings timed = bench::latency_settings();
    auto* latency = app.add_subcommand("latency", "time records from send to report, at a rate");
    bench::add_produce_options(*latency, timed);
    auto* end_to_end = app.add_subcommand("end-to-end", "time records from send to reading them");
    bench::add_produce_options(*end_to_end, timed);

    CLI11_PARSE(app, argc, argv);
    try {
        bool good = true;
        if (*produce) good = bench::produce(s, "produce");
        if (*latency) good = bench::produce(timed, "latency");
        if (*end_to_end) good = bench::end_to_end(timed);
        if (*consume) good = bench::consume(s);
        if (*idle) bench::idle(s);
        if (*make) bench::make_topics(s);
        if (*remove) bench::delete_topics(s);
        return good ? 0 : 1;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "kcpp-perf: %s\n", e.what());
        return 1;
    }
}
