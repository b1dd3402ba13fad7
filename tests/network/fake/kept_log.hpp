#pragma once

#include <kcpp/log.hpp>

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp {

/// Keeps the warnings and errors that are logged. Any thread.
class kept_log final : public logger {
public:
    bool enabled(log_level level) const noexcept override { return level <= log_level::warning; }
    void write(const log_entry& entry) noexcept override {
        std::lock_guard lock(mutex_);
        lines_.emplace_back(entry.message);
    }
    /// All in which this text stands.
    std::vector<std::string> lines_with(std::string_view text = {}) const {
        std::lock_guard lock(mutex_);
        std::vector<std::string> found;
        for (const auto& line : lines_)
            if (line.find(text) != std::string::npos) found.push_back(line);
        return found;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

} // namespace kcpp
