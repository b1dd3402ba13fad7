#include "consumer/fetcher.hpp"

#include "consumer/core.hpp"
#include "consumer/fetch_request.hpp"
#include "network/backoff.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace kcpp::consuming {

namespace {

/// How often it is said that topics are wanted, so that metadata keeps them.
constexpr auto want_interval = std::chrono::minutes(1);

/// Of the first fetch from a broker, so that the first records are handed out while the next ones
/// are on their way.
constexpr std::size_t most_to_begin_with = 64 * 1024;

bool is_told(broker_errc of_topic) {
    return of_topic == broker_errc::unknown_topic_or_partition ||
           of_topic == broker_errc::invalid_topic_exception ||
           of_topic == broker_errc::topic_authorization_failed;
}

} // namespace

fetcher::fetcher(core& owner) : core_(owner), changed_(owner.cluster().rt()) {}

void fetcher::prepare() {
    budget_ = std::make_shared<byte_budget>(
        core_.options().buffer_bytes, [weak = core_.weak_from_this()] {
            const auto owner = weak.lock();
            if (owner) owner->cluster().rt().execute([owner] { owner->fetching().wake(); });
        });
}

void fetcher::start() {
    core_.cluster().spawn(supervise(core_.shared_from_this()));
}

void fetcher::taken() {
    if (!wants_to_hear_.exchange(false)) return;
    core_.cluster().rt().execute([owner = core_.shared_from_this()] { owner->fetching().wake(); });
}

/// Every broker that leads something gets a coroutine that serves it.
runtime::task<> fetcher::supervise(std::shared_ptr<core> owner) {
    fetcher& self = owner->fetching();
    while (!owner->stopped()) {
        cluster::metadata& metadata = owner->cluster().metadata();
        for (const std::string& topic : owner->table().topics())
            metadata.want(topic);
        const auto found = self.routed().where_to_read(owner->cluster().rt().now());
        for (std::int32_t node : found.nodes)
            if (self.serving_.insert(node).second) owner->cluster().spawn(serve(owner, node));
        for (std::int32_t node : found.soon)
            if (self.connected_.insert(node).second) owner->cluster().spawn(connect(owner, node));
        if (!found.leaderless.empty()) {
            self.note_leaderless(found.leaderless);
            metadata.refresh();
        }
        co_await self.changed_.wait(runtime::after(owner->cluster().rt().now(), want_interval));
    }
}

/// While positions are looked up: the first fetch need not wait for a connection then.
runtime::task<> fetcher::connect(std::shared_ptr<core> owner, std::int32_t node) {
    cluster::core& cluster = owner->cluster();
    const cluster::channel over(cluster::purpose::fetch, owner->lane());
    const auto until = runtime::after(cluster.rt().now(), cluster.options().request_timeout);
    // What comes of it, the fetch will tell.
    (void)co_await cluster.pool().get(node, over, until);
}

/// A partition that does not exist, or must not be seen, is not read until that changes; the
/// application should know.
void fetcher::note_leaderless(const std::vector<inquiry>& leaderless) {
    cluster::metadata& metadata = core_.cluster().metadata();
    const auto known = metadata.current();
    const auto before = std::exchange(missing_, {});
    for (const inquiry& missing : leaderless) {
        const auto topic = known->find(missing.place->topic);
        if (!topic) continue;
        const auto seen = before.find(missing.place);
        const auto since = seen == before.end() ? metadata.answers() : seen->second;
        missing_.emplace(missing.place, since);
        if (since == metadata.answers()) {
            metadata.refresh();
            continue;
        }
        if (is_told(topic->error)) {
            core_.table().trouble(*missing.place, missing.version,
                                  metadata.explain_missing(topic->name));
        } else if (topic->error == broker_errc::none &&
                   known->find(topic->name, missing.place->partition) == nullptr) {
            core_.table().trouble(
                *missing.place, missing.version,
                error(broker_errc::unknown_topic_or_partition,
                      base::text("topic ", topic->name, " has ", topic->partitions.size(),
                                 " partitions, numbered from 0, and no partition ",
                                 missing.place->partition),
                      {.topic = topic->name, .partition = missing.place->partition}));
        } else {
            continue;
        }
        core_.hand().data();
    }
}

partition_table& fetcher::routed() const {
    core_.table().route(core_.cluster().metadata().current());
    return core_.table();
}

bool fetcher::reads_from(std::int32_t node) const {
    return routed().reads_from(node, core_.cluster().rt().now());
}

runtime::task<> fetcher::serve(std::shared_ptr<core> owner, std::int32_t node) {
    fetcher& self = owner->fetching();
    cluster::core& cluster = owner->cluster();
    network::backoff pauses(cluster.options().retry_backoff, cluster.options().retry_backoff_max);
    fetch_session session;
    fetch_plan plan;
    bool is_new_plan = false;
    // A broker that has less than `fetch_min_bytes` waits, and may do so if it must not send them.
    std::size_t most = std::max<std::size_t>(
        most_to_begin_with, static_cast<std::size_t>(owner->options().fetch_min_bytes));
    runtime::time_point last_sent{};
    runtime::time_point resting_until{};
    while (!owner->stopped() && self.reads_from(node)) {
        // Said before looking, so that nothing the application takes in between goes unnoticed.
        self.wants_to_hear_ = true;
        const auto now = cluster.rt().now();
        if (!self.routed().still_holds(plan, now)) {
            plan = self.routed().plan(node, now);
            is_new_plan = true;
        }
        const auto due = std::max(self.due(plan, last_sent, now), resting_until);
        if (due > now) {
            co_await self.changed_.wait(due);
            continue;
        }
        last_sent = now;
        // A fetch never waits at the broker for news of some partitions while others are only left
        // out because of what waits here.
        const auto max_wait =
            plan.left_out ? std::chrono::milliseconds(0) : owner->options().fetch_max_wait;
        const auto say =
            std::exchange(is_new_plan, false) ? session.next(plan) : session.next_again(plan);
        const auto room = std::min(self.share_of_room(), std::exchange(most, SIZE_MAX));
        const auto request = fetch_request(say, owner->options(),
                                           plan.from_leader_only ? "" : cluster.options().rack,
                                           max_wait, static_cast<std::int32_t>(room));
        network::call_options limits;
        limits.limits.timeout = cluster.options().request_timeout;
        limits.newest = newest_fetch_version(plan);
        const cluster::channel over(cluster::purpose::fetch, owner->lane());
        self.reserved_ += room;
        ++self.under_way_;
        auto said = co_await cluster.call(node, over, request, limits, adapt_fetch);
        --self.under_way_;
        self.reserved_ -= room;
        if (owner->stopped()) break;
        owner->counting().answered(node, cluster.rt().now() - now,
                                   said && said->body.error_code == 0 ? meter::outcome::done
                                                                      : meter::outcome::failed);
        if (said)
            session.answered(said->body);
        else
            session.lost();
        if (said && said->body.error_code == 0) {
            pauses.reset();
            self.note_success(node);
            self.take_in(session, node, *said);
        } else if (said && !say.opens()) {
            // The broker has dropped the session, which the next request opens anew.
            owner->log().debug("broker ", node, " ended the fetch session: ",
                               name_of(static_cast<broker_errc>(said->body.error_code)));
        } else {
            cluster.metadata().look_for_leader();
            resting_until = runtime::after(cluster.rt().now(), pauses.next(cluster.rt().random()));
            self.note_failure(plan, node, said);
        }
    }
    self.serving_.erase(node);
    // Somebody may have come back to this broker while the last answer was awaited.
    self.changed_.notify();
}

void fetcher::note_success(std::int32_t node) {
    std::lock_guard lock(failures_mutex_);
    failures_.erase(node);
}

std::string fetcher::why_not(std::int32_t node) const {
    {
        std::lock_guard lock(failures_mutex_);
        if (const auto failed = failures_.find(node); failed != failures_.end())
            return base::text("the last fetch from broker ", node, " has failed: ", failed->second);
    }
    if (budget_->left() != 0) return "";
    return base::text("the ", budget_->limit(),
                      " bytes of consumer_options::buffer_bytes are in "
                      "use, by records that wait and by batches that the application holds");
}

/// What nothing will mend by itself, such as a broker that refuses these credentials, the
/// application should know.
void fetcher::note_failure(const fetch_plan& plan, std::int32_t node, const result<answer>& said) {
    const auto code = said ? static_cast<broker_errc>(said->body.error_code) : broker_errc::none;
    const error why = said
                          ? error(code, base::text("fetch from broker ", node, ": ", name_of(code)),
                                  {.broker = node})
                          : said.error();
    core_.log().debug(why.message());
    {
        std::lock_guard lock(failures_mutex_);
        failures_[node] = why.message();
    }
    for (const fetch_target& target : plan.targets)
        if (target.off_leader) core_.table().leave_replica(target, replica_rest());
    if (why.retriable()) return;
    for (const fetch_target& target : plan.targets)
        core_.table().trouble(*target.place, target.version, why);
    core_.hand().data();
}

/// When this plan may be sent; the past for at once.
runtime::time_point fetcher::due(const fetch_plan& plan, runtime::time_point last_sent,
                                 runtime::time_point now) {
    if (plan.targets.empty()) return plan.next;
    if (!has_room()) {
        core_.table().drop_paused();
        // Batches that the application holds on to must not keep it from getting more, once it has
        // been handed all there is.
        if (core_.table().holds_data()) return runtime::never;
    }
    if (plan.left_out) return runtime::after(last_sent, core_.options().fetch_max_wait);
    return now;
}

bool fetcher::has_room() const {
    if (budget_->left() > reserved_) return true;
    budget_->want_room();
    return budget_->left() > reserved_;
}

/// What one more fetch may bring: an even part of what is left for the brokers that are not asked
/// yet. Brokers send one batch at least, whatever its size (F14).
std::size_t fetcher::share_of_room() const {
    const consumer_options& options = core_.options();
    const std::size_t free = budget_->left() > reserved_ ? budget_->left() - reserved_ : 0;
    const std::size_t unasked = serving_.size() > under_way_ ? serving_.size() - under_way_ : 1;
    const auto most = static_cast<std::size_t>(options.fetch_max_bytes);
    const auto one_partition = static_cast<std::size_t>(options.partition_fetch_bytes);
    const auto least = std::max<std::size_t>(
        std::min({one_partition, most, options.buffer_bytes / serving_.size()}), 1);
    return std::clamp(free / unasked, least, most);
}

} // namespace kcpp::consuming
