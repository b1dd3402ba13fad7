#include "testing/broker/handlers.hpp"
#include "testing/broker/protocol_words.hpp"
#include "testing/model/config_change.hpp"

#include <algorithm>
#include <set>

namespace kcpp::testing {

namespace {

namespace describing = protocol::describe_configs;
namespace altering = protocol::incremental_alter_configs;

constexpr std::int8_t topic_resource = 2, broker_resource = 4;

bool wanted(const describing::resource& q, const std::string& name) {
    return !q.config_names || std::ranges::count(*q.config_names, name) != 0;
}

describing::config& add(describing::resource_result& r, std::string name, std::string value,
                        std::int8_t source) {
    describing::config& e = r.configs.emplace_back();
    e.name = std::move(name);
    e.value = std::move(value);
    e.source = source;
    e.documentation.reset();
    return e;
}

verdict describe_topic(call& c, const describing::resource& q, bool synonyms,
                       describing::resource_result& r) {
    if (auto bad = check_topic_name(q.name); !bad.good()) return bad;
    const topic* t = c.state().find_topic(q.name);
    if (t == nullptr) return {broker_errc::unknown_topic_or_partition, {}};
    for (const config_key& key : topic_config_keys()) {
        const std::string name(key.name);
        if (!wanted(q, name)) continue;
        describing::config& e =
            add(r, name, t->configs.get(name), t->configs.is_set(name) ? from_topic : from_default);
        if (c.version >= 3) e.type = static_cast<std::int8_t>(key.type);
        if (!synonyms) continue;
        if (t->configs.is_set(name)) e.synonyms.push_back({name, t->configs.get(name), from_topic});
        e.synonyms.push_back({name, std::string(key.preset), from_default});
    }
    return {};
}

/// What of the brokers' configuration is real here.
verdict describe_broker(call& c, const describing::resource& q, describing::resource_result& r) {
    if (q.name.empty()) return {}; // the cluster-wide dynamic configs, of which there are none
    if (q.name != std::to_string(c.broker))
        return {broker_errc::invalid_request, "Unexpected broker id, expected " +
                                                  std::to_string(c.broker) + ", but received " +
                                                  q.name};
    const cluster_settings& s = c.state().settings();
    const std::pair<const char*, std::string> entries[] = {
        {"auto.create.topics.enable", s.auto_create_topics ? "true" : "false"},
        {"broker.id", std::to_string(c.broker)},
        {"default.replication.factor", std::to_string(s.default_replication_factor)},
        {"group.initial.rebalance.delay.ms",
         std::to_string(s.groups.initial_rebalance_delay.count())},
        {"group.max.session.timeout.ms", std::to_string(s.groups.max_session_timeout.count())},
        {"group.min.session.timeout.ms", std::to_string(s.groups.min_session_timeout.count())},
        {"node.id", std::to_string(c.broker)},
        {"num.partitions", std::to_string(s.default_partitions)},
    };
    for (const auto& [name, value] : entries)
        if (wanted(q, name)) add(r, name, value, from_broker_file).read_only = true;
    return {};
}

config_change change_of(const altering::config& q) {
    return {q.name, static_cast<config_operation>(q.operation), q.value};
}

verdict alter(call& c, const altering::resource& q, bool validate_only) {
    if (q.type != topic_resource)
        return {broker_errc::invalid_request,
                "An embedded cluster only has configs of topics to alter."};
    if (const auto error = c.injected(q.name); error != broker_errc::none) return {error, {}};
    topic* t = c.state().find_topic(q.name);
    if (t == nullptr)
        return {broker_errc::unknown_topic_or_partition,
                "The topic '" + q.name + "' does not exist."};
    topic_configs changed = t->configs;
    std::set<std::string> seen;
    for (const auto& one : q.configs) {
        if (!seen.insert(one.name).second)
            return {broker_errc::invalid_request, "Error due to duplicate config keys"};
        if (auto bad = apply(change_of(one), changed); !bad.good()) return bad;
    }
    if (!validate_only) t->configs = std::move(changed);
    return {};
}

} // namespace

describing::response describe_configs(call& c, const describing::request& q) {
    describing::response r;
    for (const auto& asked : q.resources) {
        auto& one = r.resources.emplace_back();
        one.type = asked.type;
        one.name = asked.name;
        verdict found{c.injected(asked.name), {}};
        if (found.good() && asked.type == topic_resource)
            found = describe_topic(c, asked, q.include_synonyms, one);
        else if (found.good() && asked.type == broker_resource)
            found = describe_broker(c, asked, one);
        else if (found.good())
            found = {broker_errc::invalid_request, "Unsupported resource type"};
        one.error_code = code(found.error);
        one.error_message = found.reason;
    }
    return r;
}

altering::response incremental_alter_configs(call& c, const altering::request& q) {
    altering::response r;
    for (const auto& asked : q.resources) {
        auto& one = r.resources.emplace_back();
        one.type = asked.type;
        one.name = asked.name;
        const verdict found = alter(c, asked, q.validate_only);
        one.error_code = code(found.error);
        one.error_message.reset();
        if (!found.reason.empty()) one.error_message = found.reason;
    }
    return r;
}

} // namespace kcpp::testing
