#include "options/iso_duration.hpp"

#include "options/letters.hpp"

#include <charconv>
#include <cstdint>

namespace kcpp::options {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_read = std::chrono::hours(24) * 10'000;

/// What is still to be read, from the left.
struct reader {
    std::string_view rest;

    bool take(char letter) {
        if (rest.empty() || !same_letters(rest.substr(0, 1), {&letter, 1})) return false;
        rest.remove_prefix(1);
        return true;
    }
    bool digits(std::int64_t& number) {
        if (rest.empty() || !is_digit(rest[0])) return false;
        const auto [end, wrong] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        if (wrong != std::errc()) return false;
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        return true;
    }
    /// ".5" as milliseconds; what is finer than those is read and left out.
    bool fraction(std::int64_t& ms) {
        std::int64_t place = 100;
        if (!take('.')) return false;
        for (; !rest.empty() && is_digit(rest[0]); rest.remove_prefix(1)) {
            ms += (rest[0] - '0') * place;
            place /= 10;
        }
        return true;
    }
};

} // namespace

std::optional<milliseconds> parse_iso_duration(std::string_view text) {
    struct unit {
        char letter;
        milliseconds length;
        bool of_day;
    };
    constexpr unit units[] = {{'D', std::chrono::hours(24), false},
                              {'H', std::chrono::hours(1), true},
                              {'M', std::chrono::minutes(1), true},
                              {'S', std::chrono::seconds(1), true}};
    reader in{text};
    if (!in.take('P')) return std::nullopt;
    milliseconds sum{};
    bool of_day = false, any = false;
    const unit* next = units;
    while (!in.rest.empty()) {
        if (!of_day && in.take('T')) {
            of_day = true;
            any = false; // something must follow it
        }
        std::int64_t number = 0, ms = 0;
        if (!in.digits(number)) return std::nullopt;
        const bool broken = in.fraction(ms);
        while (next != std::end(units) && !in.take(next->letter))
            ++next;
        if (next == std::end(units) || next->of_day != of_day) return std::nullopt;
        if ((broken && next->letter != 'S') || number > longest_read / next->length)
            return std::nullopt;
        sum += number * next->length + milliseconds(ms);
        ++next;
        any = true;
    }
    if (!any || sum > longest_read) return std::nullopt;
    return sum;
}

} // namespace kcpp::options
