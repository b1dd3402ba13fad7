#pragma once

#include "testing/broker/call.hpp"

#include <kcpp/error_codes.hpp>

#include <string>
#include <string_view>

namespace kcpp::testing {

/// What every call about a group meets first: the fault that a test asked for, and whether this
/// broker coordinates the group.
broker_errc check_coordinator(call& c, std::string_view group);

/// The same, for calls that members make: they must name a group.
inline broker_errc check_member_call(call& c, std::string_view group) {
    return group.empty() ? broker_errc::invalid_group_id : check_coordinator(c, group);
}

} // namespace kcpp::testing
