#pragma once

#include <optional>
#include <regex>
#include <string>

namespace kcpp::testing {

/// A regular expression over topics' names, which match as a whole, as coordinators have it
/// (KIP-848). They read RE2; this is ECMAScript without what RE2 lacks: back-references and
/// look-ahead.
class topic_regex {
public:
    /// Nothing if the expression is not valid.
    static std::optional<topic_regex> compile(const std::string& expression);

    bool matches(const std::string& topic) const;

private:
    explicit topic_regex(std::regex compiled) : compiled_(std::move(compiled)) {}

    std::regex compiled_;
};

} // namespace kcpp::testing
