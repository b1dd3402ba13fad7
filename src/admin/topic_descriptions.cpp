#include "admin/checks.hpp"
#include "admin/core.hpp"
#include "admin/settle.hpp"
#include "protocol/metadata.hpp"

#include <kcpp/admin.hpp>

#include <algorithm>

namespace kcpp::administration {

namespace {

namespace metadata = protocol::metadata;

topic_description from_wire(const metadata::topic_metadata& said) {
    topic_description topic;
    topic.name = said.name.value_or("");
    if (!said.topic_id.is_zero()) topic.id = wire::to_string(said.topic_id);
    topic.internal = said.is_internal;
    for (const auto& p : said.partitions)
        topic.partitions.push_back(
            {p.index, p.leader_id, p.leader_epoch, p.replica_nodes, p.isr_nodes});
    std::ranges::sort(topic.partitions, {}, &partition_description::id);
    return topic;
}

/// Asks by itself, beside the metadata of the client: what is looked at once need not be kept.
struct describe_topics_operation {
    verdict_sheet<topic_description> sheet;
    std::unique_ptr<destination> to;

    metadata::request ask(const std::vector<item_index>& items, std::chrono::milliseconds) const {
        metadata::request request;
        request.allow_auto_topic_creation = false;
        for (item_index i : items) {
            metadata::topic by_name;
            by_name.name = sheet.at(i).name;
            request.topics->push_back(std::move(by_name));
        }
        return request;
    }
    void read(const network::answer<metadata::response>& said, std::int32_t) {
        for (const auto& told : said.body.topics) {
            const auto i = sheet.find(told.name.value_or(""));
            if (!i) continue;
            if (told.error_code == 0)
                sheet.accept(*i, from_wire(told));
            else
                sheet.refuse(*i, told.error_code);
        }
    }
};

runtime::task<result<verdicts<topic_description>>>
described_topics(std::shared_ptr<cluster::core> core, const std::vector<std::string>& names) {
    verdict_sheet<topic_description> sheet("Metadata");
    add_topics(sheet, "describe", names);
    describe_topics_operation operation{std::move(sheet), std::make_unique<any_broker>(core)};
    return settle(std::move(core), std::move(operation));
}

runtime::task<result<std::vector<std::string>>> list(std::shared_ptr<cluster::core> core,
                                                     internal_topics which) {
    const auto until = runtime::after(core->rt().now(), core->options().api_timeout);
    metadata::request request;
    request.topics.reset();
    request.allow_auto_topic_creation = false;
    auto said = co_await core->call_any(request, until);
    if (!said) co_return said.error();
    std::vector<std::string> names;
    for (auto& topic : said->body.topics)
        if (topic.name && (which == internal_topics::include || !topic.is_internal))
            names.push_back(*std::move(topic.name));
    std::ranges::sort(names);
    co_return std::move(names);
}

} // namespace

} // namespace kcpp::administration

namespace kcpp {

using administration::in_use;
using client_core = std::shared_ptr<cluster::core>;

future<verdicts<topic_description>> admin::describe_topics(std::vector<std::string> names) {
    return in_use(core_).run<verdicts<topic_description>>(
        [names = std::move(names)](client_core client) {
            return administration::described_topics(std::move(client), names);
        });
}

future<std::vector<std::string>> admin::list_topics(internal_topics which) {
    return in_use(core_).run<std::vector<std::string>>(
        [which](client_core client) { return administration::list(std::move(client), which); });
}

} // namespace kcpp
