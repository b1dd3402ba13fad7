#pragma once

#include "payload.hpp"
#include "protocol/offset_commit.hpp"
#include "scenario.hpp"

#include <kcpp/consumer_record.hpp>
#include <kcpp/types.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace kcpp::simulation {

/// What the members of one group were given, and what they committed. Looks at each record as it is
/// handed out; the brokers' own word is what it is held against.
class consume_ledger {
public:
    /// Before the cluster is started, `watch_commits` after it.
    consume_ledger(scenario& run, std::string group) : run_(run), group_(std::move(group)) {}
    void watch_commits();

    using member = std::size_t;
    member open_member(std::string name);

    // What handlers are told.
    void assigned(member who, std::span<const topic_partition> partitions);
    void revoked(member who, std::span<const topic_partition> partitions);
    void lost(member who, std::span<const topic_partition> partitions);
    /// Its consumer is closed or destroyed, without any handler being told.
    void gone(member who);
    /// The coordinator gave it up before its session was over. It cannot know, and reads what
    /// others own until it is told.
    void expired(const std::string& member_id);
    /// The member was told to read on elsewhere: there, or at the end, wherever that will be.
    void moved(member who, const topic_partition& place, offset_t to);
    void moved_to_end(member who, const topic_partition& place);

    void handed_out(member who, const consumer_record& record);
    /// The application is done with it: from now on it may be committed.
    void done(const topic_partition& place, offset_t offset);

    /// Whether this may be the next offset.
    bool is_next(const topic_partition& place, offset_t offset) const;
    /// True once the owners of these were given everything behind where they were told to read.
    bool all_read(const std::vector<topic_partition>& places) const;
    /// True once everything that is stored in these topics was handed out and done with.
    bool all_done(const std::vector<std::string>& topics) const;
    /// Holds what was handed out against the logs.
    void check_content(const std::vector<std::string>& topics);
    /// No record was handed out twice: nobody had a reason to.
    void check_once() const;
    /// Where the group stands, for a run that does not get on.
    std::string describe() const;

    const std::string& group() const noexcept { return group_; }

private:
    struct progress {
        std::optional<member> owner;
        /// The offset that the owner must be given next; not known while it looks for the end,
        /// which is not before `least`.
        std::optional<offset_t> next;
        offset_t least = 0;
        /// The owner was given nothing yet.
        bool fresh = false;
        /// Where else it may begin then: what was asked to be committed before may still arrive,
        /// and it may look for the offset of the group before or after that.
        std::vector<offset_t> or_else{};
        /// What was committed when its owner was last given something, and since then. Where
        /// nothing was, members begin at 0.
        std::vector<offset_t> commits{0};
        /// Who lost it last, and may get it back in the epoch in which it asked for its commits:
        /// one that hung somewhere may arrive after it has looked for the offset of the group.
        std::optional<member> lost_by{};
        /// What each member asked to be committed last, by its id and generation. (What is stored
        /// may go back: a request that timed out can still arrive, after later ones, and no client
        /// can call it back.)
        std::map<std::pair<std::string, std::int32_t>, offset_t> asked;
        /// Everything before it is done.
        offset_t done_up_to = 0;
        std::vector<bool> done;
        std::vector<std::uint16_t> times_given;
        std::map<offset_t, record_id> given;
    };

    bool is_id_of(member who, const std::string& member_id) const;
    bool is_in_group(member who) const;
    void check_place(member who, const topic_partition& place, offset_t offset, progress& p);
    void check_payload(const topic_partition& place, const consumer_record& record, progress& p);
    void look_at_request(const protocol::offset_commit::request& asked);
    void look_at_commit(const topic_partition& place, offset_t offset);
    const testing::partition& stored_in(const topic_partition& place) const;
    std::optional<offset_t> committed_now(const topic_partition& place) const;
    void complain(const topic_partition& place, const std::string& what) const;

    scenario& run_;
    std::string group_;
    std::vector<std::string> members_;
    std::set<member> expired_;
    std::map<topic_partition, progress> places_;
};

} // namespace kcpp::simulation
