#pragma once

#include <cstddef>
#include <cstdint>

/// The ways to compute CRC-32C, apart from each other so that a test can hold them against one
/// another. They work on the raw register: the caller inverts it before and after.
namespace kcpp::wire::castagnoli {

using update_function = std::uint32_t (*)(const std::byte* from, std::size_t size,
                                          std::uint32_t state) noexcept;

/// Eight tables, eight bytes a step: for processors without the instruction.
std::uint32_t update_by_table(const std::byte* from, std::size_t size,
                              std::uint32_t state) noexcept;

/// The processor's own instruction, or nullptr where it has none.
update_function hardware_update() noexcept;

} // namespace kcpp::wire::castagnoli
