#pragma once

#include "cluster/snapshot.hpp"
#include "consumer/fetched.hpp"
#include "consumer/position.hpp"
#include "consumer/tenure.hpp"
#include "runtime/time.hpp"

#include <kcpp/consumer_options.hpp>
#include <kcpp/offsets.hpp>
#include <kcpp/result.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp::consuming {

/// One question about a partition; its answer counts only while `version` is still the partition's.
struct inquiry {
    tenure place;
    std::uint64_t version = 0;
    /// For ListOffsets: the time asked for, or one of its special values.
    std::int64_t timestamp = 0;
};

/// One partition in a fetch.
struct fetch_target {
    tenure place;
    std::uint64_t version = 0;
    position from;
    std::int32_t leader_epoch = -1;
    wire::uuid topic_id;
    /// It goes to a nearer replica (KIP-392).
    bool off_leader = false;

    friend bool operator==(const fetch_target&, const fetch_target&) = default;
};

/// What can be asked of one broker now.
struct fetch_plan {
    std::vector<fetch_target> targets;
    /// Partitions of this broker were left out because enough of them waits for the application.
    bool left_out = false;
    /// When a partition that had an error may be asked for again.
    runtime::time_point next = runtime::never;
    /// Some of it has to be read from the leader, who is not to send it elsewhere.
    bool from_leader_only = false;

    /// For `partition_table::still_holds`.
    std::uint64_t as_of = 0;
    runtime::time_point good_until = runtime::never;
};

/// Special timestamps of ListOffsets.
inline constexpr std::int64_t latest_timestamp = -1;
inline constexpr std::int64_t earliest_timestamp = -2;
/// A time as ListOffsets takes it: below zero it would be one of these.
constexpr std::int64_t list_offsets_timestamp(timestamp time) noexcept {
    return std::max<std::int64_t>(time.time_since_epoch().count(), 0);
}
/// Not Kafka's: the time that offset_reset::by_duration comes to when it is asked for.
inline constexpr std::int64_t by_duration_timestamp = std::numeric_limits<std::int64_t>::min();

/// The partitions this consumer reads: how far the application is with each, from where fetching
/// goes on, and what was fetched and waits. The place where the application's thread and the I/O
/// thread meet: any of them may call anything. No I/O and no clock.
class partition_table {
public:
    struct settings {
        /// ListOffsets timestamp where there is no offset; nothing: that is an error.
        std::optional<std::int64_t> reset;
        /// A partition is not fetched while this much of it waits.
        std::size_t enough_bytes = 1;
    };
    explicit partition_table(settings chosen) : settings_(chosen) {}

    // What is read.
    enum class start { at_committed, by_policy };
    /// Partitions chosen by hand: takes them in and gives up all others.
    void assign(const std::vector<topic_partition>& partitions, start from);
    /// Partitions that the group gave, beside those that are here: of these nothing happens. The
    /// new ones are fetched from the committed offset on, but the application is to be told of them
    /// first, and then to let them be handed out.
    tenures take_in(const std::vector<topic_partition>& partitions);
    void announce(const tenures& told);
    void release(const tenures& told);
    void give_up(const tenures& gone);
    void clear();
    /// All there are, also those that the application was not told of.
    tenures held() const;
    /// None of them has ended.
    bool holds(const tenures& all) const;
    /// What the application knows of.
    std::vector<topic_partition> assignment() const;
    /// Null if the application knows of none.
    tenure tenure_of(const topic_partition& place) const;
    std::set<std::string> topics() const;

    // Where reading goes on.
    result<void> seek(const topic_partition& place, position to);
    result<void> seek_to(const topic_partition& place, std::int64_t timestamp);
    result<void> pause(const topic_partition& place);
    result<void> resume(const topic_partition& place);
    std::optional<position> next(const topic_partition& place) const;
    std::optional<std::int64_t> lag(const topic_partition& place, isolation_level isolation) const;
    /// The lowest offset that was ever to be read since the partition was assigned.
    std::optional<offset_t> lowest(const topic_partition& place) const;

    // Positions that have to be looked up first.
    std::vector<inquiry> take_awaiting_committed(runtime::time_point now,
                                                 runtime::time_point& retry);
    std::vector<inquiry> take_awaiting_offset(runtime::time_point now, runtime::time_point& retry);
    void found_committed(const inquiry& asked, const std::optional<committed_offset>& said);
    void found(const inquiry& asked, position start);
    /// No record is that young: reading goes on at the end.
    void found_none_since(const inquiry& asked);
    void ask_again(const inquiry& asked, runtime::time_point when);
    /// Something the application must hear of; over when data comes or reading goes on elsewhere.
    void trouble(const topic_partition& place, std::uint64_t version, const error& why);
    std::optional<error> take_trouble();
    /// What is still the matter, though the application has heard of it.
    std::optional<error> standing_trouble() const;

    // Fetching.
    /// Who leads what, to be said before any of these is asked. Cheap if nothing has changed since.
    void route(const std::shared_ptr<const cluster::snapshot>& known);
    fetch_plan plan(std::int32_t node, runtime::time_point now) const;
    /// The same would be planned again. Says so without looking at each partition: of thousands,
    /// most have nothing new most of the time.
    bool still_holds(const fetch_plan& made, runtime::time_point now) const;
    bool reads_from(std::int32_t node, runtime::time_point now) const;
    struct sources {
        std::set<std::int32_t> nodes;
        /// Will be read from once it is known from where on.
        std::set<std::int32_t> soon;
        /// Partitions that nobody is known to lead.
        std::vector<inquiry> leaderless;
    };
    sources where_to_read(runtime::time_point now) const;
    /// The leader wants it to be read from this replica, which is nearer (KIP-392). False if there
    /// is no such broker.
    bool read_from_replica(const fetch_target& target, std::int32_t node,
                           runtime::time_point until);
    /// It did not work, and is left to the leader for a while.
    void leave_replica(const fetch_target& target, runtime::time_point until);

    struct high_water {
        offset_t high_watermark = -1;
        offset_t last_stable = -1;
    };
    /// Takes the data over. False if nobody wants it any more (F4).
    bool arrived(std::unique_ptr<fetched> data, position goes_on_at, high_water ends);
    void caught_up(const fetch_target& target, high_water ends);
    void failed(const fetch_target& target, runtime::time_point retry);
    /// The broker has no such offset (F8). False if it may look different later: while what was
    /// fetched before still waits, and if the broker may only not know the epoch of the position
    /// (F9).
    bool out_of_range(const fetch_target& target);
    /// The log that this was read from was cut off, here (KIP-320): reading goes on there, unless
    /// offset_reset is none. False while what was fetched before still waits.
    bool cut_off(const fetch_target& target, position end);
    /// Something waits to be handed out, or is in hand.
    bool holds_data() const;
    /// Some of what waits has to be decompressed.
    bool is_packed() const;
    /// Drops what waits of paused partitions, which will be fetched again: it must not keep others
    /// from being read. Except what follows something in hand: how far the application is with that
    /// is not known yet.
    void drop_paused();

    struct idleness {
        topic_partition place;
        /// The broker that it is read from.
        std::int32_t source = -1;
        /// Why nothing comes of it; empty if nothing here keeps it from coming.
        std::string reason;
    };
    /// Of all that the application knows of.
    std::vector<idleness> idle(runtime::time_point now) const;

    // Handing out. What is taken counts as in hand until it is put back or given up.
    std::unique_ptr<fetched> take();
    bool is_current(const fetched& in_hand) const;
    bool is_paused(const fetched& in_hand) const;
    /// The application has been handed everything before its position.
    void advance(const fetched& in_hand);
    /// There is nothing left to read in it.
    void finish(std::unique_ptr<fetched> in_hand);
    /// What is left in it is to be handed out later.
    void put_back(std::unique_ptr<fetched> in_hand);
    /// The application is handed these, but for what is not its own any more or was fetched for
    /// another position by now, which is taken out of them.
    void hand_out(std::vector<piece>& taken);
    /// They are not handed out after all: they will be fetched again.
    void take_back(const std::vector<piece>& taken);
    /// It cannot be read: it will be fetched again.
    void refetch(std::unique_ptr<fetched> in_hand, runtime::time_point when);

    // Commits.
    /// The application is done with everything before `behind`, if that tenure still lasts.
    void done(const tenure& place, position behind);
    /// What is done and not committed yet.
    progress uncommitted_done() const;
    progress handed_out_positions() const;
    /// What was handed out and never committed.
    offsets uncommitted() const;
    void committed(const progress& by_now);

private:
    enum class phase { awaits_committed, awaits_offset, placed, stuck };
    struct entry {
        tenure place;
        std::uint64_t version = 0;
        phase stands = phase::awaits_committed;
        std::int64_t timestamp = 0;
        bool asked = false;
        bool paused = false;
        /// The application has been told of it, and lets it be handed out.
        bool announced = true;
        bool released = true;
        /// By the group; not chosen by hand.
        bool given = false;
        bool in_hand = false;
        bool moved = false;
        runtime::time_point not_before{};
        std::int32_t leader = -1;
        std::int32_t leader_epoch = -1;
        wire::uuid topic_id;
        /// A nearer one that it is read from, up to that time; or -1, and it is not to be before.
        std::int32_t replica = -1;
        runtime::time_point replica_until{};
        position next;
        position fetch_from;
        position done;
        position committed;
        offset_t lowest = -1;
        high_water ends;
        std::size_t waiting_bytes = 0;
        std::size_t waiting = 0;
        std::optional<error> trouble{};
        bool told = false;
        std::list<entry*>::iterator turn{};
    };
    using entries = std::map<topic_partition, entry>;

    entry* find(const topic_partition& place);
    const entry* find(const topic_partition& place) const;
    entry* find(const topic_partition& place, std::uint64_t version);
    entry* find(const tenure& place);
    entry& add(const topic_partition& place);
    entries::iterator erase(entries::iterator gone);
    entry* current(const fetched& in_hand);
    void route(entry& e) const;
    std::string reason(const entry& e, runtime::time_point now) const;
    static std::int32_t source(const entry& e, runtime::time_point now);
    /// A plan made before may not be what would be planned now.
    void plans_change() noexcept { ++changes_; }
    void set_trouble(entry& e, error why);
    void reposition(entry& e, phase to);
    void place_at(entry& e, position start);
    void await_offset(entry& e, std::string_view why);
    void drop_waiting(entry& e);
    std::vector<inquiry> take_awaiting(phase what, runtime::time_point now,
                                       runtime::time_point& retry);

    mutable std::mutex mutex_;
    settings settings_;
    std::shared_ptr<const cluster::snapshot> known_;
    entries entries_;
    /// In the order they are asked for; who brought something goes to the end (F2).
    std::list<entry*> turns_;
    /// In the order they came.
    std::list<std::unique_ptr<fetched>> waiting_;
    std::uint64_t last_version_ = 0;
    std::uint64_t changes_ = 1;
    /// Some partition may have a trouble. Asked with each poll, so that all need not be walked.
    bool may_be_troubled_ = false;
};

} // namespace kcpp::consuming
