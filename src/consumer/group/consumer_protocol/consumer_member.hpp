#pragma once

#include "consumer/group/consumer_protocol/standing.hpp"
#include "consumer/group/member.hpp"
#include "network/backoff.hpp"
#include "protocol/consumer_group_heartbeat.hpp"

#include <kcpp/error.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kcpp::consuming {

/// A member under the consumer protocol (KIP-848): the coordinator shares out, and tells each
/// member in the answers to its heartbeats what it has; the member gives up what is not in it, then
/// takes up what is new, and says so. Nobody waits for the others. Drives `standing`.
class consumer_member final : public member {
public:
    consumer_member(core& owner, wanted_topics wanted);

    void start() override;
    std::optional<identity> commits_as() const override;
    void commit_refused(broker_errc why, const identity& sent) override;
    bool is_between_generations(const identity& sent) const override;

private:
    using heartbeat = protocol::consumer_group_heartbeat::request;
    using answer = protocol::consumer_group_heartbeat::response;

    // consumer_member.cpp: what is done when
    static runtime::task<> run(std::shared_ptr<core> owner, std::shared_ptr<consumer_member> self);
    runtime::time_point next_beat_at() const;
    void lose(const char* why);
    bool session_is_over() const;
    void look_after();
    void end() override {}

    // reconciling.cpp: from what it has to what it should have
    void reconcile();
    struct resolved;
    resolved resolve_target();
    std::vector<topic_partition> owned() const;
    bool owes_owned() const;
    std::vector<protocol::topic_partitions>
    by_topic(const std::vector<topic_partition>& partitions) const;
    bool owes_word() const;

    // heartbeats.cpp
    class unless_gone;
    runtime::task<bool> beat();
    heartbeat make_heartbeat() const;
    heartbeat farewell(bool comes_back) const;
    runtime::time_point after_pause();
    bool hear(answer said, const heartbeat& asked, runtime::time_point asked_at);
    void heard_well(answer said, runtime::time_point asked_at);
    runtime::task<bool> release_itself();
    bool stop(const error& why);
    runtime::task<> say_goodbye(runtime::time_point until) override;

    standing standing_;
    network::backoff pauses_;
    runtime::time_point due_{};
    /// When the coordinator was last heard of, counted from the question.
    runtime::time_point heard_at_{};
    /// What it should have, until it has; topics go by their ids.
    std::optional<std::vector<protocol::topic_partitions>> target_;
    struct identified {
        wire::uuid id;
        bool internal = false;
    };
    std::map<std::string, identified> topics_;
    /// Of internal topics, which a coordinator takes for matches like any other: it has these and
    /// reads nothing of them.
    std::vector<topic_partition> unread_;
    /// What it said last.
    wanted_topics told_wanted_;
    std::vector<topic_partition> told_owned_;
    /// It gives something up that others wait for.
    bool gives_up_ = false;
    bool fenced_ = false;
    /// The coordinator may know of it.
    bool spoke_ = false;
    /// It has to let go of its instance id before it can join.
    bool unreleased_ = false;
    bool was_in_ = false;
};

} // namespace kcpp::consuming
