#include "measure/latencies.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace bench {

nlohmann::ordered_json latencies::summary() const {
    auto sorted = taken_;
    sorted.resize(std::min(count_.load(), sorted.size()));
    if (sorted.empty()) return nullptr;
    std::ranges::sort(sorted);
    const auto at = [&](double share) {
        const double rank = std::ceil(share * static_cast<double>(sorted.size()));
        const auto latency = sorted[std::max(static_cast<std::size_t>(rank), std::size_t{1}) - 1];
        return std::round(static_cast<double>(latency.count()) / 100.0) / 10.0;
    };
    return {{"p50", at(0.5)}, {"p99", at(0.99)}, {"p99.9", at(0.999)}, {"max", at(1.0)}};
}

} // namespace bench
