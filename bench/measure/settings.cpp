#include "measure/settings.hpp"

#include <nlohmann/json.hpp>

#include <CLI/CLI.hpp>

namespace bench {

std::vector<std::string> settings::topic_names() const {
    if (topics == 1) return {topic};
    std::vector<std::string> names;
    for (int i = 0; i < topics; ++i)
        names.push_back(topic + "-" + std::to_string(i));
    return names;
}

settings latency_settings() {
    settings s;
    s.records = 20'000;
    s.linger = 0;
    s.rate = 1000;
    s.sample = 1;
    return s;
}

void add_topic_options(CLI::App& command, settings& s) {
    command.add_option("--bootstrap", s.bootstrap, "host:port of a broker")->capture_default_str();
    command.add_option("--topic", s.topic, "the topic's name")->required();
    command.add_option("--topics", s.topics, "that many topics, named TOPIC-0 and so on")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    command.add_option("--partitions", s.partitions,
                       "make the topics if they are missing, with that many partitions");
}

void add_consume_options(CLI::App& command, settings& s) {
    add_topic_options(command, s);
    command.add_option("--records", s.records, "how many")->capture_default_str();
}

void add_idle_options(CLI::App& command, settings& s) {
    add_consume_options(command, s);
    command
        .add_option("--seconds", s.seconds, "how long it is watched, after as long to come to rest")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
}

void add_produce_options(CLI::App& command, settings& s) {
    add_consume_options(command, s);
    command.add_option("--size", s.size, "bytes of a value")->capture_default_str();
    command.add_option("--payload", s.payload, "a file whose lines, all of one length, are values")
        ->check(CLI::ExistingFile);
    command.add_option("--keys", s.keys, "bytes of a key; 0: none")->capture_default_str();
    command.add_option("--acks", s.acks, "all, 1 or 0")
        ->capture_default_str()
        ->check(CLI::IsMember({"all", "1", "0"}));
    command.add_flag("--idempotence,!--no-idempotence", s.idempotence, "number the batches");
    command.add_option("--linger", s.linger, "milliseconds")->capture_default_str();
    command.add_option("--compression", s.compression, "the codec")
        ->capture_default_str()
        ->check(CLI::IsMember({"none", "gzip", "snappy", "lz4", "zstd"}));
    command.add_option("--batch-bytes", s.batch_bytes, "size of a full batch; 0: the client's own");
    command.add_option("--buffer-bytes", s.buffer_bytes, "memory limit; 0: the client's own");
    command.add_option("--topic-run", s.topic_run, "so many records in a row to each topic")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    command.add_option("--rate", s.rate, "records a second; 0: as many as it can");
    command.add_option("--threads", s.threads, "threads that send")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    command.add_flag("--callback,!--no-callback", s.callback, "a delivery callback per record");
    command.add_option("--sample", s.sample, "time every so many records")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
}

nlohmann::ordered_json to_json(const settings& s) {
    return {{"topics", s.topics},
            {"topic_run", s.topic_run},
            {"size", s.size},
            {"keys", s.keys},
            {"acks", s.acks},
            {"idempotence", s.idempotence},
            {"linger_ms", s.linger},
            {"compression", s.compression},
            {"batch_bytes", s.batch_bytes},
            {"buffer_bytes", s.buffer_bytes},
            {"rate", s.rate},
            {"threads", s.threads},
            {"callback", s.callback},
            {"sample", s.sample}};
}

} // namespace bench
