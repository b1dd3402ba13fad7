#include "scenarios.hpp"

#include <algorithm>

// Topics and their configs.
namespace kcpp::integration {

void topics(side& s) {
    const auto there = s.create_topic("there");
    const auto create = [&](const char* what, const std::string& name, std::int32_t partitions,
                            std::int16_t replicas,
                            std::vector<protocol::create_topics::config> configs = {}) {
        protocol::create_topics::request q;
        q.validate_only = true;
        auto& t = q.topics.emplace_back();
        t.name = name;
        t.num_partitions = partitions;
        t.replication_factor = replicas;
        t.configs = std::move(configs);
        auto r = s.any().ask(q);
        auto& one = r.topics.at(0);
        one.configs.reset(); // Kafka lists what it has more of
        one.topic_id = protocol::uuid{{static_cast<std::uint8_t>(!one.topic_id.is_zero())}};
        one.error_message = cut_behind(one.error_message, "cannot be reached"); // by how many brokers
        s.write(what, protocol::print(r, 7));
    };
    create("good", "twin-x", 3, 1);
    create("there already", there, 1, 1);
    create("empty name", "", 1, 1);
    create("dots", "..", 1, 1);
    create("bad name", "a b", 1, 1);
    create("long name", std::string(250, 'x'), 1, 1);
    create("no partitions", "twin-x", 0, 1);
    create("no replicas", "twin-x", 1, 0);
    create("many replicas", "twin-x", 1, 100);
    create("bad config", "twin-x", 1, 1, {{"retention.ms", "soon"}});
    create("unknown config", "twin-x", 1, 1, {{"no.such.config", "1"}});
    const auto add = [&](const char* what, const std::string& name, std::int32_t total) {
        protocol::create_partitions::request q;
        q.validate_only = true;
        auto& t = q.topics.emplace_back();
        t.name = name;
        t.count = total;
        t.assignments.reset();
        q.timeout_ms = 10000;
        s.tell(what, s.any(), q);
    };
    add("two", there, 2);
    add("as many", there, 1);
    add("fewer", there, 0);
    protocol::delete_topics::request del;
    del.timeout_ms = 10000;
    del.topics.push_back({"twin-missing", {}});
    s.tell("delete, no such name", s.any(), del);
    del.topics[0] = {std::nullopt, {{77}}};
    s.tell("delete, no such id", s.any(), del);
    for (std::int16_t version = 4; version <= 13; ++version) {
        protocol::metadata::request q;
        q.topics->emplace_back().name = "twin-missing";
        q.topics->emplace_back().name = "a b";
        auto m = s.any().ask(q, version);
        for (const auto& t : m.topics)
            s.write("metadata", std::to_string(t.error_code));
    }
}

void configs(side& s) {
    const auto topic = s.create_topic("t", 1, {{"retention.ms", "5000"}});
    for (std::int16_t version = 1; version <= 4; ++version) {
        protocol::describe_configs::request q;
        auto& asked = q.resources.emplace_back();
        asked.type = 2;
        asked.name = topic;
        asked.config_names = {"retention.ms", "cleanup.policy", "segment.bytes", "no.such.config"};
        auto r = s.any().ask(q, version);
        std::ranges::sort(r.resources[0].configs, {}, &protocol::describe_configs::config::name);
        s.write("described", protocol::print(r, version));
    }
    protocol::incremental_alter_configs::request q;
    auto& asked = q.resources.emplace_back();
    asked.type = 2;
    asked.name = topic;
    const auto alter = [&](const char* what, std::string name, std::int8_t operation,
                           std::optional<std::string> value) {
        asked.configs.assign(1, {std::move(name), operation, std::move(value)});
        s.tell(what, s.any(), q);
    };
    alter("set", "retention.ms", 0, "6000");
    alter("bad", "retention.ms", 0, "soon");
    alter("too low", "retention.ms", 0, "-2");
    alter("no boolean", "preallocate", 0, "maybe");
    alter("no ratio", "min.cleanable.dirty.ratio", 0, "2.5");
    alter("no such type", "message.timestamp.type", 0, "Whenever");
    alter("null", "retention.ms", 0, std::nullopt);
    alter("unknown", "no.such.config", 0, "1");
    alter("append to no list", "retention.ms", 2, "1");
    alter("append", "cleanup.policy", 2, "compact");
    alter("remove", "retention.ms", 1, std::nullopt);
    asked.name = "twin-missing";
    alter("no such topic", "retention.ms", 0, "1");
}

} // namespace kcpp::integration
