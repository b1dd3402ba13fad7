#pragma once

#include "cluster/metadata_cache.hpp"
#include "network/backoff.hpp"
#include "runtime/signal.hpp"

#include <kcpp/result.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace kcpp::cluster {

class core;

/// What to do about a topic that the cluster says does not exist.
enum class unknown_topic {
    /// Ask again until the deadline: it may be on its way.
    wait,
    /// Report it.
    fail,
};

/// Keeps the snapshot of the cluster fresh: asks when somebody wants a topic that is not known,
/// when something turned out to be stale, and when the snapshot has grown old (L4).
///
/// For the I/O thread, except `current` and `generation`.
class metadata {
public:
    explicit metadata(core& owner);

    /// The newest snapshot. Any thread.
    std::shared_ptr<const snapshot> current() const;
    /// The generation of `current()`, cheap enough to look at per record. Any thread.
    std::uint64_t generation() const noexcept {
        return generation_.load(std::memory_order_acquire);
    }

    /// Keeps a topic in the snapshot from now on, until nobody has wanted it for `idle_topic`.
    void want(std::string_view topic_name);
    /// Puts a topic into the snapshot of which only the id is known, if the next refresh finds it:
    /// whoever still misses it after that wants it again. Brokers before 3.1 tell no names.
    void want(const wire::uuid& topic_id);
    /// Something in the snapshot was wrong: refresh soon. Calls close together make one request.
    void refresh();
    /// Somebody leads no more, or cannot be reached, and records wait for whoever follows.
    /// Elections take a moment only, so this is asked again sooner than other things.
    void look_for_leader();
    /// This broker does not answer. If the cluster does not count on it any more, closes its
    /// connections and looks for new leaders. Asks another one, for the list of brokers alone.
    static runtime::task<> doubt(std::shared_ptr<core> owner, std::int32_t node);

    /// The topic, once it is known and well.
    runtime::task<result<std::shared_ptr<const topic>>>
    find(std::string topic_name, unknown_topic policy, runtime::time_point until);
    /// Waits for the next answer or change; false if `until` passed first.
    runtime::task<bool> wait_for_update(runtime::time_point until);
    /// How many answers have come. What was heard before a question is no answer to it.
    std::uint64_t answers() const noexcept { return answers_; }
    /// Asks now, whatever is known.
    runtime::task<result<void>> ping(runtime::time_point until);

    /// Why nothing can be said about a topic, in words: it does not exist, it may not be seen,
    /// nobody was reached.
    error explain_missing(std::string_view topic_name) const;
    /// Wakes everybody who waits for an update, without one.
    void nudge() { updated_.notify(); }

    /// Where the leaders are that an answer names, before it is asked who leads (KIP-951).
    void add_brokers(const std::vector<protocol::node_endpoint>& said);
    /// What an answer says about a partition's leader (KIP-951). Whether it was news.
    bool apply_leader(std::string_view topic_name, std::int32_t index, std::int32_t leader,
                      std::int32_t epoch);
    /// Takes in an answer that somebody else asked for.
    void apply(const protocol::metadata::response& said, std::int16_t version);

    static runtime::task<> run(std::shared_ptr<core> owner);
    void close();

private:
    static constexpr runtime::duration idle_topic = std::chrono::minutes(5);

    runtime::task<> update();
    runtime::task<> look_ids_up();
    runtime::time_point next_update() const;
    void forget_old_pauses(runtime::time_point now);
    void start();
    void publish();
    protocol::metadata::request request_for_wanted();
    bool misses_a_leader() const;

    core& core_;
    metadata_cache cache_;
    mutable std::mutex mutex_;
    std::shared_ptr<const snapshot> shared_;
    std::atomic<std::uint64_t> generation_{0};

    std::map<std::string, runtime::time_point, std::less<>> wanted_;
    std::set<wire::uuid> wanted_ids_;
    runtime::signal wake_;
    runtime::signal updated_;
    /// Between two answers that change nothing, and when one may be asked for again at the
    /// earliest: about whatever it is, and about leaders.
    network::backoff backoff_;
    runtime::time_point earliest_{};
    network::backoff election_;
    runtime::time_point earliest_election_{};
    runtime::time_point fresh_until_ = runtime::never;
    bool running_ = false;
    bool urgent_ = false;
    bool stale_ = false;
    bool electing_ = false;
    /// As of the last answer: some partition has no leader.
    bool misses_a_leader_ = false;
    std::optional<error> last_failure_;
    /// See `answers`.
    std::uint64_t answers_ = 0;
};

} // namespace kcpp::cluster
