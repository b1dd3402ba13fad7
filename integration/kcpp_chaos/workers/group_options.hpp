#pragma once

#include "worker.hpp"

#include <kcpp/consumer_options.hpp>

#include <chrono>

namespace chaos {

/// How every member of a group reads, by the words --group, --protocol and --session-timeout-ms.
inline kcpp::consumer_options group_options(const settings& s) {
    const std::string& protocol = s.text("protocol");
    kcpp::consumer_options chosen;
    chosen.group_id = s.text("group");
    chosen.offset_reset = kcpp::offset_reset::earliest;
    chosen.auto_commit_interval = std::chrono::seconds(1);
    chosen.group_protocol =
        protocol == "consumer" ? kcpp::group_protocol::consumer : kcpp::group_protocol::classic;
    if (protocol == "cooperative")
        chosen.assignment_strategies = {kcpp::assignment_strategy::cooperative_sticky};
    chosen.session_timeout = std::chrono::milliseconds(s.number("session-timeout-ms"));
    chosen.heartbeat_interval = chosen.session_timeout / 12;
    chosen.max_poll_interval = chosen.session_timeout * 4;
    return chosen;
}

} // namespace chaos
