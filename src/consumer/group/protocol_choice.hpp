#pragma once

#include "runtime/task.hpp"

#include <kcpp/consumer_options.hpp>

#include <memory>

namespace kcpp::consuming {

class core;

/// Which protocol a member of this consumer's group is to speak, where the application leaves it
/// open: the consumer protocol where the brokers have all of it, nothing asks for a strategy of the
/// members' own, and no members of the classic one are there; else the classic one. Says in the log
/// which and why.
runtime::task<group_protocol> choose_protocol(std::shared_ptr<core> owner);

} // namespace kcpp::consuming
