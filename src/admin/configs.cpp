#include "admin/checks.hpp"
#include "admin/core.hpp"
#include "admin/settle.hpp"
#include "protocol/describe_configs.hpp"
#include "protocol/incremental_alter_configs.hpp"

#include <kcpp/admin.hpp>

#include <charconv>

namespace kcpp::administration {

namespace {

namespace describe_configs = protocol::describe_configs;
namespace incremental_alter_configs = protocol::incremental_alter_configs;

/// DescribeConfigs: the value is the built-in default.
constexpr std::int8_t from_default = 5;

std::string_view noun(config_resource_type type) {
    switch (type) {
    case config_resource_type::topic: return "topic ";
    case config_resource_type::broker: return "broker ";
    case config_resource_type::broker_logger: return "the logger of broker ";
    case config_resource_type::client_metrics: return "client metrics ";
    case config_resource_type::group: return "group ";
    }
    return "";
}

std::string words_for(const config_resource& resource) {
    if (resource.type == config_resource_type::broker && resource.name.empty())
        return "all brokers";
    return base::text(noun(resource.type), shown(resource.name));
}

/// One text per resource, for the sheet.
std::string key_of(std::int8_t type, const std::string& name) {
    return base::text(static_cast<int>(type), ':', name);
}

std::string topic_of(const config_resource& resource) {
    return resource.type == config_resource_type::topic ? resource.name : std::string();
}

/// A broker keeps its own configs, and knows only those.
std::optional<std::int32_t> keeper_of(const config_resource& resource) {
    const bool own = resource.type == config_resource_type::broker ||
                     resource.type == config_resource_type::broker_logger;
    std::int32_t id = 0;
    const auto* last = resource.name.data() + resource.name.size();
    if (!own || std::from_chars(resource.name.data(), last, id).ec != std::errc())
        return std::nullopt;
    return id;
}

using entries = std::vector<config_entry>;

entries from_wire(std::vector<describe_configs::config>& said) {
    entries all;
    for (auto& c : said)
        all.push_back({std::move(c.name), std::move(c.value), c.read_only, c.source == from_default,
                       c.is_sensitive});
    return all;
}

struct describe_configs_operation {
    std::vector<config_resource> resources;
    verdict_sheet<entries> sheet;
    std::unique_ptr<destination> to;

    describe_configs::request ask(const std::vector<item_index>& items,
                                  std::chrono::milliseconds) const {
        describe_configs::request request;
        for (item_index i : items) {
            describe_configs::resource all_of_it;
            all_of_it.type = static_cast<std::int8_t>(resources[i].type);
            all_of_it.name = resources[i].name;
            all_of_it.config_names.reset();
            request.resources.push_back(std::move(all_of_it));
        }
        return request;
    }
    void read(network::answer<describe_configs::response>& said, std::int32_t) {
        for (auto& told : said.body.resources) {
            const auto i = sheet.find(key_of(told.type, told.name));
            if (!i) continue;
            if (told.error_code == 0)
                sheet.accept(*i, from_wire(told.configs));
            else
                sheet.refuse(*i, told.error_code, told.error_message);
        }
    }
};

runtime::task<result<std::vector<config_verdict>>>
describe(std::shared_ptr<cluster::core> core, std::vector<config_resource> resources) {
    verdict_sheet<entries> sheet("DescribeConfigs");
    std::vector<std::optional<std::int32_t>> keepers;
    for (item_index i = 0; i < resources.size(); ++i) {
        const auto& resource = resources[i];
        sheet.add(
            key_of(static_cast<std::int8_t>(resource.type), resource.name),
            {resource.name, "describe configs of " + words_for(resource), topic_of(resource)});
        if (const auto wrong = wrong_resource(resource); !wrong.empty()) sheet.reject(i, wrong);
        keepers.push_back(keeper_of(resource));
    }
    describe_configs_operation operation{resources, std::move(sheet),
                                         std::make_unique<own_broker>(core, std::move(keepers))};
    auto settled = co_await settle(core, std::move(operation));
    if (!settled) co_return settled.error();
    std::vector<config_verdict> all;
    for (item_index i = 0; i < resources.size(); ++i)
        all.push_back({std::move(resources[i]), std::move((*settled)[i].second)});
    co_return std::move(all);
}

/// Brokers judge all changes of a resource together.
struct alter_configs_operation {
    std::vector<config_change> changes;
    validate check;
    verdict_sheet<void> sheet;
    std::unique_ptr<destination> to;

    incremental_alter_configs::request ask(const std::vector<item_index>& items,
                                           std::chrono::milliseconds) const {
        std::map<std::string, incremental_alter_configs::resource> by_resource;
        for (item_index i : items) {
            const auto& change = changes[i];
            const auto type = static_cast<std::int8_t>(change.resource.type);
            auto& changed = by_resource[key_of(type, change.resource.name)];
            changed.type = type;
            changed.name = change.resource.name;
            incremental_alter_configs::config entry;
            entry.name = change.name;
            entry.operation = static_cast<std::int8_t>(change.operation);
            if (change.operation == config_operation::remove)
                entry.value.reset();
            else
                entry.value = change.value;
            changed.configs.push_back(std::move(entry));
        }
        incremental_alter_configs::request request;
        request.validate_only = check == validate::only;
        for (auto& [key, changed] : by_resource)
            request.resources.push_back(std::move(changed));
        return request;
    }
    void read(const network::answer<incremental_alter_configs::response>& said, std::int32_t) {
        for (const auto& told : said.body.resources)
            for (item_index i = 0; i < changes.size(); ++i)
                if (static_cast<std::int8_t>(changes[i].resource.type) == told.type &&
                    changes[i].resource.name == told.name)
                    sheet.judge(i, told.error_code, told.error_message);
    }
};

std::string_view verb(config_operation operation) {
    switch (operation) {
    case config_operation::set: return "set ";
    case config_operation::remove: return "remove ";
    case config_operation::append: return "append to ";
    case config_operation::subtract: return "subtract from ";
    }
    return "change ";
}

runtime::task<result<verdicts<void>>> alter(std::shared_ptr<cluster::core> core,
                                            std::vector<config_change> changes, validate check) {
    const auto leaves = check == validate::only ? network::effect::none : network::effect::lasting;
    verdict_sheet<void> sheet("IncrementalAlterConfigs", leaves);
    std::vector<std::optional<std::int32_t>> keepers;
    for (item_index i = 0; i < changes.size(); ++i) {
        const auto& change = changes[i];
        const auto& resource = change.resource;
        const auto key = key_of(static_cast<std::int8_t>(resource.type), resource.name);
        sheet.add(base::text(key, ':', change.name),
                  {resource.name,
                   base::text(verb(change.operation), change.name, " of ", words_for(resource)),
                   topic_of(resource)});
        if (const auto wrong = wrong_change(change); !wrong.empty()) sheet.reject(i, wrong);
        keepers.push_back(keeper_of(resource));
    }
    alter_configs_operation operation{std::move(changes), check, std::move(sheet),
                                      std::make_unique<own_broker>(core, std::move(keepers))};
    return settle(std::move(core), std::move(operation));
}

} // namespace

} // namespace kcpp::administration

namespace kcpp {

using administration::in_use;
using client_core = std::shared_ptr<cluster::core>;

future<std::vector<config_verdict>>
admin::describe_configs(std::vector<config_resource> resources) {
    return in_use(core_).run<std::vector<config_verdict>>(
        [resources = std::move(resources)](client_core client) mutable {
            return administration::describe(std::move(client), std::move(resources));
        });
}

future<verdicts<void>> admin::alter_configs(std::vector<config_change> changes, validate check) {
    return in_use(core_).run<verdicts<void>>(
        [changes = std::move(changes), check](client_core client) mutable {
            return administration::alter(std::move(client), std::move(changes), check);
        });
}

} // namespace kcpp
