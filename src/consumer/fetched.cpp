#include "consumer/fetched.hpp"

#include "base/text.hpp"
#include "record/control_record.hpp"

#include <algorithm>

namespace kcpp::consuming {

namespace {

/// What one batch may unfold to (F13). Far above what producers make, far below what a bomb asks
/// for.
constexpr std::size_t most_decompressed = std::size_t{1} << 30;

} // namespace

fetched::fetched(origin from, std::shared_ptr<const received> memory,
                 std::span<const std::byte> batches, position start)
    : from_(std::move(from)), memory_(std::move(memory)), bytes_(batches.size()), batches_(batches),
      at_(start) {}

std::optional<piece> fetched::take(allowance& room) {
    record::record_reader start;
    if (advance(&start) != step::record) return std::nullopt;
    piece found{.place = from_.place,
                .version = from_.version,
                .memory = memory_,
                .unpacked = unpacked_,
                .start = std::move(start),
                .count = 1,
                .leader_epoch = leader_epoch(),
                .time_type = time_type(),
                .next = {}};
    room.use(reader_.record());
    pass();
    while (!room.is_used_up() && reader_.next()) {
        ++found.count;
        room.use(reader_.record());
        pass();
    }
    found.next = at_;
    return found;
}

fetched::step fetched::next() {
    return advance(nullptr);
}

fetched::step fetched::advance(record::record_reader* before) {
    while (open_batch()) {
        for (;;) {
            if (before != nullptr) *before = reader_;
            if (!reader_.next()) break;
            if (reader_.record().offset >= at_.offset) return step::record;
        }
        if (!leave_batch()) break;
    }
    return failure_ ? step::broken : step::end;
}

void fetched::rewind() {
    // It was sound before, and it is decompressed to the same again.
    if (!in_batch_) return;
    reader_.open_checked(batches_.batch(), most_decompressed);
    charge_unpacked();
}

void fetched::charge_unpacked() {
    unpacked_.reset();
    if (const std::size_t size = reader_.scratch().size(); size != 0)
        unpacked_ = std::make_shared<const byte_charge>(memory_->budget(), size);
}

/// False at the end, and where something is broken.
bool fetched::open_batch() {
    while (!in_batch_ && !failure_) {
        if (!batches_.next()) {
            at_.offset = std::max(at_.offset, from_.end);
            return false;
        }
        const record::batch_view& batch = batches_.batch();
        if (batch.last_offset() < at_.offset) continue;
        in_batch_ = open(batch);
    }
    return in_batch_;
}

/// False if there is nothing for the application in it.
bool fetched::open(const record::batch_view& batch) {
    const bool rolled_back = from_.aborted.hides(batch);
    if (!rolled_back) {
        const record::errc broken = reader_.open(batch, most_decompressed);
        if (broken != record::errc::none) return fail(broken);
        has_unpacked_ |= from_.packed;
        charge_unpacked();
    }
    if (!rolled_back && !batch.is_control()) return true;
    if (batch.is_control() && reader_.next() &&
        record::parse_control_key(reader_.record().key) == record::control_type::abort)
        from_.aborted.end_of(batch.producer_id());
    at_ = {batch.last_offset() + 1, batch.partition_leader_epoch()};
    return false;
}

bool fetched::leave_batch() {
    if (reader_.error() != record::errc::none) return fail(reader_.error());
    // Behind the batch, even if compaction has removed its last records (F6).
    at_ = {std::max(at_.offset, batches_.batch().last_offset() + 1), leader_epoch()};
    in_batch_ = false;
    return true;
}

bool fetched::fail(record::errc why) {
    const offset_t behind = std::max(at_.offset, batches_.batch().last_offset()) + 1;
    failure_ =
        error(client_errc::corrupt_batch,
              base::text("the record at offset ", at_.offset, " of ", to_string(place()),
                         " cannot be read: ", to_string(why), "; it is fetched again, and seek(…, ",
                         behind, ") would go on behind its batch"),
              {.topic = place().topic, .partition = place().partition});
    return false;
}

} // namespace kcpp::consuming
