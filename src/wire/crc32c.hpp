#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace kcpp::wire {

/// CRC-32C (Castagnoli, RFC 3720), which guards record batches of format 2. Continues from `seed`,
/// the CRC of what came before: `crc32c(b, crc32c(a))` is the CRC of a followed by b. Uses the
/// processor's instruction where it has one.
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t seed = 0) noexcept;

/// Bytes whose CRC is known, to be put behind others that change:
/// `crc32c_tail(body).after(crc32c(head))` is the CRC of head followed by body, and costs tens of
/// nanoseconds for any size of body. So a batch gets a new producer epoch in its header without
/// reading its records again.
class crc32c_tail {
public:
    crc32c_tail() noexcept = default;
    explicit crc32c_tail(std::span<const std::byte> tail) noexcept;

    std::uint32_t after(std::uint32_t crc_of_front) const noexcept;

private:
    std::uint32_t crc_ = 0;
    std::uint32_t shift_ = 0x80000000; // x^(8 × size) mod P; this is x^0
};

} // namespace kcpp::wire
