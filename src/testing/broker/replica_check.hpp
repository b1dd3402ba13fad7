#pragma once

#include "testing/broker/call.hpp"

#include <kcpp/error_codes.hpp>

#include <cstdint>

namespace kcpp::testing {

enum class may_serve { leader_only, any_replica };

/// What a broker checks before it reads a partition for somebody
/// (Partition.localLogWithEpochOrThrow): that it has the log, and that the client and it are in the
/// same leader epoch (KIP-320). `epoch` -1: the client doesn't say.
inline broker_errc check_replica(const call& c, const partition* p, std::int32_t epoch,
                                 may_serve who) {
    if (p == nullptr) return broker_errc::unknown_topic_or_partition;
    if (p->log_on(c.broker) == nullptr) return broker_errc::not_leader_or_follower;
    if (epoch >= 0 && epoch < p->leader_epoch()) return broker_errc::fenced_leader_epoch;
    if (epoch > p->leader_epoch()) return broker_errc::unknown_leader_epoch;
    if (who == may_serve::leader_only && p->leader() != c.broker)
        return broker_errc::not_leader_or_follower;
    return broker_errc::none;
}

} // namespace kcpp::testing
