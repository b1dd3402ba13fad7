#include "consumer/group/classic/classic_member.hpp"

#include "consumer/core.hpp"
#include "consumer/group/classic/replica_racks.hpp"
#include "consumer/static_member.hpp"
#include "network/backoff.hpp"

#include <algorithm>

namespace kcpp::consuming {

classic_member::classic_member(core& owner, wanted_topics wanted)
    : member(owner, std::move(wanted)), topics_(wanted_.names),
      membership_(instance_id_of(owner.options())), strategies_(offered_by(owner.options())),
      cooperative_(std::ranges::all_of(strategies_, &offered_strategy::is_cooperative)),
      lane_(owner.cluster().pool().open_lane()), term_changed_(owner.cluster().rt()) {}

classic_member::~classic_member() {
    end_watch();
}

void classic_member::start() {
    core_.life().start_watch(now());
    if (wanted_.pattern) begin_watch();
    core_.cluster().spawn(run(core_.shared_from_this(), shared()));
}

std::shared_ptr<classic_member> classic_member::shared() {
    return std::static_pointer_cast<classic_member>(shared_from_this());
}

std::optional<identity> classic_member::commits_as() const {
    // Without a generation it was put out of the group, and is about to lose its partitions.
    if (membership_.who().generation < 0) return std::nullopt;
    return membership_.who();
}

bool classic_member::is_between_generations(const identity& sent) const {
    return membership_.joining() || membership_.who() != sent;
}

void classic_member::commit_refused(broker_errc why, const identity& sent) {
    const verdict said = membership_.on_commit(why, sent);
    const next_step then = follow(said, why, "OffsetCommit");
    if (then != next_step::stay) demand(then);
}

/// What is graver stands.
void classic_member::demand(next_step then) {
    if (!demanded_ || then == next_step::stop || *demanded_ == next_step::rejoin) demanded_ = then;
    news_.notify();
    if (then == next_step::rejoin || !membership_.joining()) return;
    // The answer to its JoinGroup may take as long as a rebalance, and is of no use any more.
    cluster::connection_pool& pool = core_.cluster().pool();
    const auto over = std::exchange(lane_, pool.open_lane());
    pool.close_lane(over, error(client_errc::connection_lost, "this member is out of its group"));
}

/// What leaves nothing to join with.
std::optional<next_step> classic_member::take_grave_demand() {
    if (!demanded_ || *demanded_ == next_step::rejoin) return std::nullopt;
    return std::exchange(demanded_, std::nullopt);
}

runtime::task<> classic_member::run(std::shared_ptr<core> owner,
                                    std::shared_ptr<classic_member> self) {
    cluster::core& cluster = owner->cluster();
    network::backoff pauses(cluster.options().retry_backoff, cluster.options().retry_backoff_max);
    next_step then = next_step::join;
    // The others wait for a leader's SyncGroup, also for that of one that is about to leave.
    const auto goes_on = [&] {
        return !owner->stopped() && !self->gone_ && (!self->leaving_ || then == next_step::sync);
    };
    while (goes_on()) {
        then = self->take_grave_demand().value_or(then);
        switch (then) {
        case next_step::join: then = co_await self->join(); break;
        case next_step::join_later: {
            const auto pause = pauses.next(cluster.rt().random());
            co_await cluster.pause(pause, runtime::never);
            then = next_step::join;
            break;
        }
        case next_step::sync: then = co_await self->sync(); break;
        case next_step::stay:
            pauses.reset();
            then = co_await self->stay();
            break;
        case next_step::rejoin:
            pauses.reset();
            then = co_await self->give_up();
            break;
        case next_step::lose:
            self->lose("the group went on without this member");
            then = next_step::join;
            if (std::exchange(self->away_, false)) co_await self->wait_for_application();
            break;
        case next_step::stop:
            self->lose("this member is out of the group");
            self->end_watch();
            co_return;
        }
    }
}

/// Until something must be done.
runtime::task<next_step> classic_member::stay() {
    while (!is_over()) {
        if (demanded_) co_return *std::exchange(demanded_, std::nullopt);
        if (away_ = silent_too_long(); away_) co_return next_step::lose;
        take_matches();
        if (topics_ != joined_topics_) co_return next_step::rejoin;
        if (membership_.is_leader() && topics_changed()) {
            core_.log().info("group ", core_.options().group_id,
                             ": topics have changed, sharing them out anew");
            co_return next_step::rejoin;
        }
        co_await news_.wait(runtime::after(now(), tick()));
    }
    co_return next_step::stay;
}

/// What must be given up before joining again; and waits until all is that had to be.
runtime::task<next_step> classic_member::give_up() {
    revoke(not_to_keep(), revocation_deadline());
    while (!is_over() && !holdings_.settled()) {
        if (const auto worse = take_grave_demand()) co_return *worse;
        if (away_ = silent_too_long(); away_) co_return next_step::lose;
        co_await news_.wait(runtime::after(now(), tick()));
    }
    if (is_over()) co_return next_step::stay;
    if (!cooperative_) end_term();
    co_return next_step::join;
}

tenures classic_member::not_to_keep() const {
    tenures held = holdings_.all();
    if (cooperative_)
        std::erase_if(held, [this](const tenure& place) {
            return std::ranges::find(topics_, place->topic) != topics_.end();
        });
    return held;
}

/// The coordinator may have begun to wait for this member right after it last said that all was
/// calm; a tenth is left for joining again.
runtime::time_point classic_member::revocation_deadline() const {
    const auto patience = core_.options().max_poll_interval;
    return runtime::after(calm_at_, patience - patience / 10);
}

/// Takes up what is new of what the group gave, and begins to give up what is not in it.
next_step classic_member::take_up(const std::vector<topic_partition>& partitions) {
    if (demanded_ && *demanded_ != next_step::rejoin) return next_step::stay;
    demanded_.reset();
    previous_ = {partitions, membership_.who().generation};
    if (term_ == 0) begin_term();
    const tenures gone = holdings_.all_but(partitions);
    revoke(gone, revocation_deadline());
    const auto added = holdings_.take_up(partitions);
    core_.log().info("group ", core_.options().group_id, ": ", partitions.size(),
                     " partitions assigned in generation ", membership_.who().generation, ", ",
                     added, " of them new; ", gone.size(), " to be given up");
    core_.finding().wake();
    core_.fetching().wake();
    owes_join_ = !gone.empty();
    return owes_join_ ? next_step::rejoin : next_step::stay;
}

void classic_member::begin_term() {
    term_ = ++last_term_;
    // Coordinators do not count joining and syncing in a generation that goes on already as a sign
    // of life: only a heartbeat is one for sure.
    core_.life().set_lease(runtime::time_point{});
    core_.cluster().spawn(heartbeat(core_.shared_from_this(), shared(), term_));
}

void classic_member::end() {
    end_watch();
    core_.cluster().pool().close_lane(
        lane_, error(client_errc::closed, "the consumer has left the group"));
}

/// False if there was none.
bool classic_member::end_term() {
    if (std::exchange(term_, 0) == 0) return false;
    term_changed_.notify();
    return true;
}

void classic_member::lose(const char* why) {
    if (!end_term()) return;
    const auto count = holdings_.lose();
    core_.life().set_lease(runtime::never);
    core_.log().warning("group ", core_.options().group_id, ": ", count,
                        " partitions were lost: ", why);
}

/// The leader watches all topics of the group, also those that do not exist yet. If it has a rack,
/// it also watches in which racks they are (KIP-881).
bool classic_member::topics_changed() const {
    cluster::metadata& metadata = core_.cluster().metadata();
    const auto known = metadata.current();
    const bool rack_aware = !core_.cluster().options().rack.empty();
    bool some_missing = false;
    for (const auto& [name, size] : sizes_) {
        metadata.want(name);
        some_missing = some_missing || size == 0;
        const auto topic = known->find(name);
        if (!topic) continue;
        const auto now = static_cast<std::int32_t>(topic->partitions.size());
        const bool well = topic->error == broker_errc::none;
        // A topic that cannot be seen for a moment is not gone: metadata keeps its partitions for a
        // while.
        if ((well || now == 0) && now != size) return true;
        if (rack_aware && well && have_moved(racks_.at(name), *topic, *known)) return true;
    }
    if (some_missing) metadata.refresh();
    return false;
}

} // namespace kcpp::consuming
