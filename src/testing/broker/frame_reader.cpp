#include "testing/broker/frame_reader.hpp"

#include "wire/endian.hpp"

#include <algorithm>
#include <cstring>

namespace kcpp::testing {

runtime::task<bool> frame_reader::next(std::span<const std::byte>& frame) {
    constexpr std::size_t prefix = sizeof(std::int32_t);
    if (!co_await fill(prefix)) co_return false;
    const auto length = wire::load_be<std::int32_t>(buffer_.data() + begin_);
    if (length < 0 || length > max_frame) co_return false;
    const auto size = static_cast<std::size_t>(length);
    if (!co_await fill(prefix + size)) co_return false;
    frame = {buffer_.data() + begin_ + prefix, size};
    begin_ += prefix + size;
    co_return true;
}

/// Reads until `wanted` bytes are there. The buffer grows with what has come, not with what was
/// announced.
runtime::task<bool> frame_reader::fill(std::size_t wanted) {
    while (end_ - begin_ < wanted) {
        if (begin_ != 0) {
            std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        }
        if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
        const auto read =
            co_await from_.read_some(asio::buffer(buffer_.data() + end_, buffer_.size() - end_));
        if (read.error || read.bytes == 0) co_return false;
        end_ += read.bytes;
    }
    co_return true;
}

} // namespace kcpp::testing
