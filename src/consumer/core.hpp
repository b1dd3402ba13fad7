#pragma once

#include "cluster/core.hpp"
#include "consumer/committer.hpp"
#include "consumer/deliveries.hpp"
#include "consumer/fetcher.hpp"
#include "consumer/group/group_coordinator.hpp"
#include "consumer/group/member.hpp"
#include "consumer/hand_over.hpp"
#include "consumer/handed_out.hpp"
#include "consumer/meter.hpp"
#include "consumer/partition_table.hpp"
#include "consumer/position_finder.hpp"
#include "consumer/pulse.hpp"
#include "runtime/promise.hpp"
#include "runtime/signal.hpp"

#include <kcpp/consumer_batch.hpp>
#include <kcpp/consumer_metrics.hpp>
#include <kcpp/consumer_options.hpp>
#include <kcpp/future.hpp>
#include <kcpp/idle_partition.hpp>
#include <kcpp/partition_description.hpp>
#include <kcpp/rebalance.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace kcpp::consuming {

/// What a consumer is, between the application's thread, which polls, and the I/O thread, which
/// fetches and keeps the group. Keeps itself alive until it is closed and its coroutines have
/// ended.
class core : public std::enable_shared_from_this<core> {
public:
    /// `client` is the pointer that its users hold: it stays open while the consumer is. Throws
    /// kafka_error for options that cannot be.
    static std::shared_ptr<core> start(std::shared_ptr<cluster::core> client,
                                       consumer_options options);

    // What its parts share.
    cluster::core& cluster() const noexcept { return *cluster_; }
    const std::shared_ptr<cluster::core>& shared_cluster() const noexcept { return cluster_; }
    const consumer_options& options() const noexcept { return options_; }
    const base::component_log& log() const noexcept { return log_; }
    partition_table& table() noexcept { return table_; }
    const partition_table& table() const noexcept { return table_; }
    hand_over& hand() noexcept { return hand_; }
    pulse& life() noexcept { return life_; }
    fetcher& fetching() noexcept { return fetcher_; }
    position_finder& finding() noexcept { return finder_; }
    committer& committing() noexcept { return committer_; }
    meter& counting() noexcept { return meter_; }
    const std::shared_ptr<group_coordinator>& coordinator() const noexcept { return coordinator_; }
    /// The connections that fetches go over. I/O thread.
    std::uint32_t lane() const noexcept { return lane_; }
    /// True once it is closed. I/O thread.
    bool stopped() const noexcept { return stopped_; }
    /// Who commits what was read in these tenures: nobody, if one of them has ended. I/O thread.
    std::optional<identity> identity_for(const tenures& during) const;
    void commit_refused(const error& why, const identity& sent);
    bool is_between_generations(const identity& sent) const;
    /// It turned out that the brokers have no other protocol for this group. I/O thread.
    void enter_classic_group(wanted_topics wanted);
    /// The member is out of its group for good. I/O thread.
    void fail_group(const error& why);

    // For the application's thread. subscribing.cpp
    void subscribe(wanted_topics wanted, rebalance_handlers handlers);
    void assign(std::vector<topic_partition> partitions);
    result<void> unsubscribe();
    std::vector<topic_partition> assignment() const;

    // reading.cpp
    result<consumer_batch> poll(std::chrono::milliseconds timeout);
    // poll_async.cpp
    future<consumer_batch> poll_async(std::chrono::milliseconds timeout);
    void wake() noexcept { hand_.wake(); }

    // looping.cpp
    /// The next record, once there is one; false if `stop` was triggered or `wake` called. Throws
    /// kafka_error.
    bool step(consumer_record& into, const std::stop_token& stop);
    /// The records() loop was left; the record it stands at, if any, comes again.
    void leave_loop() noexcept;

    // positions.cpp
    result<void> seek(const topic_partition& place, offset_t to);
    result<void> seek_to(const std::vector<topic_partition>& places, std::int64_t timestamp);
    std::optional<offset_t> position(const topic_partition& place);
    std::optional<std::int64_t> lag(const topic_partition& place);
    result<void> pause(const std::vector<topic_partition>& places);
    result<void> resume(const std::vector<topic_partition>& places);
    future<std::vector<partition_description>> partitions_for(std::string_view topic);
    future<offsets> offsets_at(std::vector<std::pair<topic_partition, std::int64_t>> wanted);

    // commits.cpp
    future<void> commit();
    future<void> commit(offsets next);
    future<void> commit(const consumer_batch& processed);
    future<void> commit(const consumer_record& processed);
    future<offsets> committed(std::vector<topic_partition> partitions);

    // rebalancing.cpp
    /// What a handler may ask for. `next` empty: the positions of its partitions.
    result<void> commit_in_handler(std::span<const topic_partition> partitions, offsets next,
                                   bool lost);

    // idleness.cpp; any thread
    consumer_metrics metrics() const;
    std::vector<idle_partition> why_not_fetching() const;

    // closing.cpp
    result<void> close(std::optional<std::chrono::milliseconds> timeout);
    void close_and_wait() noexcept;

private:
    enum class mode { idle, by_hand, in_group };
    class turn;
    class presence;

    core(std::shared_ptr<cluster::core> lease, consumer_options options);
    error closed_error() const;
    std::optional<error> not_ready(const char* call) const;
    std::optional<error> not_readable(const char* call) const;
    template <class T>
    future<T> failed(const error& why) const;
    /// Blocks for an operation that has a deadline of its own, and a little longer in case nobody
    /// runs the I/O thread.
    template <class T>
    result<T> wait_for(future<T> operation, runtime::time_point until) const;
    runtime::time_point in(std::chrono::milliseconds span) const;
    bool commits_by_itself() const noexcept {
        return options_.auto_commit && coordinator_ != nullptr;
    }

    // subscribing.cpp
    void check_assignable(const char* call, mode wanted) const;
    void start_reading();
    void check_wanted(const wanted_topics& wanted) const;
    void enter_group(wanted_topics wanted);
    static runtime::task<> begin_membership(std::shared_ptr<core> self);

    // reading.cpp
    void settle();
    void note_done();
    void rethrow_kept();
    std::optional<error> next_error();
    std::optional<error> standing_error() const;
    bool take_in_hand();
    void finish_in_hand();
    error give_up_broken(const error& why);
    result<std::vector<piece>> collect();
    void pass_tail(std::vector<piece>& found);
    std::optional<consumer_batch> hand_out(std::vector<piece> pieces);
    void note_position();

    // poll_async.cpp
    static runtime::task<> poll_for(std::shared_ptr<core> self, promise<consumer_batch> to,
                                    runtime::time_point until, std::unique_ptr<turn> mine);
    static runtime::task<result<consumer_batch>> next_batch(std::shared_ptr<core> self,
                                                            runtime::time_point until);
    static runtime::task<result<std::vector<piece>>> collect_async(std::shared_ptr<core> self);
    static runtime::task<> carry_out_async(std::shared_ptr<core> self, rebalance_event event);
    static runtime::task<> call_async(std::shared_ptr<core> self,
                                      const std::function<void(rebalance_scope&)>& handler,
                                      const rebalance_event& event);
    static runtime::task<> commit_async(std::shared_ptr<core> self, progress made);
    error take_kept();

    // interception.cpp
    void intercept(const consumer_record& record);
    void intercept(consumer_batch& records);

    // looping.cpp
    bool step_slowly(consumer_record& into, const std::stop_token& stop);
    enum class stepped { to_record, to_end, too_late };
    stepped next_record(consumer_record& into);
    bool came_too_late();
    void complete_records();
    void end_loop() noexcept;

    // rebalancing.cpp
    void carry_out(const rebalance_event& event);
    void begin_assigned(const rebalance_event& event);
    void begin_revoked(const rebalance_event& event);
    void end_revoked(const rebalance_event& event);
    result<void> revoke(const rebalance_event& event);
    /// What the handler wants to have committed.
    progress call(const std::function<void(rebalance_scope&)>& handler,
                  const rebalance_event& event);
    result<void> call_and_commit(const std::function<void(rebalance_scope&)>& handler,
                                 const rebalance_event& event);
    progress done_so_far() const;
    offsets positions_of(std::span<const topic_partition> partitions) const;
    result<void> commit_by_itself(progress made, runtime::time_point until);
    static runtime::task<> auto_commit(std::shared_ptr<core> self);

    // commits.cpp
    future<void> send_commit(progress made, runtime::time_point until,
                             committer::asked_by whom = committer::asked_by::application);
    result<tenures> tenures_of(const offsets& next) const;
    std::optional<error> no_group() const;
    error not_held(const topic_partition& place) const;

    // closing.cpp
    result<void> leave_group(runtime::time_point until);
    static runtime::task<result<std::optional<rebalance_event>>>
    begin_leave(std::shared_ptr<core> self);
    static runtime::task<result<void>> end_membership(std::shared_ptr<core> self,
                                                      runtime::time_point commits_until,
                                                      runtime::time_point until);
    static runtime::task<result<void>> shut_down(std::shared_ptr<core> self, progress last,
                                                 runtime::time_point until);
    void say_what_is_not_committed(const offsets& still_to_commit) const;

    // core.cpp
    void wake_polling();
    static runtime::task<> follow_metadata(std::shared_ptr<core> self);
    static runtime::task<> check_reach(std::shared_ptr<core> self);

    /// The client's own pointer, and the one that keeps it open until this consumer is closed.
    std::shared_ptr<cluster::core> cluster_;
    std::shared_ptr<cluster::core> lease_;
    consumer_options options_;
    base::component_log log_;
    partition_table table_;
    hand_over hand_;
    pulse life_;
    /// Null without a group.
    std::shared_ptr<group_coordinator> coordinator_;
    fetcher fetcher_;
    position_finder finder_;
    committer committer_;
    meter meter_;
    /// I/O thread. There is news for a poll_async.
    runtime::signal polling_;
    /// I/O thread. What it is to subscribe to, while the protocol is being chosen.
    std::optional<wanted_topics> entering_;
    std::shared_ptr<member> member_;
    std::uint32_t lane_ = 0;
    bool stopped_ = false;

    // The application's thread.
    std::atomic<bool> busy_{false};
    bool closed_ = false;
    bool reading_ = false;
    mode mode_ = mode::idle;
    rebalance_handlers handlers_;
    deliveries deliveries_;
    /// Partitions were given up, and nothing was assigned since.
    bool rebalancing_ = false;
    std::exception_ptr kept_;
    std::unique_ptr<fetched> in_hand_;
    /// The record at which what is in hand stands was given out by `step`, and the loop has not
    /// come back yet.
    bool record_given_ = false;
    /// A loop has stepped on in what is in hand since its records were last noted as done.
    bool looped_ = false;
    runtime::time_point handler_deadline_ = runtime::never;
};

/// One thread at a time: whoever comes while another is in finds out.
class core::turn {
public:
    turn(core& owner, const char* call);
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
    ~turn() { core_.busy_.store(false, std::memory_order_release); }

private:
    core& core_;
};

/// While this lives the application is there to carry out what concerns it.
class core::presence {
public:
    explicit presence(core& owner);
    presence(const presence&) = delete;
    presence& operator=(const presence&) = delete;
    ~presence() { core_.life_.leave(); }

private:
    core& core_;
};

template <class T>
future<T> core::failed(const error& why) const {
    promise<T> outcome(cluster_->wait_context());
    outcome.complete(why);
    return outcome.get_future();
}

template <class T>
result<T> core::wait_for(future<T> operation, runtime::time_point until) const {
    if (until == runtime::never) return operation.result();
    constexpr auto grace = std::chrono::seconds(1);
    const auto left = std::max(until - cluster_->rt().now(), runtime::duration::zero());
    auto outcome =
        operation.result_for(std::chrono::duration_cast<std::chrono::milliseconds>(left) + grace);
    if (!outcome)
        return error(client_errc::timed_out, "the I/O thread did not answer in the time given");
    return *std::move(outcome);
}

} // namespace kcpp::consuming
