#include "network/request_frame.hpp"

namespace kcpp::network {

void request_frame::gather(std::vector<runtime::const_buffer>& pieces) const {
    const auto bytes = head->bytes();
    std::size_t from = 0;
    for (const wire::cut& cut : head->cuts()) {
        if (cut.offset != from) pieces.emplace_back(bytes.data() + from, cut.offset - from);
        pieces.emplace_back(cut.payload.data(), cut.payload.size());
        from = cut.offset;
    }
    if (from != bytes.size()) pieces.emplace_back(bytes.data() + from, bytes.size() - from);
}

void request_frame::number(std::int32_t correlation_id) noexcept {
    // Behind the length (4 bytes), the key (2) and the version (2).
    constexpr std::size_t correlation_at = 8;
    head->patch(correlation_at, correlation_id);
}

} // namespace kcpp::network
