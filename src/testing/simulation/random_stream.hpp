#pragma once

#include <cstdint>
#include <string_view>

namespace kcpp::testing {

/// Random numbers that are the same with every compiler and library: splitmix64, and nothing from
/// <random>.
class random_stream {
public:
    explicit random_stream(std::uint64_t seed) noexcept : state_(seed) {}
    /// A stream of its own for each purpose, so that one more number here changes nothing there.
    random_stream(std::uint64_t seed, std::string_view purpose) noexcept : state_(seed) {
        for (char c : purpose)
            state_ = next() ^ static_cast<unsigned char>(c);
    }

    std::uint64_t next() noexcept {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    /// From 0 to bound - 1.
    std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }
    std::int64_t between(std::int64_t least, std::int64_t most) noexcept {
        return least +
               static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
    }
    /// True in `parts` of a million cases.
    bool chance(std::uint64_t parts) noexcept { return below(1'000'000) < parts; }

private:
    std::uint64_t state_;
};

} // namespace kcpp::testing
