#include "record/batch_cursor.hpp"

#include "record/legacy_message.hpp"
#include "wire/endian.hpp"

namespace kcpp::record {

namespace {

constexpr std::size_t smallest_entry(int magic) noexcept {
    return magic == 2 ? format::header_size : legacy::smallest_entry(magic);
}

} // namespace

bool batch_cursor::next() noexcept {
    if (rest_.empty()) return false;
    const bool first = batch_.bytes().empty();
    const errc cut_short = first ? errc::no_complete_batch : errc::none;
    if (rest_.size() <= format::magic) return stop(cut_short);

    const auto magic = wire::load_be<std::int8_t>(rest_.data() + format::magic);
    if (magic < 0 || magic > 2) return stop(errc::unsupported_magic);

    const auto length = wire::load_be<std::int32_t>(rest_.data() + format::batch_length);
    if (length < 0) return stop(errc::bad_batch_size);
    const std::size_t size = format::log_overhead + static_cast<std::size_t>(length);
    if (size < smallest_entry(magic)) return stop(errc::bad_batch_size);
    if (size > rest_.size()) return stop(cut_short);

    batch_ = batch_view(rest_.first(size));
    rest_ = rest_.subspan(size);
    return true;
}

bool batch_cursor::stop(errc why) noexcept {
    error_ = why;
    rest_ = {};
    return false;
}

} // namespace kcpp::record
