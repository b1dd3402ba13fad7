#pragma once

#include <cstdint>

namespace kcpp::protocol {

/// The last version of a range that is still open.
inline constexpr std::int16_t open = INT16_MAX;
/// `flexible_since` of a message that never became flexible.
inline constexpr std::int16_t never = INT16_MAX;

/// Versions `first` to `last`, both included.
struct versions {
    std::int16_t first = 1;
    std::int16_t last = 0;

    constexpr bool empty() const noexcept { return first > last; }
    constexpr bool has(std::int16_t version) const noexcept {
        return first <= version && version <= last;
    }
};

/// In which versions a field is on the wire, and how.
struct rule {
    versions present;
    versions null = {};      ///< where it may be null
    std::int16_t tag = -1;   ///< of a tagged field
    bool may_drop = false;   ///< silently left out of a version that lacks it
    bool compact_too = true; ///< compact in flexible versions, like every field but one

    /// May be null in every version, or from `first` on.
    constexpr rule nullable(std::int16_t first = 0) const {
        rule r = *this;
        r.null = {first, open};
        return r;
    }
    /// Goes into the struct's tag section (KIP-482).
    constexpr rule tagged(std::int16_t number) const {
        rule r = *this;
        r.tag = number;
        return r;
    }
    /// Dropped silently where the version lacks it; without this, a value other than the default is
    /// an error there.
    constexpr rule ignorable() const {
        rule r = *this;
        r.may_drop = true;
        return r;
    }
    /// The request header's client id, which brokers must be able to read before they know the
    /// version.
    constexpr rule never_compact() const {
        rule r = *this;
        r.compact_too = false;
        return r;
    }
};

constexpr rule since(std::int16_t first) {
    return rule{{first, open}};
}
constexpr rule between(std::int16_t first, std::int16_t last) {
    return rule{{first, last}};
}

} // namespace kcpp::protocol
