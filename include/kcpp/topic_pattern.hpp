#pragma once

#include <string>
#include <utility>

namespace [[gnu::visibility("default")]] kcpp {

/// Topics by a regular expression, those to come included: each one whose whole name matches, so
/// that "orders" means orders and not orders-eu. Internal topics, such as __consumer_offsets, never
/// do. (java.util.regex.Pattern in Java's subscribe, SubscriptionPattern; exclude.internal.topics)
///
/// Who matches depends on the group's protocol. Under the classic one it is the consumer, by
/// std::regex in ECMAScript's syntax without back-references: each time it joins, and every
/// `metadata_max_age`. Under the consumer protocol it is the group's coordinator, by RE2, within
/// seconds (KIP-848). So write what both understand, which is nearly everything: not look-ahead,
/// which RE2 lacks, and not flags like (?i), (?P<names>), \pL, \A and \z, which ECMAScript lacks.
class topic_pattern {
public:
    /// Any text: `consumer::subscribe` finds out whether it is a regular expression.
    explicit topic_pattern(std::string expression) noexcept : expression_(std::move(expression)) {}

    const std::string& expression() const noexcept { return expression_; }

    friend bool operator==(const topic_pattern&, const topic_pattern&) = default;

private:
    std::string expression_;
};

} // namespace kcpp
