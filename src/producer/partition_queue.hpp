#pragma once

#include "cluster/snapshot.hpp"
#include "network/backoff.hpp"
#include "producer/batch.hpp"
#include "producer/byte_budget.hpp"
#include "producer/outstanding.hpp"
#include "producer/sequence_window.hpp"
#include "producer/spare_memory.hpp"
#include "producer/usual_size.hpp"
#include "runtime/light_mutex.hpp"
#include "runtime/runtime.hpp"
#include "runtime/time.hpp"

#include <kcpp/client_options.hpp>
#include <kcpp/producer_options.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>

namespace kcpp::producing {

struct topic_entry;

/// Whether an append may be refused for want of room, or is of bytes that had their room before.
enum class room { asked_for, granted };

/// What appending needs of the producer around it.
struct append_context {
    const producer_options& options;
    byte_budget& budget;
    outstanding& open;
    spare_memory& spare;
    usual_size& usual;
    /// Tells when the record was sent: linger and the delivery timeout count from there. Asked only
    /// for the first record of a batch, because asking costs as much as appending.
    const runtime::runtime& clock;
    /// When it was sent, if that was before now.
    std::optional<runtime::time_point> sent{};
    /// The round in which it was sent, if that is not the present one: who flushes that round waits
    /// for it wherever it is by now.
    std::optional<std::uint64_t> round{};
    /// For a record that may be called back.
    withdrawal* recall = nullptr;
    /// Who appends will wait for room, and rather for a batch of full size than for a small one.
    bool patient = false;
};

/// What came of an append.
struct append_result {
    /// Not appended: this many bytes of budget were missing.
    std::size_t missing = 0;
    /// Not appended: the producer is closed.
    bool closed = false;
    /// The first record here after none: the I/O thread does not know of it yet.
    bool woke_up = false;
    /// A batch that this record did not fit into any more. The caller finishes it, after the
    /// partition's lock was let go.
    std::shared_ptr<batch> full;
};

/// The records of one partition that wait to be sent, in order. Application threads append, the I/O
/// thread takes; they meet here, under one lock.
class partition_queue {
public:
    /// `numbered`: its batches carry sequence numbers.
    partition_queue(topic_entry& topic, partition_id index, const client_options& options,
                    bool numbered)
        : topic_(topic), index_(index), io(options, numbered) {}

    /// For how many reports memory is taken ahead.
    static constexpr std::size_t most_reports_ahead = 64;

    topic_entry& topic() const noexcept { return topic_; }
    partition_id index() const noexcept { return index_; }

    /// Appends one record if the open batch has room for it and is of that round, as for almost
    /// all; else nothing has happened. Any thread.
    bool append_to_open(const record::record_fields& record, delivery_callback& wanted,
                        std::uint64_t round) {
        std::lock_guard lock(mutex_);
        if (!open_ || open_->round != round) return false;
        const auto measured = open_->builder.measure(record);
        if (!open_->has_room(measured, static_cast<bool>(wanted))) return false;
        open_->append(record, measured, wanted);
        return true;
    }
    /// Appends one record to the open batch, or to a new one. Any thread. `wanted` is taken only if
    /// it was appended.
    append_result append(const record::record_fields& record, delivery_callback& wanted,
                         const append_context& context, room policy = room::asked_for);

    /// Seals a batch that left `append` full, and lets the I/O thread have it: from then on it may
    /// be gone. Its size. Any thread.
    std::size_t finish(batch& full, const append_context& context);
    /// The same of one that is sealed.
    std::size_t let_go(batch& sealed, byte_budget& budget);

    /// What a batch holds of the budget, to be given back; it holds nothing from then on. Any
    /// thread.
    std::size_t uncharge(batch& ended) const;

    /// How many closed batches wait to be sent. Any thread.
    std::size_t backlog() const noexcept { return backlog_.load(std::memory_order_relaxed); }

    /// What the I/O thread decides by.
    struct outlook {
        bool any = false;
        /// A whole batch is ready to be sent, of so many bytes.
        bool ready = false;
        /// The first batch is closed, and some thread still at work on it.
        bool unfinished = false;
        std::size_t bytes = 0;
        /// Another one stands behind it, which has to wait for the next request.
        bool crowded = false;
        runtime::time_point opened{};
        runtime::time_point deadline = runtime::never;
        std::uint64_t round = 0;
        /// Since when records are appended to the last batch, if any are.
        std::optional<runtime::time_point> open_since{};
    };
    outlook look() const;

    /// The first batch, finished, or null if some thread is still finishing it or there is none.
    /// I/O thread.
    std::shared_ptr<batch> take(const append_context& context);
    /// Closes the open batch, if it is the first and sealing it takes long: for the caller, to have
    /// it finished. I/O thread.
    std::shared_ptr<batch> close_long(const producer_options& options);
    /// Closes the open batch, if it was opened by then: for the caller, to have it finished. I/O
    /// thread.
    std::shared_ptr<batch> close_old(runtime::time_point opened_by);
    /// The first batch, finished or not, if it is to be given up. I/O thread.
    std::shared_ptr<batch> take_to_give_up();
    /// What became of a record that was called back.
    struct withdrawn_record {
        /// Whom to tell. Nobody, if it is not here any more.
        delivery_callback wanted;
        /// The batch it was in, if nothing is left of it; it is not here any more then.
        std::shared_ptr<batch> emptied;
    };
    /// Takes the record out, if it is still here. I/O thread.
    withdrawn_record withdraw(const withdrawal& which);
    /// Back to the front: it was not sent after all. I/O thread.
    void put_back(std::shared_ptr<batch> unsent);
    /// Everything, in order, to be given up; nothing is appended any more. I/O thread.
    std::deque<std::shared_ptr<batch>> close();

    /// For the I/O thread alone.
    struct io_state {
        io_state(const client_options& options, bool numbered)
            : window(numbered), pause(options.retry_backoff, options.retry_backoff_max) {}
        /// On the sender's list of partitions with something to send.
        bool listed = false;
        sequence_window window;
        /// By the newest metadata; and whom something was sent to last.
        cluster::leadership led_by, tried;
        /// Which generation of metadata says that, and when metadata is to hear that somebody
        /// still wants to know.
        std::uint64_t as_of = std::numeric_limits<std::uint64_t>::max();
        runtime::time_point wanted_again_at{};
        /// Until when it waits after a failure, unless somebody else leads by then (KIP-951).
        network::backoff pause;
        runtime::time_point retry_at{};
    };

private:
    std::shared_ptr<batch> drop_if_empty(batch& which);
    bool take_room(std::size_t bytes, const append_context& context, room policy) const;
    std::shared_ptr<batch> make_batch(const append_context& context);
    std::shared_ptr<batch> open_batch(const record::record_fields& record,
                                      record::measured_record& measured, bool reported,
                                      const append_context& context, room policy,
                                      append_result& came);
    bool make_room(batch& in, const record::measured_record& measured, bool reported,
                   std::size_t besides, const append_context& context, room policy,
                   append_result& came);
    std::shared_ptr<batch> close_open_batch();
    std::shared_ptr<batch> pop_closed();
    void note_sizes(const batch& closed) noexcept;
    void begin_as_usual(usual_size::sizes elsewhere) noexcept;
    void note_backlog() noexcept { backlog_.store(closed_.size(), std::memory_order_relaxed); }

    topic_entry& topic_;
    partition_id index_;
    mutable runtime::light_mutex mutex_;
    std::shared_ptr<batch> open_;
    std::deque<std::shared_ptr<batch>> closed_;
    bool closed_for_good_ = false;
    /// What the last batch came to, so that the next one need not grow step by step again.
    std::size_t last_size_ = 0;
    std::size_t last_reports_ = 0;
    std::atomic<std::size_t> backlog_{0};

public:
    io_state io;
};

} // namespace kcpp::producing
