#include "cluster/metadata.hpp"

#include "cluster/core.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace kcpp::cluster {

namespace {

/// Errors of a topic that asking again does not mend.
bool is_final(broker_errc e) {
    return e == broker_errc::invalid_topic_exception ||
           e == broker_errc::topic_authorization_failed;
}

/// Older versions have a place for ids that brokers cannot read.
struct where_ids_are_known {
    static constexpr std::int16_t since = 12;

    result<void> operator()(protocol::metadata::request&, std::int16_t version) const {
        if (version >= since) return {};
        return error(client_errc::unsupported_version, "this broker knows topics by name only");
    }
};

/// Between two questions for a leader that is not there yet.
constexpr auto longest_election = std::chrono::milliseconds(250);

} // namespace

metadata::metadata(core& owner)
    : core_(owner), shared_(cache_.current()), wake_(owner.rt()), updated_(owner.rt()),
      backoff_(owner.options().retry_backoff, owner.options().retry_backoff_max),
      election_(owner.options().retry_backoff,
                std::min<runtime::duration>(owner.options().retry_backoff_max, longest_election)) {}

std::shared_ptr<const snapshot> metadata::current() const {
    std::lock_guard lock(mutex_);
    return shared_;
}

void metadata::want(std::string_view topic_name) {
    const auto found = wanted_.find(topic_name);
    if (found != wanted_.end()) {
        found->second = core_.rt().now();
        return;
    }
    wanted_.emplace(topic_name, core_.rt().now());
    urgent_ = true;
    start();
}

void metadata::want(const wire::uuid& topic_id) {
    wanted_ids_.insert(topic_id);
}

void metadata::refresh() {
    if (misses_a_leader_) return look_for_leader();
    if (std::exchange(stale_, true)) return;
    start();
}

void metadata::look_for_leader() {
    if (std::exchange(electing_, true)) return;
    start();
}

runtime::task<> metadata::doubt(std::shared_ptr<core> owner, std::int32_t node) {
    const protocol::metadata::request brokers_alone;
    const network::call_options limits{{owner->options().request_timeout}};
    const auto said =
        co_await owner->call(owner->pool().any_node(node), purpose::general, brokers_alone, limits);
    if (!said || owner->closing()) co_return;
    const bool counted_on = std::ranges::any_of(
        said->body.brokers, [node](const auto& each) { return each.node_id == node; });
    if (counted_on) co_return;
    owner->metadata().look_for_leader();
    owner->pool().forget(node);
}

void metadata::start() {
    if (!running_ && !core_.closing()) {
        running_ = true;
        core_.spawn(run(core_.shared_from_this()));
    }
    wake_.notify();
}

runtime::task<> metadata::run(std::shared_ptr<core> owner) {
    metadata& self = owner->metadata();
    while (!owner->closing()) {
        const auto due = self.next_update();
        if (owner->rt().now() < due)
            co_await self.wake_.wait(due);
        else
            co_await self.update();
    }
}

runtime::time_point metadata::next_update() const {
    if (urgent_) return core_.rt().now();
    if (electing_) return earliest_election_;
    if (stale_) return earliest_;
    return fresh_until_;
}

/// Pauses grow from one question to the next, not from one trouble to another.
void metadata::forget_old_pauses(runtime::time_point now) {
    const auto longest = core_.options().retry_backoff_max;
    if (now > runtime::after(earliest_, longest)) backoff_.reset();
    if (now > runtime::after(earliest_election_, longest)) election_.reset();
}

runtime::task<> metadata::update() {
    urgent_ = stale_ = electing_ = false;
    forget_old_pauses(core_.rt().now());
    const auto request = request_for_wanted();
    const auto until = runtime::after(core_.rt().now(), core_.options().request_timeout);
    auto said = co_await core_.call_any(request, until);
    const auto now = core_.rt().now();
    const auto before = cache_.current()->generation;
    if (said) {
        last_failure_.reset();
        ++answers_;
        fresh_until_ = runtime::after(now, core_.options().metadata_max_age);
        apply(said->body, said->version);
    } else {
        last_failure_ = said.error();
        stale_ = true;
    }
    // An answer that changes nothing is no progress: asking again at once would spin (KIP-580).
    if (said && cache_.current()->generation != before) {
        backoff_.reset();
        election_.reset();
    }
    misses_a_leader_ = misses_a_leader();
    earliest_ = runtime::after(now, backoff_.next(core_.rt().random()));
    earliest_election_ = runtime::after(now, election_.next(core_.rt().random()));
    updated_.notify();
    if (said) co_await look_ids_up();
}

/// Apart from the names: a request has room for the one or the other.
runtime::task<> metadata::look_ids_up() {
    auto ids = std::exchange(wanted_ids_, {});
    std::erase_if(ids, [&](const auto& id) { return cache_.current()->find(id) != nullptr; });
    if (ids.empty()) co_return;
    protocol::metadata::request request;
    request.allow_auto_topic_creation = false;
    for (const wire::uuid& id : ids) {
        protocol::metadata::topic& asked = request.topics->emplace_back();
        asked.topic_id = id;
        asked.name.reset();
    }
    const auto until = runtime::after(core_.rt().now(), core_.options().request_timeout);
    const where_ids_are_known adapt;
    const auto said = co_await core_.call_any(request, until, adapt);
    if (!said) co_return;
    for (const auto& found : said->body.topics)
        if (found.name && found.error_code == 0) wanted_.try_emplace(*found.name, core_.rt().now());
    apply(said->body, said->version);
    updated_.notify();
}

bool metadata::misses_a_leader() const {
    return std::ranges::any_of(wanted_, [this](const auto& entry) {
        const auto known = cache_.current()->find(entry.first);
        return known && std::ranges::any_of(known->partitions,
                                            [](const partition& p) { return p.leader < 0; });
    });
}

void metadata::apply(const protocol::metadata::response& said, std::int16_t version) {
    if (cache_.apply(said, version, core_.rt().now())) publish();
}

void metadata::add_brokers(const std::vector<protocol::node_endpoint>& said) {
    if (!said.empty() && cache_.add_brokers(said)) publish();
}

bool metadata::apply_leader(std::string_view topic_name, std::int32_t index, std::int32_t leader,
                            std::int32_t epoch) {
    const bool is_news = cache_.apply_leader(topic_name, index, leader, epoch);
    if (is_news) publish();
    return is_news;
}

void metadata::publish() {
    core_.pool().set_brokers(cache_.current()->brokers);
    {
        std::lock_guard lock(mutex_);
        shared_ = cache_.current();
    }
    generation_.store(cache_.current()->generation, std::memory_order_release);
    updated_.notify();
}

protocol::metadata::request metadata::request_for_wanted() {
    const auto now = core_.rt().now();
    const auto forgotten = std::erase_if(wanted_, [&](const auto& entry) {
        const bool idle = now - entry.second > idle_topic;
        if (idle) cache_.forget(entry.first);
        return idle;
    });
    if (forgotten != 0) publish();
    protocol::metadata::request request;
    request.allow_auto_topic_creation = core_.options().allow_auto_create_topics;
    for (const auto& [name, since] : wanted_) {
        protocol::metadata::topic t;
        t.name = name;
        request.topics->push_back(std::move(t));
    }
    return request;
}

runtime::task<result<std::shared_ptr<const topic>>>
metadata::find(std::string topic_name, unknown_topic policy, runtime::time_point until) {
    const auto answers_before = answers_;
    for (;;) {
        if (core_.closing()) co_return core_.closed_error();
        want(topic_name);
        const auto known = cache_.current()->find(topic_name);
        if (known && known->error == broker_errc::none && !known->partitions.empty())
            co_return known;
        const bool asked = answers_ != answers_before;
        if (known && asked && (is_final(known->error) || policy == unknown_topic::fail))
            co_return explain_missing(topic_name);
        if (core_.rt().now() >= until) co_return explain_missing(topic_name);
        // What is known already may be old news, and what was not answered is to be asked again.
        if (known || asked) refresh();
        co_await updated_.wait(until);
    }
}

error metadata::explain_missing(std::string_view topic) const {
    const std::string topic_name(topic);
    const auto known = cache_.current()->find(topic_name);
    if (known && known->error == broker_errc::unknown_topic_or_partition)
        return error(known->error,
                     base::text("topic ", topic_name,
                                " does not exist on this cluster; create it, or check the name"),
                     {.topic = topic_name});
    if (known && known->error == broker_errc::topic_authorization_failed)
        return error(known->error,
                     base::text("not allowed to describe topic ", topic_name,
                                "; ask for the ACL Describe on it"),
                     {.topic = topic_name});
    if (known && known->error == broker_errc::invalid_topic_exception)
        return error(
            known->error,
            base::text(
                '"', topic_name,
                "\" is not a topic name: 1 to 249 letters, digits, '.', '_' and '-' are allowed"),
            {.topic = topic_name});
    if (last_failure_)
        return error(
            last_failure_->code(),
            base::text("nothing is known of topic ", topic_name, ": ", last_failure_->message()),
            {.topic = topic_name});
    if (known && known->error != broker_errc::none)
        return error(known->error,
                     base::text("topic ", topic_name, " is not ready: ", name_of(known->error)),
                     {.topic = topic_name});
    const auto& trouble = core_.pool().last_failure();
    return error(client_errc::timed_out,
                 base::text("no broker told of topic ", topic_name, " in the time given",
                            trouble ? "; the last attempt: " + trouble->message() : std::string()),
                 {.topic = topic_name});
}

runtime::task<bool> metadata::wait_for_update(runtime::time_point until) {
    return updated_.wait(until);
}

runtime::task<result<void>> metadata::ping(runtime::time_point until) {
    const auto request = request_for_wanted();
    auto said = co_await core_.call_any(request, until);
    if (!said) co_return said.error();
    apply(said->body, said->version);
    co_return result<void>();
}

void metadata::close() {
    wake_.notify();
    updated_.notify();
}

} // namespace kcpp::cluster
