#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace bench {

/// What a run does, as the command line says it: the same words in every program here.
struct settings {
    std::string bootstrap = "localhost:9092";
    std::string topic{};
    /// More than one: `topic` is the beginning of their names, and records go to each in turn.
    int topics = 1;
    /// So many records in a row go to each.
    int topic_run = 1;
    /// Of topics that are made; 0: the topic is there.
    int partitions = 0;
    std::uint64_t records = 1'000'000;
    std::size_t size = 100;
    /// A file of lines of equal length, which are the values in turn, instead of `size`.
    std::string payload{};
    /// 0: no key.
    std::size_t keys = 0;
    std::string acks = "all";
    bool idempotence = true;
    double linger = 5; ///< milliseconds
    std::string compression = "none";
    /// 0: what the client does by itself.
    std::size_t batch_bytes = 0;
    std::size_t buffer_bytes = 0;
    /// Records a second; 0: as many as it can.
    double rate = 0;
    int threads = 1;
    bool callback = true;
    /// Every so many records the time from send to report is taken.
    int sample = 100;
    /// How long an idle client is watched, after as long for it to come to rest.
    int seconds = 10;

    /// "topic", or "topic-0", "topic-1" …
    std::vector<std::string> topic_names() const;
    int acks_number() const { return acks == "all" ? -1 : std::stoi(acks); }
};

/// Of a latency run, unless told otherwise: every record timed, no linger, 1,000 a second.
settings latency_settings();

/// The options of each kind of run, which write to `into`. `into` must outlive the parsing.
void add_topic_options(CLI::App& command, settings& into);
void add_consume_options(CLI::App& command, settings& into);
void add_idle_options(CLI::App& command, settings& into);
void add_produce_options(CLI::App& command, settings& into);

nlohmann::ordered_json to_json(const settings& s);

} // namespace bench
