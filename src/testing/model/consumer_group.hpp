#pragma once

#include "runtime/time.hpp"
#include "testing/model/topic_regex.hpp"

#include <kcpp/error_codes.hpp>
#include <kcpp/types.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp::testing {

using runtime::time_point;
using partition_set = std::set<topic_partition>;

struct consumer_group_settings {
    /// (group.consumer.session.timeout.ms, group.consumer.heartbeat.interval.ms)
    std::chrono::milliseconds session_timeout{45000};
    std::chrono::milliseconds heartbeat_interval{5000};
};

/// What a member says in a heartbeat. What is left out is as it was.
struct member_heartbeat {
    std::string member_id;
    /// 0 joins, -1 leaves, -2 leaves for a while.
    std::int32_t epoch = 0;
    std::optional<std::string> instance_id{};
    std::string client_id{};
    std::optional<std::chrono::milliseconds> rebalance_timeout{};
    std::optional<std::vector<std::string>> topics{};
    /// Empty: none any more.
    std::optional<std::string> regex{};
    std::optional<std::string> assignor{};
    std::optional<partition_set> owned{};
    /// It says all that there is to say, as after an error.
    bool full = false;
};

struct heartbeat_answer {
    broker_errc error = broker_errc::none;
    std::string message{};
    std::int32_t epoch = 0;
    /// Only for those who may not know it.
    std::optional<partition_set> assignment{};
};

/// A group under the consumer protocol as its coordinator keeps it (KIP-848, GroupMetadataManager):
/// it shares the partitions out itself, and moves each member to its target at the member's own
/// pace: first a member gives up what is others', then those get it. A state machine that is told
/// the time.
class consumer_group {
public:
    enum class member_state {
        /// It has what it should have.
        stable,
        /// It has to give something up first.
        unrevoked_partitions,
        /// It waits for what others have not given up yet.
        unreleased_partitions,
    };
    struct member {
        std::string id;
        std::optional<std::string> instance_id;
        std::string client_id;
        std::chrono::milliseconds rebalance_timeout{0};
        std::set<std::string> names;
        std::string regex;
        /// Null without one.
        std::shared_ptr<const topic_regex> matcher;
        /// What it subscribes to at the moment: names, and what its regex matches.
        std::set<std::string> topics;
        std::string assignor;
        std::int32_t epoch = 0;
        std::int32_t previous_epoch = 0;
        member_state state = member_state::stable;
        partition_set assigned;
        partition_set to_revoke;
        time_point session_ends{};
        time_point revocation_ends = runtime::never;
    };
    using topic_sizes = std::map<std::string, std::int32_t>;

    explicit consumer_group(const consumer_group_settings& settings) : settings_(settings) {}

    heartbeat_answer heartbeat(const member_heartbeat& said, const topic_sizes& topics,
                               time_point now);
    /// Also of offsets that are asked for.
    broker_errc check_commit(const std::string& member_id, std::int32_t epoch) const;

    void advance(time_point now);
    time_point next_deadline() const;
    bool expire_member(const std::string& id);
    void coordinator_moved(time_point now);

    bool empty() const noexcept { return members_.empty(); }
    std::int32_t epoch() const noexcept { return epoch_; }
    const std::map<std::string, member>& members() const noexcept { return members_; }
    const std::map<std::string, partition_set>& target() const noexcept { return target_; }
    bool subscribes_to(std::string_view topic) const;
    /// "Stable", "Assigning" or "Reconciling", "Empty", as Kafka's tools show it.
    const char* state_name() const noexcept;

private:
    struct refusal {
        broker_errc error;
        std::string message;
    };
    std::optional<refusal> find_fault(const member_heartbeat& said) const;
    std::optional<refusal> check_epoch(const member& m, const member_heartbeat& said) const;
    heartbeat_answer leave(const member_heartbeat& said);
    member& admit(const member_heartbeat& said);
    static void update(member& m, const member_heartbeat& said);
    bool resolve(const topic_sizes& topics);
    void share_out(const topic_sizes& topics);
    void reconcile(member& m, const std::optional<partition_set>& owned, time_point now);
    void next_assignment(member& m, const std::optional<partition_set>& owned);
    bool is_owned_by_another(const topic_partition& place, const member& m) const;
    void remove(const std::string& id);

    consumer_group_settings settings_;
    std::int32_t epoch_ = 0;
    std::int32_t target_epoch_ = 0;
    topic_sizes sizes_;
    std::map<std::string, member> members_;
    std::map<std::string, partition_set> target_;
};

/// The server's own assignors: "uniform" and "range". Nothing for others.
std::optional<std::map<std::string, partition_set>> share_out_on_server(
    std::string_view assignor, const std::map<std::string, consumer_group::member>& members,
    const std::map<std::string, partition_set>& before, const consumer_group::topic_sizes& topics);

} // namespace kcpp::testing
