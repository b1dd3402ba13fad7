#pragma once

#include "producer/bystander.hpp"
#include "record/batch_builder.hpp"
#include "record/sealed_batch.hpp"
#include "runtime/time.hpp"
#include "wire/buffer.hpp"
#include "wire/uuid.hpp"

#include <kcpp/producer_options.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace kcpp::producing {

class partition_queue;
class withdrawal;

/// Who wants to know what became of one record.
struct report {
    report() = default;
    report(delivery_callback&& wanted, kcpp::timestamp time) noexcept
        : tell(std::move(wanted)), timestamp(time) {}

    delivery_callback tell;
    kcpp::timestamp timestamp{};
};

/// What a batch is written into.
struct batch_memory {
    wire::shared_buffer bytes;
    std::vector<report> reports;
};

/// Records of one partition on their way: open while they are appended, then sealed, then sent,
/// perhaps several times. Belongs to the partition's lock while it is open, to whoever seals it
/// then, and to the I/O thread from there on.
struct batch {
    batch(partition_queue& home_queue, std::size_t limit, std::size_t initial)
        : home(home_queue), builder(limit, initial) {}
    /// In memory of another that has ended.
    batch(partition_queue& home_queue, std::size_t limit, batch_memory memory)
        : home(home_queue), builder(limit, std::move(memory.bytes)),
          reports(std::move(memory.reports)) {}

    partition_queue& home;
    record::batch_builder builder;
    record::sealed_batch sealed;
    /// One per record, or none at all if nobody wants to know.
    std::vector<report> reports;
    /// Those that may be called back, by their place. Guarded by the partition's lock.
    std::vector<std::pair<std::int32_t, std::shared_ptr<withdrawal>>> recallable;
    /// The places of those that were called back and told so; they are left out when the batch is
    /// sent. I/O thread.
    std::vector<std::int32_t> withdrawn;
    std::int32_t count = 0;
    kcpp::timestamp first_timestamp{};
    /// Bytes of the budget that this batch holds: what is in memory, and the reports.
    std::size_t charged = 0;
    std::size_t charged_for_reports = 0;
    /// The round of flushing it was opened in.
    std::uint64_t round = 0;
    runtime::time_point opened{};
    runtime::time_point deadline{};

    /// Compressed and framed; guarded by the partition's lock.
    bool ready = false;
    int attempts = 0;
    /// What its topic's id was when it was last sent: the answer names that one, whatever metadata
    /// says by then (L9).
    wire::uuid topic_id;
    /// Some attempt may have reached the log, so that failing now says nothing.
    bool maybe_written = false;
    /// Its records have had their outcome; what the broker may still say about it is of no
    /// interest.
    bool reported = false;
    std::optional<error> last_failure;

    /// Compresses and frames it. Whoever closed it does so, or has it done.
    void seal(compression codec, std::optional<int> level) {
        sealed = std::move(builder).seal(codec, level);
    }

    /// For another batch: this one has ended, or was never used. Nobody may be finishing it still.
    batch_memory take_memory() {
        reports.clear();
        auto bytes =
            sealed.size() != 0 ? std::move(sealed).take_memory() : std::move(builder).take_memory();
        return {std::move(bytes), std::move(reports)};
    }

    /// Whether one more has room in the memory that is there.
    bool has_room(const record::measured_record& measured, bool reported) const noexcept {
        return builder.has_room(measured) &&
               (!reported || static_cast<std::size_t>(count) < reports.capacity());
    }
    /// One record more, for which there is room. Under the partition's lock.
    void append(const record::record_fields& record, const record::measured_record& measured,
                delivery_callback& wanted) {
        builder.append(record, measured);
        if (wanted) {
            if (reports.size() != static_cast<std::size_t>(count))
                reports.resize(static_cast<std::size_t>(count));
            reports.emplace_back(std::move(wanted), record.time);
        }
        ++count;
    }
};

/// Whether the I/O thread has better things to do than to seal it: others wait for their records
/// meanwhile, and for their heartbeats.
bool takes_long_to_seal(const batch& open, const producer_options& options);

/// Tells every record of the batch where it was stored. I/O thread.
void report_delivered(batch& done, std::string_view topic, partition_id partition,
                      offset_t base_offset, std::optional<kcpp::timestamp> log_append_time,
                      bystander& heard_by);
/// Tells every record of the batch the same failure; those that have nobody to tell, the bystander.
/// I/O thread.
void report_failed(batch& failed, const error& why, bystander& heard_by);

} // namespace kcpp::producing
