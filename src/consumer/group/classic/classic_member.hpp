#pragma once

#include "consumer/group/classic/assignor.hpp"
#include "consumer/group/classic/member_bytes.hpp"
#include "consumer/group/classic/membership.hpp"
#include "consumer/group/classic/offered_strategy.hpp"
#include "consumer/group/classic/topic_watch.hpp"
#include "consumer/group/member.hpp"
#include "protocol/sync_group.hpp"

#include <kcpp/error.hpp>
#include <kcpp/result.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kcpp::consuming {

/// A member under the classic protocol: joins, heartbeats, gives partitions up when the group
/// rebalances, leaves. Drives `membership`.
///
/// Under the eager protocol a member gives up all it has before it joins again; what it gets back
/// starts at the committed offset. Under the cooperative one, which is spoken if all strategies
/// know it, it keeps what it has, reads on meanwhile, and afterwards gives up what it is not given
/// again; then it joins once more, so that others get that (KIP-429).
class classic_member final : public member {
public:
    classic_member(core& owner, wanted_topics wanted);
    ~classic_member() override;

    void start() override;
    void resubscribe(wanted_topics wanted) override;
    std::optional<identity> commits_as() const override;
    void commit_refused(broker_errc why, const identity& sent) override;
    bool is_between_generations(const identity& sent) const override;

private:
    // classic_member.cpp: what is done when
    static runtime::task<> run(std::shared_ptr<core> owner, std::shared_ptr<classic_member> self);
    runtime::task<next_step> stay();
    runtime::task<next_step> give_up();
    void demand(next_step then);
    std::optional<next_step> take_grave_demand();
    next_step take_up(const std::vector<topic_partition>& partitions);
    void lose(const char* why);
    void begin_term();
    bool end_term();
    void end() override;
    tenures not_to_keep() const;
    runtime::time_point revocation_deadline() const;
    bool topics_changed() const;

    // matching.cpp: which topics match a pattern
    void begin_watch();
    void end_watch();
    void take_matches();
    bool misses_a_topic() const;
    runtime::task<result<void>> look_for_matches();

    // joining.cpp: JoinGroup and SyncGroup
    runtime::task<next_step> join();
    runtime::task<next_step> sync();
    next_step take_in(const protocol::sync_group::response& said);
    runtime::task<result<member_shares>> share_out();
    runtime::task<> learn_topics(std::vector<std::string> topics);
    result<member_bytes> subscription(const offered_strategy& strategy) const;
    group_member known_as(const protocol::join_group::member& said) const;
    const offered_strategy* agreed_on() const;
    runtime::task<next_step> make_way(error why);

    // heartbeat.cpp: Heartbeat and LeaveGroup
    static runtime::task<> heartbeat(std::shared_ptr<core> owner,
                                     std::shared_ptr<classic_member> self, std::uint64_t term);
    runtime::task<bool> beat(std::uint64_t term);
    runtime::task<> say_goodbye(runtime::time_point until) override;

    std::shared_ptr<classic_member> shared();
    next_step unreachable(const error& why);
    next_step follow(verdict said, broker_errc code, const char* call);

    /// Those that it subscribes to, and those that the group was told of.
    std::vector<std::string> topics_;
    std::vector<std::string> joined_topics_;
    membership membership_;
    std::vector<offered_strategy> strategies_;
    bool cooperative_;
    std::uint32_t lane_;
    /// From when it is given partitions until it has none, under the cooperative protocol until it
    /// is out of the group: numbered from 1; 0 outside of terms.
    std::uint64_t term_ = 0;
    std::uint64_t last_term_ = 0;
    /// It has given up what others wait for, and has not joined since.
    bool owes_join_ = false;
    /// When the coordinator was last heard of, counted from the question.
    runtime::time_point heard_at_{};
    /// When it last said that there is no rebalance, counted likewise.
    runtime::time_point calm_at_{};
    /// It is to leave because the application is.
    bool away_ = false;
    std::optional<next_step> demanded_;
    /// What it was given last, and in which generation.
    previous_assignment previous_;
    /// As the leader shared the partitions out: 0 for topics that did not exist.
    topic_sizes sizes_;
    topic_racks racks_;
    /// Null without a pattern.
    std::shared_ptr<topic_watch> watch_;
    runtime::signal term_changed_;
};

} // namespace kcpp::consuming
