#pragma once

#include "runtime/time.hpp"

#include <kcpp/error_codes.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp::testing {

using runtime::time_point;
using group_bytes = std::vector<std::byte>;

struct group_settings {
    std::chrono::milliseconds min_session_timeout{6000};
    std::chrono::milliseconds max_session_timeout{1800000};
    /// How long the first rebalance of an empty group waits for more members
    /// (group.initial.rebalance.delay.ms).
    std::chrono::milliseconds initial_rebalance_delay{0};
};

/// Where the answer to a call appears that may have to wait. Shared by the group and the one who
/// waits.
template <class Answer>
using answer_slot = std::shared_ptr<std::optional<Answer>>;

struct member_protocol {
    std::string name;
    group_bytes metadata;

    friend bool operator==(const member_protocol&, const member_protocol&) = default;
};

struct join_call {
    std::string member_id;
    std::optional<std::string> instance_id;
    std::string client_id;
    std::string client_host;
    /// For a member that has no id yet.
    std::string fresh_member_id;
    std::chrono::milliseconds session_timeout{0};
    std::chrono::milliseconds rebalance_timeout{0};
    std::string protocol_type;
    std::vector<member_protocol> protocols;
    /// The member must come back with the id it is given (KIP-394).
    bool known_id_required = false;
    /// The member can be told that the assignment stands as it is (KIP-814).
    bool can_skip_assignment = false;
};

struct joined_member {
    std::string member_id;
    std::optional<std::string> instance_id;
    group_bytes metadata;
};

struct join_answer {
    broker_errc error = broker_errc::none;
    std::string member_id;
    std::int32_t generation = -1;
    std::optional<std::string> protocol_type;
    std::optional<std::string> protocol;
    std::string leader;
    /// For the leader only.
    std::vector<joined_member> members;
    /// The leader's assignment stands as it is (KIP-814).
    bool skip_assignment = false;
};

/// Who calls, and in which generation it believes to be.
struct member_identity {
    std::string member_id;
    std::optional<std::string> instance_id;
    std::int32_t generation = -1;
};

struct sync_call {
    member_identity who;
    std::optional<std::string> protocol_type;
    std::optional<std::string> protocol;
    std::map<std::string, group_bytes> assignments;
};

struct sync_answer {
    broker_errc error = broker_errc::none;
    std::optional<std::string> protocol_type;
    std::optional<std::string> protocol;
    group_bytes assignment;
};

enum class group_state { empty, preparing_rebalance, completing_rebalance, stable };

/// As Kafka's tools show it: "PreparingRebalance".
const char* to_string(group_state state) noexcept;

/// A group under the classic protocol as its coordinator keeps it (GroupMetadataManager): a state
/// machine that is told the time.
///
/// Every call first does what time has brought about, so nobody need watch the clock: who waits for
/// an answer waits until `next_deadline` at most and then calls `advance`.
class classic_group {
public:
    struct member {
        std::string id;
        std::optional<std::string> instance_id;
        std::string client_id;
        std::string client_host;
        std::chrono::milliseconds session_timeout{0};
        std::chrono::milliseconds rebalance_timeout{0};
        std::vector<member_protocol> protocols;
        group_bytes assignment;
        time_point session_ends{};
        answer_slot<join_answer> joining;
        answer_slot<sync_answer> syncing;
        bool synced = false;
        /// It has not been in a generation yet. Should nobody wait for the answer any more, it will
        /// not know its id, so waiting is no sign of life.
        bool is_new = false;

        const group_bytes& metadata(std::string_view protocol) const;
    };

    explicit classic_group(const group_settings& settings) : settings_(settings) {}

    void join(const join_call& call, answer_slot<join_answer> answer, time_point now);
    void sync(const sync_call& call, answer_slot<sync_answer> answer, time_point now);
    broker_errc heartbeat(const member_identity& who, time_point now);
    /// An instance id names a member too.
    broker_errc leave(const member_identity& who, time_point now);
    broker_errc check_commit(const member_identity& who, time_point now);

    /// Does what is due: members that went silent are gone, a rebalance whose time is over goes on
    /// without those who are late.
    void advance(time_point now);
    time_point next_deadline() const;
    /// The member's session ends now, as if nobody had heard of it for that long. False if there is
    /// no such member.
    bool expire_member(const std::string& id, time_point now);
    /// Another broker has read the group from its log: every session begins anew.
    void coordinator_moved(time_point now);

    group_state state() const noexcept { return state_; }
    std::int32_t generation() const noexcept { return generation_; }
    const std::string& protocol_type() const noexcept { return protocol_type_; }
    /// The assignment strategy; empty while none is chosen.
    const std::string& protocol() const noexcept { return protocol_; }
    const std::map<std::string, member>& members() const noexcept { return members_; }
    /// The topics that members subscribe to, as far as their metadata is a consumer's.
    bool subscribes_to(std::string_view topic) const;

private:
    void join_without_id(const join_call& call, const answer_slot<join_answer>& answer,
                         time_point now);
    void join_as_known(const join_call& call, const answer_slot<join_answer>& answer,
                       time_point now);
    void replace_static(const join_call& call, const std::string& old_id,
                        const answer_slot<join_answer>& answer, time_point now);
    void admit(const join_call& call, const std::string& id, const answer_slot<join_answer>& answer,
               time_point now);
    static void update(member& m, const join_call& call, const answer_slot<join_answer>& answer);
    bool speaks_with(const join_call& call) const;
    join_answer standing_of(const member& m) const;
    broker_errc check_identity(const member_identity& who) const;
    const std::string* static_member(const std::optional<std::string>& instance) const;

    void prepare_rebalance(time_point now);
    void complete_join_if_ready(time_point now);
    void end_wait(time_point now);
    bool extend_first_wait(time_point now);
    void complete_join(time_point now);
    void drop_absent();
    bool elect_leader();
    bool everybody_joined() const;
    std::string choose_protocol() const;
    std::chrono::milliseconds longest_rebalance_timeout() const;
    void hand_out(const std::map<std::string, group_bytes>& assignments, time_point now);
    void remove(const std::string& id, time_point now);
    void touch(member& m, time_point now);
    time_point deadline_of(const member& m) const;
    void expire(time_point at);

    group_settings settings_;
    group_state state_ = group_state::empty;
    std::int32_t generation_ = 0;
    std::string protocol_type_;
    std::string protocol_;
    std::string leader_;
    std::map<std::string, member> members_;
    std::map<std::string, time_point> awaited_; // ids given out, whose owners must join with them
    std::map<std::string, std::string> static_; // member ids by instance id
    std::uint64_t next_join_ = 0;
    time_point join_ends_ = runtime::never; // the rebalance goes on without those who are late
    // An empty group's rebalance lasts as long as the initial delay, and again if members came
    // meanwhile.
    bool first_ = false;
    bool newcomers_ = false;
    std::chrono::milliseconds delay_{0};
    std::chrono::milliseconds delay_left_{0};
    time_point sync_ends_ = runtime::never;
};

} // namespace kcpp::testing
