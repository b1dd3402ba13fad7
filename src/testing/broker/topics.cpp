#include "testing/broker/handlers.hpp"
#include "testing/broker/protocol_words.hpp"

#include <map>
#include <set>

namespace kcpp::testing {

namespace {

namespace creating = protocol::create_topics;

topic_wish wish_of(const creating::topic& asked, verdict& found) {
    topic_wish wish{.name = asked.name,
                    .partitions = asked.num_partitions,
                    .replication_factor = asked.replication_factor};
    for (const auto& config : asked.configs)
        wish.configs.emplace_back(config.name, config.value);
    std::map<std::int32_t, std::vector<std::int32_t>> assigned;
    for (const auto& a : asked.assignments)
        assigned[a.partition_index] = a.broker_ids;
    std::int32_t next = 0;
    for (auto& [p, brokers] : assigned) {
        if (p != next++)
            found = {broker_errc::invalid_replica_assignment,
                     "Partition ids must be consecutive and start at 0."};
        wish.replicas.push_back(std::move(brokers));
    }
    return wish;
}

std::vector<creating::config_result> list_configs(const topic_configs& configs) {
    std::vector<creating::config_result> list;
    for (const config_key& key : topic_config_keys()) {
        const std::string name(key.name);
        list.push_back({name, configs.get(name), false,
                        configs.is_set(name) ? from_topic : from_default, false});
    }
    return list;
}

void describe(creating::topic_result& r, const topic_wish& planned, std::int16_t version) {
    if (version < 5) return;
    topic_configs configs;
    for (const auto& [name, value] : planned.configs)
        configs.set(name, *value);
    r.num_partitions = static_cast<std::int32_t>(planned.replicas.size());
    r.replication_factor = static_cast<std::int16_t>(planned.replicas.front().size());
    r.configs = list_configs(configs);
}

creating::topic_result create(call& c, const creating::topic& asked, bool validate_only) {
    creating::topic_result r;
    r.name = asked.name;
    r.error_message.reset();
    verdict found{c.injected(asked.name), {}};
    topic_wish wish = wish_of(asked, found);
    if (found.good()) found = c.state().plan_topic(wish);
    if (!found.good()) {
        r.error_code = code(found.error);
        if (!found.reason.empty()) r.error_message = found.reason;
        return r;
    }
    describe(r, wish, c.version);
    r.topic_id = validate_only ? c.state().fresh_id() : c.state().create_topic(wish).id;
    return r;
}

protocol::delete_topics::topic_result remove(call& c, const protocol::delete_topics::topic& asked) {
    const bool by_id = !asked.name;
    const topic* t =
        by_id ? c.state().find_topic(asked.topic_id) : c.state().find_topic(*asked.name);
    protocol::delete_topics::topic_result r;
    r.name = t != nullptr ? t->name : asked.name;
    r.topic_id = t != nullptr ? t->id : asked.topic_id;
    broker_errc error = c.injected(r.name.value_or(""));
    if (error == broker_errc::none && t == nullptr)
        error = by_id ? broker_errc::unknown_topic_id : broker_errc::unknown_topic_or_partition;
    r.error_code = code(error);
    if (error == broker_errc::none)
        c.state().delete_topic(std::string(t->name));
    else if (c.version >= 5 && t == nullptr)
        r.error_message = by_id ? "This server does not host this topic ID."
                                : "This server does not host this topic-partition.";
    return r;
}

/// Names that occur twice: Kafka refuses those and serves the rest.
template <class Topics>
std::set<std::string> doubles_in(const Topics& topics) {
    std::set<std::string> seen, twice;
    for (const auto& t : topics)
        if (!seen.insert(t.name).second) twice.insert(t.name);
    return twice;
}

} // namespace

creating::response create_topics(call& c, const creating::request& q) {
    creating::response r;
    const auto twice = doubles_in(q.topics);
    for (const std::string& name : twice) {
        auto& refused = r.topics.emplace_back();
        refused.name = name;
        refused.error_code = code(broker_errc::invalid_request);
        refused.error_message = "Duplicate topic name.";
    }
    for (const auto& asked : q.topics)
        if (!twice.contains(asked.name)) r.topics.push_back(create(c, asked, q.validate_only));
    c.cluster.log_news.notify();
    return r;
}

protocol::delete_topics::response delete_topics(call& c,
                                                const protocol::delete_topics::request& q) {
    protocol::delete_topics::response r;
    std::vector<protocol::delete_topics::topic> wanted = q.topics;
    for (const std::string& name : q.topic_names)
        wanted.push_back({name, {}});
    for (const auto& asked : wanted)
        r.topics.push_back(remove(c, asked));
    c.cluster.log_news.notify(); // who reads from it must hear that it is gone
    return r;
}

protocol::create_partitions::response
create_partitions(call& c, const protocol::create_partitions::request& q) {
    protocol::create_partitions::response r;
    const auto twice = doubles_in(q.topics);
    for (const auto& asked : q.topics) {
        auto& answer = r.topics.emplace_back();
        answer.name = asked.name;
        topic* t = c.state().find_topic(asked.name);
        std::vector<std::vector<std::int32_t>> replicas;
        if (asked.assignments)
            for (const auto& a : *asked.assignments)
                replicas.push_back(a.broker_ids);
        verdict found{c.injected(asked.name), {}};
        if (found.good() && twice.contains(asked.name))
            found = {broker_errc::invalid_request, "Duplicate topic name."};
        if (found.good() && t == nullptr)
            found = {broker_errc::unknown_topic_or_partition,
                     "This server does not host this topic-partition."};
        if (found.good()) found = c.state().plan_partitions(*t, asked.count, replicas);
        answer.error_code = code(found.error);
        if (!found.reason.empty()) answer.error_message = found.reason;
        if (found.good() && !q.validate_only) c.state().add_partitions(*t, replicas);
    }
    return r;
}

} // namespace kcpp::testing
