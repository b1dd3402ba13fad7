#include "admin/checks.hpp"
#include "admin/core.hpp"
#include "admin/settle.hpp"
#include "protocol/create_partitions.hpp"

#include <kcpp/admin.hpp>

namespace kcpp::administration {

namespace {

namespace create_partitions = protocol::create_partitions;

struct create_partitions_operation {
    std::vector<new_partitions> wanted;
    validate check;
    verdict_sheet<void> sheet;
    std::unique_ptr<destination> to;

    create_partitions::request ask(const std::vector<item_index>& items,
                                   std::chrono::milliseconds patience) const {
        create_partitions::request request;
        for (item_index i : items) {
            create_partitions::topic grown;
            grown.name = wanted[i].topic;
            grown.count = wanted[i].total;
            // The broker chooses where they go.
            grown.assignments.reset();
            request.topics.push_back(std::move(grown));
        }
        request.timeout_ms = static_cast<std::int32_t>(patience.count());
        request.validate_only = check == validate::only;
        return request;
    }
    void read(const network::answer<create_partitions::response>& said, std::int32_t) {
        for (const auto& told : said.body.topics)
            if (const auto i = sheet.find(told.name))
                sheet.judge(*i, told.error_code, told.error_message);
    }
};

runtime::task<result<verdicts<void>>> create(std::shared_ptr<cluster::core> core,
                                             std::vector<new_partitions> wanted, validate check) {
    const auto leaves = check == validate::only ? network::effect::none : network::effect::lasting;
    verdict_sheet<void> sheet("CreatePartitions", leaves, broker_errc::invalid_partitions);
    for (item_index i = 0; i < wanted.size(); ++i) {
        const auto& [topic, total] = wanted[i];
        auto asked = base::text("raise topic ", shown(topic), " to ", total, " partitions");
        sheet.add(topic, {topic, std::move(asked), topic});
        if (const auto wrong = wrong_partitions(wanted[i]); !wrong.empty()) sheet.reject(i, wrong);
    }
    create_partitions_operation operation{std::move(wanted), check, std::move(sheet),
                                          std::make_unique<controller>(core)};
    return settle(std::move(core), std::move(operation));
}

} // namespace

} // namespace kcpp::administration

namespace kcpp {

future<verdicts<void>> admin::create_partitions(std::vector<new_partitions> topics,
                                                validate check) {
    return administration::in_use(core_).run<verdicts<void>>(
        [topics = std::move(topics), check](std::shared_ptr<cluster::core> client) mutable {
            return administration::create(std::move(client), std::move(topics), check);
        });
}

} // namespace kcpp
