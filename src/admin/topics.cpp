#include "admin/checks.hpp"
#include "admin/core.hpp"
#include "admin/settle.hpp"
#include "protocol/create_topics.hpp"
#include "protocol/delete_topics.hpp"

#include <kcpp/admin.hpp>

namespace kcpp::administration {

namespace {

namespace create_topics = protocol::create_topics;
namespace delete_topics = protocol::delete_topics;

create_topics::topic to_wire(const new_topic& topic) {
    create_topics::topic said;
    said.name = topic.name;
    said.num_partitions = topic.partitions;
    said.replication_factor = topic.replication_factor;
    for (const auto& brokers : topic.replicas)
        said.assignments.push_back({static_cast<std::int32_t>(said.assignments.size()), brokers});
    for (const auto& [name, value] : topic.configs)
        said.configs.push_back({name, value});
    return said;
}

struct create_topics_operation {
    std::vector<new_topic> topics;
    validate check;
    verdict_sheet<void> sheet;
    std::unique_ptr<destination> to;

    create_topics::request ask(const std::vector<item_index>& items,
                               std::chrono::milliseconds patience) const {
        create_topics::request request;
        for (item_index i : items)
            request.topics.push_back(to_wire(topics[i]));
        request.timeout_ms = static_cast<std::int32_t>(patience.count());
        request.validate_only = check == validate::only;
        return request;
    }
    void read(const network::answer<create_topics::response>& said, std::int32_t) {
        for (const auto& told : said.body.topics)
            if (const auto i = sheet.find(told.name))
                sheet.judge(*i, told.error_code, told.error_message);
    }
};

runtime::task<result<verdicts<void>>> create(std::shared_ptr<cluster::core> core,
                                             std::vector<new_topic> topics, validate check) {
    const auto leaves = check == validate::only ? network::effect::none : network::effect::lasting;
    verdict_sheet<void> sheet("CreateTopics", leaves, broker_errc::topic_already_exists);
    for (item_index i = 0; i < topics.size(); ++i) {
        const auto& topic = topics[i];
        sheet.add(topic.name,
                  {topic.name, base::text("create topic ", shown(topic.name)), topic.name});
        if (const auto wrong = wrong_topic(topic); !wrong.empty()) sheet.reject(i, wrong);
    }
    create_topics_operation operation{std::move(topics), check, std::move(sheet),
                                      std::make_unique<controller>(core)};
    return settle(core, std::move(operation));
}

struct delete_topics_operation {
    verdict_sheet<void> sheet;
    std::unique_ptr<destination> to;

    delete_topics::request ask(const std::vector<item_index>& items,
                               std::chrono::milliseconds patience) const {
        delete_topics::request request;
        for (item_index i : items) {
            delete_topics::topic by_name;
            by_name.name = sheet.at(i).name;
            request.topics.push_back(std::move(by_name));
        }
        request.timeout_ms = static_cast<std::int32_t>(patience.count());
        return request;
    }
    /// Before topics could be told by their id, names stood by themselves (KIP-516).
    static void adapt(delete_topics::request& request, std::int16_t version) {
        constexpr std::int16_t ids_since = 6;
        if (version >= ids_since) return;
        for (auto& by_name : std::exchange(request.topics, {}))
            request.topic_names.push_back(*std::move(by_name.name));
    }
    void read(const network::answer<delete_topics::response>& said, std::int32_t) {
        for (const auto& told : said.body.topics)
            if (const auto i = sheet.find(told.name.value_or("")))
                sheet.judge(*i, told.error_code, told.error_message);
    }
};

runtime::task<result<verdicts<void>>> deleted_topics(std::shared_ptr<cluster::core> core,
                                                     const std::vector<std::string>& names) {
    verdict_sheet<void> sheet("DeleteTopics", network::effect::lasting,
                              broker_errc::unknown_topic_or_partition);
    add_topics(sheet, "delete", names);
    delete_topics_operation operation{std::move(sheet), std::make_unique<controller>(core)};
    return settle(core, std::move(operation));
}

} // namespace

} // namespace kcpp::administration

namespace kcpp {

using administration::in_use;
using client_core = std::shared_ptr<cluster::core>;

future<verdicts<void>> admin::create_topics(std::vector<new_topic> topics, validate check) {
    return in_use(core_).run<verdicts<void>>(
        [topics = std::move(topics), check](client_core client) mutable {
            return administration::create(std::move(client), std::move(topics), check);
        });
}

future<verdicts<void>> admin::delete_topics(std::vector<std::string> names) {
    return in_use(core_).run<verdicts<void>>([names = std::move(names)](client_core client) {
        return administration::deleted_topics(std::move(client), names);
    });
}

} // namespace kcpp
