// The part of fetcher that reads responses.

#include "consumer/core.hpp"
#include "consumer/fetcher.hpp"
#include "record/batch_cursor.hpp"

#include <algorithm>

namespace kcpp::consuming {

namespace {

using protocol::fetch::partition_result;

struct extent {
    position end;
    bool packed = false;
    record::errc error = record::errc::none;
};

/// How long a partition is left to its leader when reading from a nearer replica has failed.
constexpr auto replica_pause = std::chrono::seconds(10);

/// Where fetching goes on behind these batches: the last whole one tells, whatever compaction left
/// of its records (F6).
extent survey(std::span<const std::byte> batches) {
    extent found;
    record::batch_cursor walk(batches);
    while (walk.next()) {
        const record::batch_view& batch = walk.batch();
        if (batch.last_offset() >= found.end.offset)
            found.end = {batch.last_offset() + 1, batch.partition_leader_epoch()};
        found.packed |= batch.is_compressed();
    }
    if (found.end.offset < 0) found.error = walk.error();
    // Not every broker's are what they should be, and what is below zero is none.
    found.end.epoch = std::max(found.end.epoch, -1);
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

void fetcher::take_in(const fetch_session& session, std::int32_t node, answer& said) {
    core_.cluster().metadata().add_brokers(said.body.node_endpoints);
    const auto memory = std::make_shared<const received>(budget_, std::move(said.frame));
    for (auto& topic : said.body.topics)
        for (partition_result& partition : topic.partitions)
            if (const auto* target = session.find(topic, partition.index))
                take_in(*target, node, partition, memory);
}

void fetcher::take_in(const fetch_target& target, std::int32_t node, partition_result& said,
                      const std::shared_ptr<const received>& memory) {
    if (said.error_code != 0)
        handle_error(target, node, said);
    else if (said.diverging_epoch.end_offset >= 0)
        handle_truncation(target, said.diverging_epoch);
    else if (said.preferred_read_replica >= 0 && said.preferred_read_replica != node)
        go_to_replica(target, said.preferred_read_replica);
    else if (said.records && !said.records->empty())
        take_data(target, said, memory);
    else
        core_.table().caught_up(target, {said.high_watermark, said.last_stable_offset});
}

void fetcher::take_data(const fetch_target& target, partition_result& said,
                        const std::shared_ptr<const received>& memory) {
    const topic_partition& place = *target.place;
    const extent found = survey(*said.records);
    if (found.error != record::errc::none || found.end.offset <= target.from.offset) {
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
    fetched::origin from{target.place, target.version, found.end.offset, {}, found.packed};
    if (core_.options().isolation_level == isolation_level::read_committed &&
        said.aborted_transactions)
        from.aborted = aborted_transactions(*std::move(said.aborted_transactions));
    core_.counting().fetched(place.topic, said.records->size());
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
    if (target.off_leader) {
        // Whatever it is, the leader knows better (F7).
        core_.log().debug("fetch of ", to_string(place), " from replica ", node, ": ",
                          name_of(code), "; the leader is asked");
        core_.table().leave_replica(target, replica_rest());
        if (is_stale(code)) metadata.refresh();
        changed_.notify();
        return;
    }
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
        follow_leader(target, node, said);
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

/// A hint that is news may be followed at once (KIP-951); else metadata must tell.
void fetcher::follow_leader(const fetch_target& target, std::int32_t node,
                            const partition_result& said) {
    cluster::metadata& metadata = core_.cluster().metadata();
    const topic_partition& place = *target.place;
    metadata.apply_leader(place.topic, place.partition, said.current_leader.leader_id,
                          said.current_leader.leader_epoch);
    const auto* where = metadata.current()->find(place.topic, place.partition);
    if (where != nullptr && where->leader >= 0 && where->leader != node)
        core_.table().failed(target, {});
    else
        metadata.look_for_leader();
}

void fetcher::go_to_replica(const fetch_target& target, std::int32_t replica) {
    const auto until =
        runtime::after(core_.cluster().rt().now(), core_.cluster().options().metadata_max_age);
    if (routed().read_from_replica(target, replica, until)) {
        changed_.notify();
        return;
    }
    core_.table().failed(target, retry_time());
    core_.cluster().metadata().refresh();
}

/// What was read is not in the log any more: a replica without it became the leader (KIP-320).
void fetcher::handle_truncation(const fetch_target& target,
                                const protocol::fetch::epoch_end_offset& diverging) {
    if (!core_.table().cut_off(target, {diverging.end_offset, std::max(diverging.epoch, -1)}))
        return core_.table().failed(target, retry_time());
    core_.log().warning("the log of ", to_string(*target.place), " was cut off at offset ",
                        diverging.end_offset, ", and this consumer had read up to ",
                        target.from.offset, "; what stood there is lost");
    core_.hand().data();
    changed_.notify();
}

runtime::time_point fetcher::replica_rest() const {
    return runtime::after(core_.cluster().rt().now(), replica_pause);
}

runtime::time_point fetcher::retry_time() const {
    return runtime::after(core_.cluster().rt().now(), core_.cluster().options().retry_backoff);
}

} // namespace kcpp::consuming
