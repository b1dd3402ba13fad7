#pragma once

#include <kcpp/log.hpp>

#include <memory>

namespace kcpp {

/// Tests that break things on purpose should not write about it.
inline std::shared_ptr<logger> quiet() {
    class silence final : public logger {
        bool enabled(log_level) const noexcept override { return false; }
        void write(const log_entry&) noexcept override {}
    };
    return std::make_shared<silence>();
}

} // namespace kcpp
