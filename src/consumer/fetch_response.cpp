// The part of fetcher that reads responses.

#include "consumer/core.hpp"
#include "consumer/fetcher.hpp"
#include "record/batch_cursor.hpp"

#include <algorithm>

namespace kcpp::consuming {

namespace {

using protocol::fetch::partition_result;

struct extent {
    offset_t end = -1;
    record::errc error = record::errc::none;
};

/// Where fetching goes on behind these batches: the last whole one tells, whatever compaction left
/// of its records (F6).
extent survey(std::span<const std::byte> batches) {
    extent found;
    record::batch_cursor walk(batches);
    while (walk.next())
        found.end = std::max(found.end, walk.batch().last_offset() + 1);
    if (found.end < 0) found.error = walk.error();
    return found;
}

/// Errors that only metadata can mend; the position stays (F10).
bool is_stale(broker_errc code) {
    switch (code) {
    case broker_errc::not_leader_or_follower:
    case broker_errc::fenced_leader_epoch:
    case broker_errc::replica_not_available:
    case broker_errc::kafka_storage_error:
    case broker_errc::offset_not_available:
    case broker_errc::leader_not_available:
    case broker_errc::unknown_topic_or_partition:
    case broker_errc::unknown_topic_id:
    case broker_errc::inconsistent_topic_id: return true;
    default: return false;
    }
}

bool is_passing(broker_errc code) {
    return code == broker_errc::unknown_leader_epoch || error(code, "").retriable();
}

} // namespace

void fetcher::take_in(const fetch_plan& plan, std::int32_t node, answer& said) {
    std::map<topic_partition, const fetch_target*> asked;
    std::map<wire::uuid, std::string_view> names;
    for (const fetch_target& target : plan.targets) {
        asked.emplace(*target.place, &target);
        names.emplace(target.topic_id, target.place->topic);
    }
    const auto memory = std::make_shared<const received>(budget_, std::move(said.frame));
    for (auto& topic : said.body.topics) {
        const auto name = topic.name.empty() ? names[topic.topic_id] : std::string_view(topic.name);
        for (partition_result& partition : topic.partitions) {
            const auto target = asked.find({std::string(name), partition.index});
            if (target != asked.end()) take_in(*target->second, node, partition, memory);
        }
    }
}

void fetcher::take_in(const fetch_target& target, std::int32_t node, partition_result& said,
                      const std::shared_ptr<const received>& memory) {
    if (said.error_code != 0)
        handle_error(target, node, said);
    else if (said.records && !said.records->empty())
        take_data(target, said, memory);
    else
        core_.table().caught_up(target, {said.high_watermark, said.last_stable_offset});
}

void fetcher::take_data(const fetch_target& target, partition_result& said,
                        const std::shared_ptr<const received>& memory) {
    const topic_partition& place = *target.place;
    const extent found = survey(*said.records);
    if (found.error != record::errc::none || found.end <= target.from.offset) {
        // Asking again at once would bring the same (F5).
        const char* what = found.error != record::errc::none
                               ? record::to_string(found.error)
                               : "the broker sent only records before it";
        core_.table().trouble(
            place, target.version,
            error(client_errc::corrupt_batch,
                  base::text("what is stored at offset ", target.from.offset, " of ",
                             to_string(place), " cannot be read: ", what,
                             "; it is fetched again, or seek to an offset behind it"),
                  {.topic = place.topic, .partition = place.partition}));
        core_.table().failed(target, retry_time());
        core_.hand().data();
        return;
    }
    fetched::origin from{target.place, target.version, found.end, {}};
    if (core_.options().isolation_level == isolation_level::read_committed &&
        said.aborted_transactions)
        from.aborted = aborted_transactions(*std::move(said.aborted_transactions));
    auto data = std::make_unique<fetched>(std::move(from), memory, *said.records, target.from);
    if (core_.table().arrived(std::move(data), found.end,
                              {said.high_watermark, said.last_stable_offset}))
        core_.hand().data();
}

void fetcher::handle_error(const fetch_target& target, std::int32_t node,
                           const partition_result& said) {
    const auto code = static_cast<broker_errc>(said.error_code);
    const topic_partition& place = *target.place;
    cluster::metadata& metadata = core_.cluster().metadata();
    if (code == broker_errc::offset_out_of_range && core_.table().out_of_range(target)) {
        core_.log().warning("the broker has no offset ", target.from.offset, " of ",
                            to_string(place),
                            "; what was there is gone, and reading goes on as offset_reset says");
        core_.finding().wake();
        core_.hand().data();
        return;
    }
    core_.table().failed(target, retry_time());
    if (is_stale(code)) {
        metadata.apply_leader(place.topic, place.partition, said.current_leader.leader_id,
                              said.current_leader.leader_epoch);
        const auto* where = metadata.current()->find(place.topic, place.partition);
        // A hint that was news may be followed at once (KIP-951); else metadata must tell.
        if (where != nullptr && where->leader >= 0 && where->leader != node)
            core_.table().failed(target, {});
        else
            metadata.look_for_leader();
    } else if (!is_passing(code) && code != broker_errc::offset_out_of_range) {
        core_.table().trouble(
            place, target.version,
            error(code,
                  base::text("fetch of ", to_string(place), " from broker ", node, ": ",
                             name_of(code)),
                  {.topic = place.topic, .partition = place.partition, .broker = node}));
        core_.hand().data();
    }
}

runtime::time_point fetcher::retry_time() const {
    return runtime::after(core_.cluster().rt().now(), core_.cluster().options().retry_backoff);
}

} // namespace kcpp::consuming
