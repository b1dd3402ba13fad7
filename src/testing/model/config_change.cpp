#include "testing/model/config_change.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

namespace kcpp::testing {

namespace {

std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> parts;
    std::istringstream in(list);
    for (std::string part; std::getline(in, part, ',');)
        parts.push_back(part);
    return parts;
}

std::string join(const std::vector<std::string>& parts) {
    std::string list;
    for (const std::string& part : parts)
        list += (list.empty() ? "" : ",") + part;
    return list;
}

/// The list with the change's parts added, or taken away.
std::string changed_list(const config_change& change, const std::string& list) {
    std::vector<std::string> parts = split(list);
    for (const std::string& part : split(*change.value)) {
        const bool there = std::ranges::count(parts, part) != 0;
        if (change.operation == config_operation::subtract)
            std::erase(parts, part);
        else if (!there)
            parts.push_back(part);
    }
    return join(parts);
}

} // namespace

verdict apply(const config_change& change, topic_configs& configs) {
    const auto keys = topic_config_keys();
    const auto key = std::ranges::find(keys, change.name, &config_key::name);
    if (key == keys.end())
        return {broker_errc::invalid_config, "Unknown topic config name: " + change.name};
    if (change.operation == config_operation::remove) return configs.remove(change.name), verdict{};
    if (!change.value)
        return {broker_errc::invalid_request, "Null value not supported for : " + change.name};
    std::string value = *change.value;
    if (change.operation != config_operation::set) {
        if (key->type != config_type::list)
            return {broker_errc::invalid_config,
                    std::string("Can't ") +
                        (change.operation == config_operation::append ? "APPEND" : "SUBTRACT") +
                        " to key " + change.name + " because its type is not LIST."};
        value = changed_list(change, configs.get(change.name));
    }
    if (auto bad = topic_configs::check(change.name, value); !bad.good()) return bad;
    configs.set(change.name, std::move(value));
    return {};
}

} // namespace kcpp::testing
