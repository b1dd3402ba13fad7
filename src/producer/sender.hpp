#pragma once

#include "cluster/snapshot.hpp"
#include "network/backoff.hpp"
#include "network/connection.hpp"
#include "producer/partition_queue.hpp"
#include "producer/produce_exchange.hpp"
#include "runtime/signal.hpp"

#include <kcpp/error.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace kcpp::producing {

class core;

/// Brings what the partitions hold to their leaders: one request carries every ready partition of a
/// broker. Linger is kept per broker, from the first record on. For the I/O thread, except `tell`.
class sender {
public:
    sender(core& owner, const client_options& options);

    /// A partition got its first record, or a batch of so many bytes is ready in it. Any thread.
    void tell(partition_queue& changed, std::size_t ready_bytes = 0);
    /// Something else changed that the sender waits for: metadata, the end.
    void wake();
    /// Batches of this round and earlier ones leave without waiting for linger.
    void hurry(std::uint64_t round);

    /// The sender of a record has called it back. Too late, if it was sent.
    void withdraw(partition_queue& from, const withdrawal& which);

    /// Brokers that something waits for and that have taken nothing for `availability_timeout`.
    std::set<std::int32_t> stalled_brokers() const;

    static runtime::task<> run(std::shared_ptr<core> owner);
    /// Ends everything that has no outcome yet; nothing can be appended any more. How many records
    /// that were.
    std::size_t fail_all(const error& why);

private:
    /// From so many bytes on a request need not wait for more.
    static constexpr std::size_t worth_a_request = 128 * 1024;
    /// How long a thread that waits for room may be kept waiting until there is room for many
    /// records.
    static constexpr auto longest_wait_for_others = std::chrono::milliseconds(2);

    /// How often metadata is reminded of a topic.
    static constexpr auto want_interval = std::chrono::minutes(1);
    /// A broker that is at work on something for so long may be down.
    static constexpr auto silence = std::chrono::seconds(1);

    /// What one broker could be sent.
    struct broker_load {
        /// Those that have something to send, now or when it is due; each brings one batch to a
        /// request.
        std::vector<partition_queue*> sendable;
        /// When the first of them has waited for long enough.
        runtime::time_point due = runtime::never;
        /// What is ready, one batch of each partition.
        std::size_t ready_bytes = 0;
        /// More is ready in some partition than fits into one request.
        bool crowded = false;
        /// There is more that cannot go now, because what was sent has no answer yet.
        bool held_up = false;
    };
    /// The way to one broker. Nothing is taken out of a queue before there is one, so that what
    /// waits for a connection is known not to be written, and follows its leader elsewhere.
    struct link {
        explicit link(const client_options& options)
            : pause(options.retry_backoff, options.retry_backoff_max) {}
        std::shared_ptr<network::connection> open;
        bool opening = false;
        int in_flight = 0;
        /// Of what is in flight: when the first went out, the last answer came, or others vouched
        /// for it.
        runtime::time_point heard_at{};
        /// Others are asked about it.
        bool doubted = false;
        network::backoff pause;
        runtime::time_point retry_at{};
        std::optional<error> failure;
        /// Since when something has waited without anything going out.
        std::optional<runtime::time_point> waits_since;
        bool stalled = false;
    };

    /// What brokers know this producer by, so that they store nothing twice (KIP-98).
    struct identification {
        explicit identification(const client_options& options)
            : pause(options.retry_backoff, options.retry_backoff_max) {}
        /// What partitions begin with.
        std::optional<producer_identity> granted;
        bool asking = false;
        network::backoff pause;
        runtime::time_point retry_at{};
        std::optional<error> failure;
    };

    // sender.cpp: what is sent when
    void list(partition_queue& queue, runtime::time_point now);
    /// What is to be done next, when, and whether anything was sent.
    struct prospect {
        runtime::time_point next = runtime::never;
        bool sent = false;
    };
    prospect send_what_is_due();
    void plan(broker_load& load, partition_queue& queue, const partition_queue::outlook& seen,
              std::int32_t leader, runtime::time_point now) const;
    static bool goes_now(const broker_load& load, const link& over, runtime::time_point now);
    void busy_ones_last();
    std::map<std::int32_t, broker_load> group_by_leader(runtime::time_point now,
                                                        runtime::time_point& next);
    std::optional<cluster::leadership>
    leader_of(partition_queue& queue, const cluster::snapshot& known, runtime::time_point now);
    void look_up(partition_queue& queue, const cluster::snapshot& known, runtime::time_point now);
    std::optional<runtime::time_point> due(const partition_queue& queue,
                                           const partition_queue::outlook& seen,
                                           std::int32_t leader, runtime::time_point now) const;
    bool takes_new(const partition_queue& queue, std::int32_t leader) const;

    // news.cpp: when the I/O thread has to be woken
    bool collect_news(runtime::time_point now);
    runtime::time_point come_by(runtime::time_point until, bool lively);

    // filling.cpp: what goes into a request
    bool send_load(std::int32_t node, link& over, broker_load& load, runtime::time_point now);
    std::shared_ptr<produce_exchange> fill_request(std::int32_t node, broker_load& load,
                                                   runtime::time_point now);
    std::shared_ptr<batch> take(partition_queue& queue);
    bool add_next(produce_exchange& request, partition_queue& queue, std::size_t& bytes);
    static runtime::task<> exchange(std::shared_ptr<core> owner,
                                    std::shared_ptr<network::connection> over,
                                    std::shared_ptr<produce_exchange> sent);

    // identifying.cpp: in whose name
    bool identify(partition_queue& queue, runtime::time_point& next);
    std::optional<producer_identity> identity_after(const producer_identity& used);
    void want_identity(runtime::time_point& next);
    static runtime::task<> ask_identity(std::shared_ptr<core> owner);
    void not_identified(const error& why);

    // links.cpp: over which connection
    link& link_to(std::int32_t node);
    /// Whether there is a connection; if not, one is on its way, or will be tried at `next`.
    bool reach(std::int32_t node, link& to, runtime::time_point& next);
    static runtime::task<> open_link(std::shared_ptr<core> owner, std::int32_t node);
    void not_opened(std::int32_t node, link& to, const error& why);
    void note_progress(link& over, bool waits, bool sent, runtime::time_point now,
                       runtime::time_point& next);
    void mind_silence(std::int32_t node, link& over, runtime::time_point now,
                      runtime::time_point& next);
    static runtime::task<> doubt(std::shared_ptr<core> owner, std::int32_t node);

    // settling.cpp: what became of a request
    void settle_unanswered(produce_exchange& sent, const error& why);
    void settle_unasked(produce_exchange& sent);
    void settle(produce_exchange& sent, const protocol::produce::response& said,
                std::int16_t version);
    void settle_batch(batch& sent, const protocol::produce::partition_result& said,
                      std::int32_t node);
    void stored(batch& done, stored_at where);
    void try_again_or_give_up(batch& tried, const error& why);
    void misses_others(batch& tried, const error& why);
    void wait_for_turn(batch& tried, const error& why);
    runtime::duration pause_after(const error& why, network::backoff& pauses) const;
    bool split(batch& large);

    // reporting.cpp: what its records are told
    void report_finished(partition_queue& queue);
    void report_stored(batch& done, stored_at where);
    void report_not_stored(batch& ended, const error& why);
    void give_up(batch& sent, const error& why);
    void release(batch& ended);
    void let_in(runtime::time_point now);
    void replaced(batch& by_others);
    void end(batch& ended, const error& why);
    void fail_waiting(partition_queue& queue, const error& why);
    void expire(runtime::time_point now);
    runtime::duration longest_open() const;
    runtime::time_point expiry_of(const partition_queue::outlook& seen,
                                  runtime::time_point now) const;
    void expire_sent(partition_queue& queue, runtime::time_point now);
    error expired(const batch& late, bool unknown) const;
    /// That failure, and what kept the batch from being delivered until then, if it is known.
    error with_cause(const batch& failed, const error& why, bool unknown) const;
    std::string cause_of_delay(const batch& failed) const;

    core& core_;
    /// Between the application's threads, which have news, and the I/O thread, which may sleep.
    std::mutex news_mutex_;
    std::vector<partition_queue*> news_;
    std::size_t news_bytes_ = 0;
    /// The I/O thread has been told to come.
    bool called_ = false;
    /// It looks again within linger by itself.
    bool comes_by_ = false;
    /// It waits for answers from every broker: until then a request more would not be sooner.
    bool all_busy_ = false;
    /// The partitions that hold something, in flight or not. Who was served last stands last.
    std::vector<partition_queue*> listed_;
    std::map<std::int32_t, link> links_;
    identification identity_;
    std::optional<std::uint64_t> hurried_;
    runtime::time_point next_expiry_ = runtime::never;
    runtime::time_point let_in_at_ = runtime::never;
    bool awake_ = false;
    runtime::signal wake_;
};

} // namespace kcpp::producing
