#pragma once

#include "base/text.hpp"
#include "protocol/api_versions.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace kcpp::network {

/// What one broker said in ApiVersions: the range of versions per API, and the cluster's finalized
/// features.
class version_ranges {
public:
    version_ranges() = default;
    explicit version_ranges(const protocol::api_versions::response& answer) {
        for (const auto& api : answer.apis) {
            if (api.api_key < 0 || api.api_key >= key_count) continue;
            ranges_[static_cast<std::size_t>(api.api_key)] = {api.min_version, api.max_version};
        }
        for (const auto& feature : answer.finalized_features)
            features_[feature.name] = feature.max_version_level;
    }

    /// The newest version that both sides speak, or nothing. A gap is not bridged by guessing.
    std::optional<std::int16_t> common(std::int16_t api_key, std::int16_t oldest,
                                       std::int16_t newest) const {
        if (api_key < 0 || api_key >= key_count) return std::nullopt;
        const range& theirs = ranges_[static_cast<std::size_t>(api_key)];
        const std::int16_t version = std::min(newest, theirs.newest);
        if (version < std::max(oldest, theirs.oldest)) return std::nullopt;
        return version;
    }

    /// For error messages: "4 to 17", or "no version".
    std::string describe(std::int16_t api_key) const {
        if (api_key < 0 || api_key >= key_count) return "no version";
        const range& theirs = ranges_[static_cast<std::size_t>(api_key)];
        if (theirs.newest < theirs.oldest) return "no version";
        return base::text(theirs.oldest, " to ", theirs.newest);
    }

    /// The finalized level of a feature such as "transaction.version"; 0 where it is not known.
    std::int16_t feature_level(const std::string& name) const {
        const auto found = features_.find(name);
        return found == features_.end() ? std::int16_t{0} : found->second;
    }

private:
    static constexpr std::int16_t key_count = 128;
    struct range {
        std::int16_t oldest = 0;
        std::int16_t newest = -1;
    };
    std::array<range, key_count> ranges_{};
    std::map<std::string, std::int16_t> features_;
};

} // namespace kcpp::network
