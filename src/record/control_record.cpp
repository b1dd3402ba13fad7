#include "record/control_record.hpp"

#include "wire/endian.hpp"

namespace kcpp::record {

control_type parse_control_key(bytes_view key) noexcept {
    constexpr std::size_t type_at = 2; // behind an int16 version, which later versions only extend
    if (key.size() < type_at + 2) return control_type::other;
    switch (wire::load_be<std::int16_t>(key.data() + type_at)) {
    case 0: return control_type::abort;
    case 1: return control_type::commit;
    default: return control_type::other;
    }
}

} // namespace kcpp::record
