#pragma once

#include "cluster/snapshot.hpp"
#include "network/backoff.hpp"
#include "network/open.hpp"
#include "runtime/signal.hpp"

#include <kcpp/result.hpp>

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace kcpp::cluster {

/// What a connection is for. Brokers answer one connection in order, so a long poll must not stand
/// before a heartbeat or a produce.
enum class purpose : std::uint8_t { general, produce, fetch, coordinator, join };

/// A purpose, and for whom: what may keep a connection waiting (a fetch, a join) goes over
/// connections of the one consumer's own lane, else two consumers on a shared client would wait for
/// each other. Lane 0 is everybody's.
struct channel {
    channel(purpose what, std::uint32_t whose = 0) noexcept : use(what), lane(whose) {}

    purpose use;
    std::uint32_t lane;

    friend auto operator<=>(const channel&, const channel&) = default;
};

/// One connection per broker and channel, opened when first asked for, and again after a growing
/// pause when it was lost. For the I/O thread.
class connection_pool {
public:
    explicit connection_pool(network::environment& env);

    /// Where to start before any metadata came. They get ids from -1 downwards.
    void set_bootstrap(std::vector<network::endpoint> servers);
    /// The brokers by the newest metadata. Connections to addresses that are no more are closed.
    void set_brokers(const std::map<std::int32_t, broker>& brokers);
    /// It is not part of the cluster any more: closes its connections, with whatever is under way.
    void forget(std::int32_t node);
    /// A broker that was named before metadata knew it: a coordinator.
    void add_broker(const network::endpoint& where);

    /// A ready connection. Waits out the pause after a failure and makes one attempt; fails with
    /// what came of it, or at `until`.
    runtime::task<result<std::shared_ptr<network::connection>>> get(std::int32_t node, channel over,
                                                                    runtime::time_point until);

    /// The cluster counts on this broker again, so that trying it is worth it whatever came of it
    /// until now.
    void expect(std::int32_t node);

    /// A lane of one's own, to be closed when it is not used any more.
    std::uint32_t open_lane();
    /// Closes the connections of that lane, with whatever is under way on them.
    void close_lane(std::uint32_t lane, const error& why);

    /// False while something that was asked over it is not answered: what is asked now would wait
    /// for that.
    bool is_free(std::int32_t node, channel over) const;

    /// The node to ask what any broker can answer: connected ones with little to do before others,
    /// ones that failed last; not `except`, if there is another.
    std::int32_t any_node(std::optional<std::int32_t> except = {});

    /// Of all nodes, the one that came last; none since a connection could be made.
    const std::optional<error>& last_failure() const noexcept { return last_failure_; }
    /// All that could be reached answers, but not as Kafka does: asking again does not mend that.
    bool nobody_speaks_kafka() const;

    /// Ends everything; later calls fail with `why`.
    void close(const error& why);

private:
    using connections = std::vector<std::shared_ptr<network::connection>>;
    struct slot {
        std::shared_ptr<network::connection> open{};
        bool opening = false;
        /// While it is opening: what the broker is greeted over, once it is connected.
        std::shared_ptr<network::connection> greeting{};

        void empty_into(connections& taken);
    };
    struct node {
        node(network::endpoint at, const client_options& options);
        network::endpoint where;
        std::map<channel, slot> slots{};
        network::backoff reconnect;
        network::backoff setup;
        runtime::time_point retry_at{};
        std::optional<error> last_failure{};
        network::greeting greeting = network::greeting::newest;
        /// False once metadata no longer knows it.
        bool listed = true;
    };

    runtime::task<> open_slot(std::shared_ptr<node> to, channel over);
    std::shared_ptr<node> find(std::int32_t id) const;
    void failed(node& to, const error& why);
    runtime::duration setup_timeout(node& to);

    network::environment& env_;
    std::map<std::int32_t, std::shared_ptr<node>> nodes_;
    std::vector<std::int32_t> bootstrap_;
    std::set<std::uint32_t> lanes_{0};
    std::uint32_t last_lane_ = 0;
    std::optional<error> last_failure_;
    std::optional<error> closed_;
    runtime::signal changed_;
};

} // namespace kcpp::cluster
