#pragma once

#include <kcpp/result.hpp>
#include <kcpp/topic_pattern.hpp>

#include <regex>
#include <string>

namespace kcpp::consuming {

/// A pattern as the client itself matches it: ECMAScript's syntax, the whole name.
class topic_matcher {
public:
    /// Fails with `invalid_argument`, and says why, for what is no regular expression or too large
    /// a one.
    static result<topic_matcher> compile(const topic_pattern& pattern);

    bool matches(const std::string& name) const;

private:
    explicit topic_matcher(std::regex expression) : expression_(std::move(expression)) {}

    std::regex expression_;
};

} // namespace kcpp::consuming
