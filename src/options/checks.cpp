#include "options/checks.hpp"

namespace kcpp::options {

std::optional<error> first_wrong(std::initializer_list<checked_duration> durations) {
    for (const checked_duration& d : durations) {
        if (d.value < d.least) {
            return option_error(d.name, " is ", d.value, "; it must be at least ", d.least);
        }
        if (d.value > longest) {
            return option_error(d.name, " is ", d.value, "; it must be at most ", longest);
        }
    }
    return std::nullopt;
}

std::optional<error> first_wrong(std::initializer_list<checked_number> numbers) {
    for (const checked_number& n : numbers) {
        if (n.value < n.least || n.value > n.most) {
            return option_error(n.name, " is ", n.value, "; it must be from ", n.least, " to ",
                                n.most);
        }
    }
    return std::nullopt;
}

std::optional<error> first_wrong(std::initializer_list<checked_text> texts) {
    constexpr std::size_t most = std::numeric_limits<std::int16_t>::max();
    for (const checked_text& t : texts) {
        if (t.value.size() > most) {
            return option_error(t.name, " has ", t.value.size(), " bytes; Kafka takes ", most,
                                " at most");
        }
    }
    return std::nullopt;
}

} // namespace kcpp::options
