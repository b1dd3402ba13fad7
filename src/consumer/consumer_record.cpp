#include "record/record_view.hpp"

#include <kcpp/consumer_record.hpp>

namespace kcpp {

namespace {

std::optional<std::string> owned(bytes_view bytes) {
    if (bytes.is_null()) return std::nullopt;
    return bytes.to_string();
}

} // namespace

void consumer_headers::iterator::read() noexcept {
    if (left_ == 0) return;
    const std::byte* const end = rest_.data() + rest_.size();
    const std::byte* const next = record::parse_header(rest_.data(), end, current_);
    if (next == nullptr)
        left_ = 0;
    else
        rest_ = {next, end};
}

std::optional<bytes_view> consumer_headers::find(std::string_view name) const noexcept {
    std::optional<bytes_view> found;
    for (const header& h : *this)
        if (h.name == name) found = h.value;
    return found;
}

owned_record consumer_record::to_owned() const {
    owned_record copy;
    copy.topic = topic_;
    copy.key = owned(key_);
    copy.value = owned(value_);
    for (const header& h : headers_)
        copy.headers.add(h.name, h.value);
    copy.partition = partition_;
    copy.timestamp = timestamp_;
    return copy;
}

} // namespace kcpp
