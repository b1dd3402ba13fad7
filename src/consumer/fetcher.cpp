#include "consumer/fetcher.hpp"

#include "consumer/core.hpp"
#include "consumer/fetch_request.hpp"
#include "network/backoff.hpp"

#include <algorithm>
#include <chrono>

namespace kcpp::consuming {

namespace {

/// How often it is said that topics are wanted, so that metadata keeps them.
constexpr auto want_interval = std::chrono::minutes(1);

bool is_told(broker_errc of_topic) {
    return of_topic == broker_errc::unknown_topic_or_partition ||
           of_topic == broker_errc::invalid_topic_exception ||
           of_topic == broker_errc::topic_authorization_failed;
}

} // namespace

fetcher::fetcher(core& owner) : core_(owner), changed_(owner.cluster().rt()) {}

void fetcher::start() {
    budget_ = std::make_shared<byte_budget>(
        core_.options().buffer_bytes, [weak = core_.weak_from_this()] {
            const auto owner = weak.lock();
            if (owner) owner->cluster().rt().execute([owner] { owner->fetching().wake(); });
        });
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
        const auto found = owner->table().leaders(*metadata.current());
        for (std::int32_t node : found.leaders)
            if (self.serving_.insert(node).second) owner->cluster().spawn(serve(owner, node));
        if (!found.leaderless.empty()) {
            self.note_leaderless(found.leaderless);
            metadata.refresh();
        }
        co_await self.changed_.wait(runtime::after(owner->cluster().rt().now(), want_interval));
    }
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

bool fetcher::leads(std::int32_t node) const {
    return core_.table().leaders(*core_.cluster().metadata().current()).leaders.contains(node);
}

runtime::task<> fetcher::serve(std::shared_ptr<core> owner, std::int32_t node) {
    fetcher& self = owner->fetching();
    cluster::core& cluster = owner->cluster();
    network::backoff pauses(cluster.options().retry_backoff, cluster.options().retry_backoff_max);
    runtime::time_point last_sent{};
    runtime::time_point resting_until{};
    while (!owner->stopped() && self.leads(node)) {
        // Said before looking, so that nothing the application takes in between goes unnoticed.
        self.wants_to_hear_ = true;
        const auto now = cluster.rt().now();
        const auto plan = owner->table().plan(*cluster.metadata().current(), node, now);
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
        const auto room = self.share_of_room();
        const auto request = fetch_request(plan, owner->options(), cluster.options().rack, max_wait,
                                           static_cast<std::int32_t>(room));
        network::call_options limits;
        limits.limits.timeout = cluster.options().request_timeout;
        limits.newest = newest_fetch_version(plan);
        const cluster::channel over(cluster::purpose::fetch, owner->lane());
        owner->table().begin_fetch(plan);
        self.reserved_ += room;
        ++self.under_way_;
        auto said = co_await cluster.call(node, over, request, limits);
        --self.under_way_;
        self.reserved_ -= room;
        for (const fetch_target& target : plan.targets)
            owner->table().end_fetch(target);
        if (owner->stopped()) break;
        if (said && said->body.error_code == 0) {
            pauses.reset();
            self.take_in(plan, node, *said);
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

/// What nothing will mend by itself, such as a broker that refuses these credentials, the
/// application should know.
void fetcher::note_failure(const fetch_plan& plan, std::int32_t node, const result<answer>& said) {
    const auto code = said ? static_cast<broker_errc>(said->body.error_code) : broker_errc::none;
    const error why = said
                          ? error(code, base::text("fetch from broker ", node, ": ", name_of(code)),
                                  {.broker = node})
                          : said.error();
    core_.log().debug(why.message());
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
