#include "consumer/handed_out.hpp"

#include <kcpp/consumer_batch.hpp>

namespace kcpp {

consumer_batch::consumer_batch() noexcept = default;
consumer_batch::consumer_batch(std::unique_ptr<consuming::handed_out> records) noexcept
    : records_(std::move(records)) {}
consumer_batch::consumer_batch(consumer_batch&&) noexcept = default;
consumer_batch& consumer_batch::operator=(consumer_batch&&) noexcept = default;
consumer_batch::~consumer_batch() = default;

consumer_batch::iterator::iterator(consuming::handed_out* records) : records_(records) {
    if (records_ == nullptr) return;
    records_->restart();
    current_ = records_->step();
}

consumer_batch::iterator& consumer_batch::iterator::operator++() {
    current_ = records_->step();
    return *this;
}

consumer_batch::iterator consumer_batch::begin() const {
    return iterator(records_.get());
}

std::size_t consumer_batch::size() const noexcept {
    return records_ ? records_->size() : 0;
}

offsets consumer_batch::next_offsets() const {
    return records_ ? records_->through().next : offsets();
}

} // namespace kcpp
