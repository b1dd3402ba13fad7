#pragma once

#include "worker.hpp"

#include <kcpp/log.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <string_view>

namespace chaos {

/// kcpp's log on standard error, with times that can be held against those of the ledger and of the
/// faults.
class timed_log final : public kcpp::logger {
public:
    explicit timed_log(std::string_view most) {
        const auto found = std::find(levels.begin(), levels.end(), most);
        most_ = static_cast<kcpp::log_level>(found - levels.begin());
    }
    bool enabled(kcpp::log_level level) const noexcept override { return level <= most_; }
    void write(const kcpp::log_entry& entry) noexcept override {
        std::fprintf(stderr, "%.3f %s %.*s: %.*s\n", static_cast<double>(now()) / 1e6,
                     levels[static_cast<std::size_t>(entry.level)].data(),
                     static_cast<int>(entry.component.size()), entry.component.data(),
                     static_cast<int>(entry.message.size()), entry.message.data());
    }

private:
    static constexpr std::array<std::string_view, 5> levels{"error", "warning", "info", "debug",
                                                            "trace"};
    kcpp::log_level most_;
};

} // namespace chaos
