#include "testing/model/subscription.hpp"

#include "protocol/codec.hpp"
#include "protocol/consumer_protocol.hpp"

#include <algorithm>

namespace kcpp::testing {

bool subscribes(std::span<const std::byte> metadata, std::string_view topic) {
    using protocol::consumer_protocol::subscription;
    wire::reader in(metadata);
    const auto version = std::min(in.integer<std::int16_t>(), subscription::newest);
    subscription wanted;
    return protocol::decode(wanted, in, version) == wire::codec_error::ok &&
           std::ranges::count(wanted.topics, topic) != 0;
}

} // namespace kcpp::testing
