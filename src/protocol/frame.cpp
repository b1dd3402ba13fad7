#include "protocol/frame.hpp"

namespace kcpp::protocol {

wire::codec_error decode_header(request_header& header, wire::reader& in) {
    wire::reader ahead = in;
    header.api_key = ahead.integer<std::int16_t>();
    header.api_version = ahead.integer<std::int16_t>();
    header.correlation_id = ahead.integer<std::int32_t>();
    const api_info* api = find_api(header.api_key);
    if (api == nullptr) {
        in.fail(ahead.ok() ? wire::codec_error::unknown_version : ahead.error());
        return in.error();
    }
    return decode(header, in, header.api_version >= api->flexible_since ? 2 : 1);
}

} // namespace kcpp::protocol
