#pragma once

#include "producer/batch.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace kcpp::producing {

/// Who a producer is to the brokers, so that they store a batch once however often it comes
/// (KIP-98).
struct producer_identity {
    std::int64_t id = -1;
    std::int16_t epoch = -1;

    friend bool operator==(const producer_identity&, const producer_identity&) = default;
};

/// Where the broker has stored a batch.
struct stored_at {
    offset_t base_offset = -1;
    std::int64_t log_append_time_ms = -1;
};

/// The batches of one partition that were sent and have no final answer yet, in order, and the
/// sequence numbers that tell brokers this order. Decides what may be sent next so that nothing is
/// stored twice, left out, or out of order. No I/O, no clock.
///
/// A batch that may have been written stays until the broker has said what became of it, even if
/// its records were told long ago that nobody knows: what follows it could otherwise be taken for
/// it, or be stored a second time under another number (P6, P7).
class sequence_window {
public:
    /// Without numbers, one batch at a time keeps the order; with them up to five may be under way.
    explicit sequence_window(bool numbered) : numbered_(numbered) {}

    enum class standing { on_wire, waiting, stored };
    struct flight {
        std::shared_ptr<batch> what;
        std::int32_t sequence = 0;
        standing state = standing::on_wire;
        stored_at where{};
    };

    bool numbered() const noexcept { return numbered_; }
    bool empty() const noexcept { return flights_.empty(); }
    bool any_on_wire() const noexcept;
    /// In the order of their sequence.
    const std::deque<flight>& flights() const noexcept { return flights_; }

    /// The batch whose turn it is to be sent again; null if there is none, or it has to wait for
    /// answers that are under way (P4).
    std::shared_ptr<batch> due_again() const;
    /// Whether one that was never sent may follow now, to this leader, with `most` under way.
    bool takes_new(std::int32_t leader, std::size_t most) const;

    /// Numbers it and counts it as under way.
    void sent_new(std::shared_ptr<batch> what, std::int32_t leader);
    void sent_again(std::int32_t leader);

    // Answers. The batch must be under way.

    void stored(const batch& which, stored_at where);
    /// It is to be sent again: not written, or nobody knows, as the batch itself says.
    void again(const batch& which);
    /// The broker missed what comes before it. The first one of the window learns from this that it
    /// is not in the log, and neither is what follows it.
    void out_of_order(const batch& which);
    /// It is out, for good, under way or not.
    void given_up(const batch& which);
    /// It was too large and is nowhere; these hold its records, in order, and take its place and
    /// its numbers (P12).
    void split(const batch& which, const std::vector<std::shared_ptr<batch>>& parts);

    /// The first batch, if it is stored: reported in order, one by one (P3).
    struct finished {
        std::shared_ptr<batch> what;
        stored_at where;
    };
    std::optional<finished> take_finished();

    /// The numbers have a gap that only a new epoch can close, and nothing is under way any more
    /// that the new one could collide with (P8).
    bool wants_new_identity() const noexcept;
    /// Numbers all that is left anew, from 0.
    void restart(producer_identity as);
    const producer_identity& identity() const noexcept { return identity_; }

    /// Everything, to be given up.
    std::deque<flight> take_all();

private:
    std::deque<flight>::iterator find(const batch& which);
    void number(flight& which);
    void stamp(const flight& which);

    bool numbered_;
    producer_identity identity_;
    std::int32_t next_ = 0;
    bool gap_ = false;
    std::deque<flight> flights_;
    /// The leader that new batches go to, and whether it has stored one: until then it may not
    /// know this producer, and would take the second batch without the first (P5).
    std::int32_t leader_ = -1;
    bool leader_knows_us_ = false;
};

} // namespace kcpp::producing
