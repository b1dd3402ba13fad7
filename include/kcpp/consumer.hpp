#pragma once

#include <kcpp/client.hpp>
#include <kcpp/consumer_batch.hpp>
#include <kcpp/consumer_metrics.hpp>
#include <kcpp/consumer_options.hpp>
#include <kcpp/consumer_record.hpp>
#include <kcpp/future.hpp>
#include <kcpp/idle_partition.hpp>
#include <kcpp/offsets.hpp>
#include <kcpp/partition_description.hpp>
#include <kcpp/rebalance.hpp>
#include <kcpp/topic_pattern.hpp>

#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp::consuming {
class core;
}

namespace [[gnu::visibility("default")]] kcpp {

class record_stream;

/// Reads records: as a member of a group (`subscribe`) or from partitions chosen by hand
/// (`assign`).
///
/// For one thread at a time, except where it says otherwise, and `wake`, which any thread may call.
/// Heartbeats are kcpp's business and do not depend on how long the application works on a batch,
/// up to `max_poll_interval`.
class consumer {
public:
    /// A consumer on a shared client.
    explicit consumer(client& shared, consumer_options options = {});
    /// A consumer with a client of its own.
    explicit consumer(client_options connection, consumer_options options = {});
    consumer(consumer&&) noexcept;
    consumer& operator=(consumer&&) noexcept;
    /// Leaves the group within `close_timeout`. Runs no handler; logs what was not committed.
    ~consumer();

    /// Joins the group with these topics; replaces an earlier subscription. Partitions come and go
    /// inside `poll` and `records()`, where the handlers run. Topics that do not exist yet are read
    /// once they do.
    void subscribe(std::vector<std::string> topics, rebalance_handlers handlers = {});
    void subscribe(std::initializer_list<std::string> topics, rebalance_handlers handlers = {});
    /// Joins the group with all topics that match, also with those that are made later; what no
    /// longer exists is given up. An expression that is none is refused at once; under
    /// `group_protocol::consumer`, where the coordinator reads it, `poll` and `records()` tell of
    /// it (`INVALID_REGULAR_EXPRESSION`), and this consumer is out of its group.
    void subscribe(topic_pattern pattern, rebalance_handlers handlers = {});
    /// Reads exactly these partitions, without the group's help; replaces an earlier assignment.
    void assign(std::vector<topic_partition> partitions);
    /// Gives everything up, running the `revoked` handler, and leaves the group.
    result<void> unsubscribe();
    /// What this consumer reads now.
    std::vector<topic_partition> assignment() const;

    /// Waits up to `timeout` for records and hands out a batch, empty if none came. Runs rebalance
    /// handlers. The position moves behind the batch at once; `auto_commit` commits it when the
    /// batch object has been destroyed and `poll` is called again.
    result<consumer_batch> poll(std::chrono::milliseconds timeout);

    /// As `poll`, without blocking: for coroutines and event loops. Until the outcome is there the
    /// consumer is in use, as it is during a `poll`, and only `wake` may be called. What is
    /// compressed is unpacked on a thread of kcpp's, handlers run in
    /// `rebalance_handlers::executor`; what they throw fails the call
    /// (`client_errc::handler_failed`).
    [[nodiscard]] future<consumer_batch> poll_async(std::chrono::milliseconds timeout);

    /// The records one by one, for a range-for loop; ends when `stop` is triggered or `wake` is
    /// called. After `break` or an exception the position is behind the last record whose loop body
    /// was completed. Throws kafka_error for what needs the application.
    record_stream records(std::stop_token stop = {});

    /// Ends a waiting `poll` or `records()`, or the next one. From any thread.
    void wake() noexcept;

    /// Commits the positions behind everything handed out, in a loop over `records()` behind every
    /// completed body.
    [[nodiscard]] future<void> commit();
    /// Commits exactly these: the offset of the next record to read, per partition.
    [[nodiscard]] future<void> commit(offsets next);
    /// Commits what is behind every record of this batch.
    [[nodiscard]] future<void> commit(const consumer_batch& processed);
    /// Commits what is behind this record of its partition.
    [[nodiscard]] future<void> commit(const consumer_record& processed);

    /// The offsets that the group has committed; partitions without one are left out.
    [[nodiscard]] future<offsets> committed(std::vector<topic_partition> partitions);
    /// The first offsets at or after a time; partitions without one are left out. (ListOffsets)
    [[nodiscard]] future<offsets>
    offsets_for_times(std::vector<std::pair<topic_partition, timestamp>> times);
    /// The partitions of a topic, assigned to this consumer or not. Fails for a topic that does not
    /// exist.
    [[nodiscard]] future<std::vector<partition_description>> partitions_for(std::string_view topic);
    /// The offsets of the oldest records.
    [[nodiscard]] future<offsets> beginning_offsets(std::vector<topic_partition> partitions);
    /// The offsets that the next records will get.
    [[nodiscard]] future<offsets> end_offsets(std::vector<topic_partition> partitions);

    /// Reads on at `offset`. The partition must be assigned.
    result<void> seek(const topic_partition& partition, offset_t offset);
    result<void> seek_to_beginning(const std::vector<topic_partition>& partitions);
    /// Reads on at the end as the broker will tell it in a moment: what is written until then is
    /// not read. position() has the offset as soon as it is known; to be sure of where the end is
    /// now, seek() to one of end_offsets().
    result<void> seek_to_end(const std::vector<topic_partition>& partitions);
    /// Reads on at the first record of that time or later; at the end, if there is none.
    /// (ListOffsets)
    result<void> seek_to_time(const std::vector<topic_partition>& partitions, timestamp time);
    /// The offset of the next record that will be handed out; none while it is being looked up.
    std::optional<offset_t> position(const topic_partition& partition) const;
    /// How many records lie between the position and the end known from the last fetch.
    std::optional<std::int64_t> lag(const topic_partition& partition) const;

    /// What it has done, and how far it is. Any thread.
    consumer_metrics metrics() const;
    /// Of each assigned partition of which nothing comes: why. A partition that is being fetched,
    /// and may have something, is left out. Any thread.
    std::vector<idle_partition> why_not_fetching() const;

    /// Hands out nothing of these until `resume`; what was fetched is kept.
    result<void> pause(const std::vector<topic_partition>& partitions);
    result<void> resume(const std::vector<topic_partition>& partitions);

    /// Runs the `revoked` handler, commits (with `auto_commit`), leaves the group, all within
    /// `timeout` (default: `close_timeout`), of which up to a second is kept for the leaving. Blocks.
    /// The consumer is closed whatever comes of it; the error is the first thing that failed, be it
    /// the last commit. Closing twice is fine.
    result<void> close(std::optional<std::chrono::milliseconds> timeout = {});

private:
    std::shared_ptr<consuming::core> core_;
    /// Let go of last, on this thread: a client of its own ends with the consumer.
    std::shared_ptr<cluster::core> client_;
};

} // namespace kcpp

#include <kcpp/record_stream.hpp>
