#pragma once

#include "runtime/task.hpp"
#include "testing/fault_script.hpp"
#include "wire/reader.hpp"
#include "wire/writer.hpp"

#include <cstdint>
#include <span>

namespace kcpp::testing {

class call;

struct version_range {
    std::int16_t oldest;
    std::int16_t newest;

    bool has(std::int16_t version) const noexcept { return oldest <= version && version <= newest; }
};

/// How an API is answered.
struct handler {
    api of;
    /// As a broker advertises them.
    version_range versions;
    /// Reads the body, does what it says and appends the response as a frame; false: the body makes
    /// no sense.
    runtime::task<bool> (*serve)(call& c, wire::reader body, std::int32_t correlation,
                                 wire::writer& out);
};

/// Every API that is answered, by ascending key.
std::span<const handler> handlers();
/// Null for APIs that are not answered.
const handler* find_handler(std::int16_t key);

/// What is left of a handler's versions after the test narrowed them.
version_range supported_versions(const handler& h, const fault_script& faults);

/// The answer to ApiVersions in a version that the broker does not speak: in version 0, with the
/// versions it does (KIP-511).
void refuse_api_versions(const version_range& spoken, std::int32_t correlation, wire::writer& out);

} // namespace kcpp::testing
