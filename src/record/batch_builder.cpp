#include "record/batch_builder.hpp"

#include "record/compression/codec.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace kcpp::record {

batch_builder::batch_builder(std::size_t limit, std::size_t initial)
    : batch_builder(growing_buffer(std::max(initial, growing_buffer::smallest), limit)) {}

batch_builder::batch_builder(std::size_t limit, wire::shared_buffer memory)
    : batch_builder(growing_buffer(std::move(memory), limit)) {}

batch_builder::batch_builder(growing_buffer memory)
    : memory_(std::move(memory)), limit_(memory_.limit()) {
    memory_.ensure(format::header_size);
    memory_.advance(format::header_size);
}

void batch_builder::refuse_to_exceed() {
    throw std::length_error("kcpp: a record batch cannot exceed 2 GiB");
}

sealed_batch batch_builder::seal(compression codec, std::optional<int> level) && {
    if (empty()) throw std::logic_error("kcpp: an empty record batch cannot be sealed");
    sealed_batch::summary about{count_, base_, max_, compression::none, memory_.size()};
    if (codec != compression::none) {
        growing_buffer packed(memory_.size());
        packed.advance(format::header_size);
        const auto records = memory_.bytes().subspan(format::header_size);
        if (compress(codec, level, records, packed) && packed.size() < memory_.size()) {
            // The codec asked for room for its worst case; what waits for the socket holds no more
            // than it needs.
            memory_ = growing_buffer(packed.size());
            memory_.append(packed.bytes());
            about.codec = codec;
        }
    }
    count_ = 0;
    return sealed_batch(memory_.take(), about);
}

} // namespace kcpp::record
