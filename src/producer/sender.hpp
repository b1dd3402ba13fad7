#pragma once

#include "producer/partition_queue.hpp"
#include "producer/produce_exchange.hpp"
#include "runtime/signal.hpp"

#include <kcpp/error.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace kcpp::producing {

class core;

/// Brings what the partitions hold to their leaders: one request carries every ready partition of a
/// broker. Linger is kept per broker, from the first record on. For the I/O thread, except `tell`.
class sender {
public:
    explicit sender(core& owner);

    /// A partition got its first record, or a batch of it is ready. Any thread.
    void tell(partition_queue& changed);
    /// Something else changed that the sender waits for: metadata, the end.
    void wake() { wake_.notify(); }
    /// Batches of this round and earlier ones leave without waiting for linger.
    void hurry(std::uint64_t round);

    static runtime::task<> run(std::shared_ptr<core> owner);
    /// Ends everything that has no outcome yet; nothing can be appended any more.
    void fail_all(const error& why);

private:
    struct broker_load {
        std::vector<partition_queue*> sendable;
        runtime::time_point due = runtime::never;
    };

    // sender.cpp: what is sent when
    void collect_news();
    void list(partition_queue& queue);
    runtime::time_point send_what_is_due();
    std::map<std::int32_t, broker_load> group_by_leader(runtime::time_point now,
                                                        runtime::time_point& next);
    std::shared_ptr<produce_exchange> fill_request(std::int32_t node, broker_load& load);
    static runtime::task<> exchange(std::shared_ptr<core> owner,
                                    std::shared_ptr<produce_exchange> sent);

    // settling.cpp: what became of it
    void settle_unanswered(produce_exchange& sent, const error& why);
    void settle_unasked(produce_exchange& sent);
    void settle(produce_exchange& sent, const protocol::produce::response& said,
                std::int16_t version);
    void settle_batch(const std::shared_ptr<batch>& sent,
                      const protocol::produce::partition_result& said, std::int32_t node);
    void retry_or_fail(const std::shared_ptr<batch>& tried, const error& why);
    void delivered(batch& done, offset_t base_offset, std::int64_t log_append_time_ms);
    void failed(batch& tried, const error& why);
    void report_early(batch& under_way, const error& why);
    void release(batch& ended);
    void expire(runtime::time_point now);
    error expired(const batch& late) const;

    core& core_;
    std::mutex news_mutex_;
    std::vector<partition_queue*> news_;
    std::vector<partition_queue*> listed_;
    std::map<std::int32_t, int> in_flight_;
    std::uint64_t hurried_round_ = 0;
    bool hurried_ = false;
    runtime::time_point next_expiry_ = runtime::never;
    runtime::signal wake_;
};

} // namespace kcpp::producing
