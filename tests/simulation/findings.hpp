#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace kcpp::simulation {

/// What a run found to be wrong. Keeps the first ones: the rest mostly follows from them.
class findings {
public:
    void add(std::string what) {
        ++count_;
        if (kept_.size() < most_kept) kept_.push_back(std::move(what));
    }
    std::size_t count() const noexcept { return count_; }
    const std::vector<std::string>& list() const noexcept { return kept_; }

private:
    static constexpr std::size_t most_kept = 8;
    std::vector<std::string> kept_;
    std::size_t count_ = 0;
};

} // namespace kcpp::simulation
