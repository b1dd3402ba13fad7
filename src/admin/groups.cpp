#include "admin/checks.hpp"
#include "admin/core.hpp"
#include "admin/settle.hpp"
#include "protocol/consumer_protocol.hpp"
#include "protocol/delete_groups.hpp"
#include "protocol/describe_groups.hpp"

#include <kcpp/admin.hpp>

namespace kcpp::administration {

namespace {

namespace describe_groups = protocol::describe_groups;
namespace delete_groups = protocol::delete_groups;

/// Empty for members that were given nothing, and for what is not the consumer protocol.
std::vector<topic_partition> read_assignment(const protocol::bytes& said) {
    protocol::consumer_protocol::assignment given;
    wire::reader in(said);
    const auto told = in.integer<std::int16_t>();
    const auto version = std::min(told, protocol::consumer_protocol::assignment::newest);
    if (protocol::decode(given, in, version) != wire::codec_error::ok) return {};
    std::vector<topic_partition> partitions;
    for (const auto& topic : given.assigned_partitions)
        for (std::int32_t index : topic.partitions)
            partitions.push_back({topic.topic, index});
    std::ranges::sort(partitions);
    return partitions;
}

group_description from_wire(const describe_groups::group& said, std::int32_t coordinator) {
    group_description group;
    group.id = said.group_id;
    group.state = said.state;
    group.protocol_type = said.protocol_type;
    group.protocol = said.protocol_data;
    group.coordinator = coordinator;
    for (const auto& m : said.members) {
        member_description member;
        member.member_id = m.member_id;
        member.group_instance_id = m.group_instance_id.value_or("");
        member.client_id = m.client_id;
        member.host = m.client_host;
        if (said.protocol_type == "consumer" && !m.assignment.empty())
            member.assignment = read_assignment(m.assignment);
        group.members.push_back(std::move(member));
    }
    return group;
}

struct describe_groups_operation {
    verdict_sheet<group_description> sheet;
    std::unique_ptr<destination> to;

    describe_groups::request ask(const std::vector<item_index>& items,
                                 std::chrono::milliseconds) const {
        describe_groups::request request;
        for (item_index i : items)
            request.groups.push_back(sheet.at(i).name);
        return request;
    }
    void read(const network::answer<describe_groups::response>& said, std::int32_t node) {
        for (const auto& told : said.body.groups) {
            const auto i = sheet.find(told.group_id);
            if (!i) continue;
            // Brokers older than 4.0 call a group dead that they have never heard of.
            const bool unknown = told.error_code == 0 && told.state == "Dead";
            if (unknown)
                sheet.refuse(*i, static_cast<std::int16_t>(broker_errc::group_id_not_found));
            else if (told.error_code != 0)
                sheet.refuse(*i, told.error_code, told.error_message);
            else
                sheet.accept(*i, from_wire(told, node));
        }
    }
};

runtime::task<result<verdicts<group_description>>>
described_groups(std::shared_ptr<cluster::core> core, const std::vector<std::string>& ids) {
    verdict_sheet<group_description> sheet("DescribeGroups");
    add_groups(sheet, "describe", ids);
    describe_groups_operation operation{std::move(sheet),
                                        std::make_unique<group_coordinators>(core)};
    return settle(std::move(core), std::move(operation));
}

struct delete_groups_operation {
    verdict_sheet<void> sheet;
    std::unique_ptr<destination> to;

    delete_groups::request ask(const std::vector<item_index>& items,
                               std::chrono::milliseconds) const {
        delete_groups::request request;
        for (item_index i : items)
            request.groups.push_back(sheet.at(i).name);
        return request;
    }
    void read(const network::answer<delete_groups::response>& said, std::int32_t) {
        for (const auto& told : said.body.groups)
            if (const auto i = sheet.find(told.group_id))
                sheet.judge(*i, told.error_code, told.error_message);
    }
};

runtime::task<result<verdicts<void>>> deleted_groups(std::shared_ptr<cluster::core> core,
                                                     const std::vector<std::string>& ids) {
    verdict_sheet<void> sheet("DeleteGroups", network::effect::lasting,
                              broker_errc::group_id_not_found);
    add_groups(sheet, "delete", ids);
    delete_groups_operation operation{std::move(sheet), std::make_unique<group_coordinators>(core)};
    return settle(std::move(core), std::move(operation));
}

} // namespace

} // namespace kcpp::administration

namespace kcpp {

using administration::in_use;
using client_core = std::shared_ptr<cluster::core>;

future<verdicts<group_description>> admin::describe_groups(std::vector<std::string> ids) {
    return in_use(core_).run<verdicts<group_description>>(
        [ids = std::move(ids)](client_core client) {
            return administration::described_groups(std::move(client), ids);
        });
}

future<verdicts<void>> admin::delete_groups(std::vector<std::string> ids) {
    return in_use(core_).run<verdicts<void>>([ids = std::move(ids)](client_core client) {
        return administration::deleted_groups(std::move(client), ids);
    });
}

} // namespace kcpp
