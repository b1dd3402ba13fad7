#include "consumer/handed_out.hpp"

#include "consumer/record_access.hpp"

#include <utility>

namespace kcpp::consuming {

handed_out::handed_out(std::vector<piece> pieces, std::shared_ptr<delivery> receipt)
    : pieces_(std::move(pieces)), receipt_(std::move(receipt)) {
    for (const piece& p : pieces_)
        size_ += p.count;
}

handed_out::~handed_out() {
    if (receipt_) receipt_->released.store(true, std::memory_order_release);
}

progress handed_out::through() const {
    progress made;
    for (const piece& p : pieces_) {
        const committed_offset behind(p.next.offset, p.next.epoch);
        if (made.next.insert_or_assign(*p.place, behind).second) made.during.push_back(p.place);
    }
    return made;
}

void handed_out::restart() noexcept {
    opened_ = 0;
    left_ = 0;
}

const consumer_record* handed_out::step() {
    if (left_ == 0 && !open_next_piece()) return nullptr;
    --left_;
    reader_.next();
    record_access::fill(current_, reader_.record());
    return &current_;
}

bool handed_out::open_next_piece() {
    if (opened_ == pieces_.size()) return false;
    const piece& p = pieces_[opened_++];
    reader_ = p.start;
    left_ = p.count;
    record_access::enter_batch(current_, *p.place, p.leader_epoch, p.time_type);
    return true;
}

} // namespace kcpp::consuming
