#include "admin/checks.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace kcpp::administration {

namespace {

constexpr std::size_t longest_topic_name = 249;

bool may_stand_in_topic_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view wrong_replicas(const new_topic& topic) {
    if (topic.partitions != -1 || topic.replication_factor != -1)
        return "`replicas` says how many partitions and replicas there are; leave `partitions` and "
               "`replication_factor` at -1";
    for (const auto& brokers : topic.replicas) {
        if (brokers.empty()) return "each partition in `replicas` needs at least one broker";
        if (std::ranges::any_of(brokers, [](std::int32_t id) { return id < 0; }))
            return "the ids of brokers in `replicas` are never negative";
    }
    return {};
}

} // namespace

std::string_view wrong_topic_name(std::string_view name) {
    if (name.empty() || name.size() > longest_topic_name ||
        !std::ranges::all_of(name, may_stand_in_topic_name))
        return "a topic's name is made of 1 to 249 letters, digits, '.', '_' and '-'";
    if (name == "." || name == "..") return "a topic cannot be named \".\" or \"..\"";
    return {};
}

std::string_view wrong_group_id(std::string_view id) {
    return id.empty() ? std::string_view("a group's id is never empty") : std::string_view();
}

std::string_view wrong_topic(const new_topic& topic) {
    if (const auto wrong = wrong_topic_name(topic.name); !wrong.empty()) return wrong;
    if (!topic.replicas.empty()) return wrong_replicas(topic);
    if (topic.partitions != -1 && topic.partitions < 1)
        return "a topic has at least one partition; -1 leaves their number to the broker";
    if (topic.replication_factor != -1 && topic.replication_factor < 1)
        return "a topic has at least one replica; -1 leaves their number to the broker";
    if (std::ranges::any_of(topic.configs, [](const auto& entry) { return entry.first.empty(); }))
        return "a config's name is never empty";
    return {};
}

std::string_view wrong_partitions(const new_partitions& wanted) {
    if (const auto wrong = wrong_topic_name(wanted.topic); !wrong.empty()) return wrong;
    if (wanted.total < 1) return "`total` is how many partitions there shall be in all: at least 1";
    return {};
}

std::string_view wrong_resource(const config_resource& resource) {
    constexpr std::string_view broker_rule =
        "a broker is named by its id in digits, or by nothing for the defaults of all brokers";
    constexpr std::size_t most_digits = 9;
    switch (resource.type) {
    case config_resource_type::topic: return wrong_topic_name(resource.name);
    case config_resource_type::broker:
        if (resource.name.empty()) return {};
        [[fallthrough]];
    case config_resource_type::broker_logger:
        if (resource.name.empty() || resource.name.size() > most_digits ||
            !std::ranges::all_of(resource.name, is_digit))
            return broker_rule;
        return {};
    case config_resource_type::group: return wrong_group_id(resource.name);
    case config_resource_type::client_metrics:
        return resource.name.empty() ? std::string_view("a metrics subscription has a name")
                                     : std::string_view();
    }
    return "there is no such type of resource";
}

std::string_view wrong_change(const config_change& change) {
    if (const auto wrong = wrong_resource(change.resource); !wrong.empty()) return wrong;
    return change.name.empty() ? std::string_view("a config's name is never empty")
                               : std::string_view();
}

void add_topics(sheet& to, std::string_view verb, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        to.add(name, {name, base::text(verb, " topic ", shown(name)), name});
        if (const auto wrong = wrong_topic_name(name); !wrong.empty())
            to.reject(to.size() - 1, wrong);
    }
}

void add_groups(sheet& to, std::string_view verb, const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
        to.add(id, {id, base::text(verb, " group ", shown(id))});
        if (const auto wrong = wrong_group_id(id); !wrong.empty()) to.reject(to.size() - 1, wrong);
    }
}

} // namespace kcpp::administration
