#pragma once

#include <kcpp/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kcpp::administration {

/// One of the things that an operation is asked for.
struct item {
    /// By this name the caller knows it.
    std::string name;
    /// What is asked for, in words: "create topic orders". Every sentence about it starts so.
    std::string asked;
    /// The topic concerned, or empty.
    std::string topic{};
};

/// A name within a sentence; two quotes if it is empty.
std::string_view shown(std::string_view name);

/// "create topic orders: TOPIC_ALREADY_EXISTS: a topic of this name exists already; choose another
/// name, or …". `said` is what the broker had to say itself.
error refused(const item& what, broker_errc code, const std::optional<std::string>& said,
              std::optional<std::int32_t> broker);

/// "create topic orders: a topic has at least one partition"
error cannot_be(const item& what, std::string_view what_is_allowed);

/// "create topic orders: …", with the code, place and outcome of what went wrong below.
error about(const item& what, const error& why);

} // namespace kcpp::administration
