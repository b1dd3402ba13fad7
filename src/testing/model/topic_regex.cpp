#include "testing/model/topic_regex.hpp"

#include <utility>

namespace kcpp::testing {

namespace {

/// Where there is a choice, one that never backtracks, as RE2.
constexpr auto syntax = std::regex::ECMAScript | std::regex::nosubs
#ifdef __GLIBCXX__
                        | std::regex_constants::__polynomial
#endif
    ;

bool looks_ahead(const std::string& expression) {
    return expression.find("(?=") != std::string::npos ||
           expression.find("(?!") != std::string::npos;
}

} // namespace

std::optional<topic_regex> topic_regex::compile(const std::string& expression) {
    if (looks_ahead(expression)) return std::nullopt;
    try {
        return topic_regex(std::regex(expression, syntax));
    } catch (const std::regex_error&) {
        return std::nullopt;
    }
}

bool topic_regex::matches(const std::string& topic) const {
    return std::regex_match(topic, compiled_);
}

} // namespace kcpp::testing
