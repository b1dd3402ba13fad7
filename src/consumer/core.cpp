#include "consumer/core.hpp"

#include "options/validate.hpp"

#include <stdexcept>

namespace kcpp::consuming {

namespace {

/// Between two attempts at something that only the application, or whoever runs the cluster, can
/// mend.
constexpr auto long_pause = std::chrono::seconds(1);

partition_table::settings table_settings(const consumer_options& options) {
    partition_table::settings chosen;
    if (options.offset_reset == offset_reset::earliest) chosen.reset = earliest_timestamp;
    if (options.offset_reset == offset_reset::latest) chosen.reset = latest_timestamp;
    if (options.offset_reset.duration()) chosen.reset = by_duration_timestamp;
    chosen.enough_bytes = static_cast<std::size_t>(options.partition_fetch_bytes);
    return chosen;
}

} // namespace

std::shared_ptr<core> core::start(std::shared_ptr<cluster::core> client, consumer_options options) {
    if (auto wrong = options::validate(options, client->options())) throw kafka_error(*wrong);
    std::shared_ptr<core> self(new core(std::move(client), std::move(options)));
    self->fetcher_.prepare();
    self->cluster_->rt().execute([self] {
        self->lane_ = self->cluster_->pool().open_lane();
        self->fetcher_.start();
        self->finder_.start();
        self->cluster_->spawn(follow_metadata(self));
        if (self->commits_by_itself()) self->cluster_->spawn(auto_commit(self));
    });
    return self;
}

core::core(std::shared_ptr<cluster::core> lease, consumer_options options)
    : cluster_(lease->shared_from_this()), lease_(std::move(lease)), options_(std::move(options)),
      log_(cluster_->log().for_component("consumer")), table_(table_settings(options_)),
      hand_([this] { wake_polling(); }), fetcher_(*this), finder_(*this),
      committer_(cluster_->rt()), polling_(cluster_->rt()) {
    if (!options_.group_id.empty())
        coordinator_ = std::make_shared<group_coordinator>(cluster_, options_.group_id);
}

/// Any thread.
void core::wake_polling() {
    cluster_->rt().execute([self = shared_from_this()] { self->polling_.notify(); });
}

std::optional<identity> core::identity_for(const tenures& during) const {
    // Nobody's member: the coordinator takes offsets from anybody while the group is empty.
    if (!member_ && during.empty()) return identity();
    if (!member_ || during.empty() || !table_.holds(during)) return std::nullopt;
    return member_->commits_as();
}

void core::commit_refused(const error& why, const identity& sent) {
    if (!member_ || why.code().category() != broker_category()) return;
    member_->commit_refused(static_cast<broker_errc>(why.code().value()), sent);
}

bool core::is_between_generations(const identity& sent) const {
    return member_ && member_->is_between_generations(sent);
}

void core::fail_group(const error& why) {
    log_.error(why.message());
    hand_.set_standing(why);
    hand_.tell(why);
}

runtime::time_point core::in(std::chrono::milliseconds span) const {
    constexpr auto most = std::chrono::floor<std::chrono::milliseconds>(runtime::duration::max());
    return runtime::after(cluster_->rt().now(),
                          std::clamp(span, std::chrono::milliseconds(0), most));
}

error core::closed_error() const {
    return error(client_errc::closed, "the consumer was closed");
}

runtime::task<> core::follow_metadata(std::shared_ptr<core> self) {
    while (!self->stopped_) {
        co_await self->cluster_->metadata().wait_for_update(runtime::never);
        self->fetcher_.wake();
        self->finder_.wake();
        if (self->member_) self->member_->wake();
    }
}

/// Retriable errors do not surface from `poll`; that nobody can be reached at all must.
runtime::task<> core::check_reach(std::shared_ptr<core> self) {
    cluster::core& cluster = *self->cluster_;
    // Not before what has to be asked to begin with, whose answer tells as much.
    const auto answers = cluster.metadata().answers();
    (void)co_await cluster.pause(cluster.options().retry_backoff, runtime::never);
    if (cluster.metadata().answers() != answers) co_return;
    while (!self->stopped_) {
        const auto until = runtime::after(cluster.rt().now(), cluster.options().api_timeout);
        auto reached = co_await cluster.metadata().ping(until);
        if (reached || self->stopped_) co_return;
        self->hand_.tell(reached.error());
        const bool again = co_await cluster.pause(long_pause, runtime::never);
        if (!again) co_return;
    }
}

core::turn::turn(core& owner, const char* call) : core_(owner) {
    if (core_.busy_.exchange(true, std::memory_order_acquire))
        throw std::logic_error(base::text(
            "kcpp::consumer::", call,
            ": another thread, or a handler further up this one, is using this consumer"));
}

core::presence::presence(core& owner) : core_(owner) {
    if (!core_.life_.enter()) return;
    core_.cluster_->rt().execute([self = core_.shared_from_this()] {
        if (self->member_) self->member_->wake();
    });
}

} // namespace kcpp::consuming
