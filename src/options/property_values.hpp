#pragma once

#include "base/text.hpp"
#include "options/letters.hpp"

#include <kcpp/consumer_options.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kcpp::options {

// Each reads the text of a property into a field. If it cannot, it says what it expected, for after
// "expected".
using expectation = std::optional<std::string>;

/// A whole number within bounds, into a number, a size or a duration in milliseconds, times
/// `scale`.
struct whole_number {
    std::int64_t least;
    std::int64_t most;
    std::int64_t scale = 1;

    template <class Field>
    expectation operator()(std::string_view text, Field& field) const {
        const std::string_view digits = trimmed(text);
        const std::int64_t most_here = std::min(most, most_of(field) / scale);
        std::int64_t number = 0;
        const char* const end = digits.data() + digits.size();
        const auto read = std::from_chars(digits.data(), end, number);
        const bool whole = read.ec == std::errc() && read.ptr == end;
        if (!whole || number < least || number > most_here) {
            return base::text(unit_of(field), "a whole number from ", least, " to ", most_here);
        }
        assign(field, number * scale);
        return std::nullopt;
    }

private:
    using milliseconds = std::chrono::milliseconds;

    template <class Number>
    static constexpr std::int64_t most_of(const Number&) {
        constexpr auto most = std::numeric_limits<std::int64_t>::max();
        constexpr bool wider = std::cmp_greater(std::numeric_limits<Number>::max(), most);
        return wider ? most : static_cast<std::int64_t>(std::numeric_limits<Number>::max());
    }
    static constexpr std::int64_t most_of(const milliseconds&) {
        return std::numeric_limits<std::int64_t>::max();
    }
    static constexpr std::int64_t most_of(const std::optional<int>&) { return most_of(0); }

    template <class Field>
    static constexpr std::string_view unit_of(const Field&) {
        return std::is_same_v<Field, milliseconds> ? "milliseconds, " : "";
    }

    template <class Number>
    static void assign(Number& field, std::int64_t number) {
        field = static_cast<Number>(number);
    }
    static void assign(milliseconds& field, std::int64_t number) { field = milliseconds(number); }
    static void assign(std::optional<int>& field, std::int64_t number) {
        field = static_cast<int>(number);
    }
};

/// As most of Kafka's numbers: up to 2^31 - 1.
constexpr whole_number at_least(std::int64_t least) noexcept {
    return {.least = least, .most = std::numeric_limits<std::int32_t>::max()};
}

struct true_or_false {
    template <class Field> // bool, or optional
    expectation operator()(std::string_view text, Field& field) const {
        const std::string_view word = trimmed(text);
        const bool is_true = same_letters(word, "true");
        if (!is_true && !same_letters(word, "false")) return "true or false";
        field = is_true;
        return std::nullopt;
    }
};

/// Every blank counts, as in Java.
struct any_text {
    expectation operator()(std::string_view text, std::string& field) const {
        field = text;
        return std::nullopt;
    }
};

/// A spelling of a choice; several may mean the same.
template <class Choice>
struct spelled {
    std::string_view text;
    Choice meaning;
};

template <class Choices>
std::string expected_one_of(const Choices& choices) {
    std::string all;
    for (const auto& choice : choices)
        all += base::text(all.empty() ? "" : ", ", choice.text);
    return "one of " + all;
}

/// Upper and lower case mean the same.
template <const auto& Choices>
struct one_of {
    template <class Choice>
    expectation operator()(std::string_view text, Choice& field) const {
        for (const auto& choice : Choices) {
            if (!same_letters(choice.text, trimmed(text))) continue;
            field = choice.meaning;
            return std::nullopt;
        }
        return expected_one_of(Choices);
    }
};

/// A comma-separated list.
template <const auto& Choices>
struct some_of {
    template <class Choice>
    expectation operator()(std::string_view text, std::vector<Choice>& field) const {
        std::vector<Choice> chosen;
        const bool all_known = each_of_list(text, [&](std::string_view element) {
            return !one_of<Choices>{}(element, chosen.emplace_back());
        });
        if (!all_known) return base::text("a list of ", expected_one_of(Choices));
        field = std::move(chosen);
        return std::nullopt;
    }
};

} // namespace kcpp::options
