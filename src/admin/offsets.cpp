#include "admin/checks.hpp"
#include "admin/core.hpp"
#include "admin/settle.hpp"
#include "protocol/offset_fetch.hpp"

#include <kcpp/admin.hpp>

namespace kcpp::administration {

namespace {

namespace offset_fetch = protocol::offset_fetch;

/// From this version on a request asks for several groups (KIP-709).
constexpr std::int16_t many_groups_since = 8;

using reading = verdict_sheet<offsets>;

/// What is wrong with a single partition says nothing true about the group's other offsets, but an
/// answer without it would look whole.
void take(reading& sheet, item_index i, const std::vector<offset_fetch::topic_result>& topics) {
    offsets committed;
    for (const auto& topic : topics) {
        for (const auto& p : topic.partitions) {
            if (p.error_code != 0) {
                sheet.refuse(
                    i, p.error_code,
                    base::text("the offset of ", topic.name, '-', p.index, " cannot be told"));
                return;
            }
            if (p.offset < 0) continue;
            committed.emplace(topic_partition{topic.name, p.index},
                              committed_offset(p.offset, p.leader_epoch, p.metadata.value_or("")));
        }
    }
    sheet.accept(i, std::move(committed));
}

struct list_offsets_operation {
    reading sheet;
    std::unique_ptr<destination> to;
    /// From version 10 on topics are told by their id only, and names are what is asked for (L9).
    static constexpr std::int16_t newest = 9;

    offset_fetch::request ask(const std::vector<item_index>& items,
                              std::chrono::milliseconds) const {
        offset_fetch::request request;
        for (item_index i : items) {
            offset_fetch::group everything;
            everything.group_id = sheet.at(i).name;
            everything.topics.reset();
            request.groups.push_back(std::move(everything));
        }
        return request;
    }
    static void adapt(offset_fetch::request& request, std::int16_t version) {
        if (version >= many_groups_since) return;
        request.group_id = request.groups.front().group_id;
        request.topics.reset();
        request.groups.clear();
    }
    void read(const network::answer<offset_fetch::response>& said, std::int32_t) {
        if (said.version < many_groups_since) {
            take_group(0, said.body.error_code, said.body.topics);
            return;
        }
        for (const auto& told : said.body.groups)
            if (const auto i = sheet.find(told.group_id))
                take_group(*i, told.error_code, told.topics);
    }
    void take_group(item_index i, std::int16_t code,
                    const std::vector<offset_fetch::topic_result>& topics) {
        if (code != 0)
            sheet.refuse(i, code);
        else
            take(sheet, i, topics);
    }
};

runtime::task<result<offsets>> list(std::shared_ptr<cluster::core> core, std::string group_id) {
    reading sheet("OffsetFetch");
    sheet.add(group_id, {group_id, base::text("list offsets of group ", shown(group_id))});
    if (const auto wrong = wrong_group_id(group_id); !wrong.empty()) sheet.reject(0, wrong);
    list_offsets_operation operation{std::move(sheet), std::make_unique<group_coordinators>(core)};
    auto said = co_await settle(std::move(core), std::move(operation));
    if (!said) co_return said.error();
    co_return std::move(said->front().second);
}

} // namespace

} // namespace kcpp::administration

namespace kcpp {

future<offsets> admin::list_group_offsets(std::string group_id) {
    return administration::in_use(core_).run<offsets>(
        [group_id = std::move(group_id)](std::shared_ptr<cluster::core> client) mutable {
            return administration::list(std::move(client), std::move(group_id));
        });
}

} // namespace kcpp
