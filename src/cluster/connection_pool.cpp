#include "cluster/connection_pool.hpp"

#include <algorithm>
#include <limits>

namespace kcpp::cluster {

namespace {

/// Whoever waits for an answer goes on from inside this, and may come back to the pool.
void close_all(const std::vector<std::shared_ptr<network::connection>>& taken, const error& why) {
    for (const auto& conn : taken)
        conn->close(why);
}

} // namespace

connection_pool::node::node(network::endpoint at, const client_options& options)
    : where(std::move(at)), reconnect(options.reconnect_backoff, options.reconnect_backoff_max),
      setup(options.connect_timeout, options.connect_timeout_max) {}

void connection_pool::slot::empty_into(connections& taken) {
    if (open) taken.push_back(std::exchange(open, nullptr));
    if (greeting) taken.push_back(std::exchange(greeting, nullptr));
}

connection_pool::connection_pool(network::environment& env) : env_(env), changed_(env.rt) {}

void connection_pool::set_bootstrap(std::vector<network::endpoint> servers) {
    for (network::endpoint& where : servers) {
        where.node = -1 - static_cast<std::int32_t>(bootstrap_.size());
        bootstrap_.push_back(where.node);
        nodes_[where.node] = std::make_shared<node>(where, env_.options);
    }
}

void connection_pool::set_brokers(const std::map<std::int32_t, broker>& brokers) {
    std::vector<std::int32_t> gone;
    for (const auto& [id, known] : nodes_)
        if (id >= 0 && !brokers.contains(id)) gone.push_back(id);
    for (std::int32_t id : gone)
        forget(id);
    for (const auto& [id, said] : brokers)
        add_broker(said.where);
}

void connection_pool::add_broker(const network::endpoint& where) {
    if (closed_) return;
    const auto known = find(where.node);
    if (known && known->where == where) return;
    if (known) forget(where.node);
    nodes_[where.node] = std::make_shared<node>(where, env_.options);
}

void connection_pool::forget(std::int32_t id) {
    auto taken = nodes_.extract(id);
    if (!taken) return;
    taken.mapped()->listed = false;
    const error why(client_errc::connection_lost,
                    base::text(to_string(taken.mapped()->where),
                               " is no longer part of the cluster at this address"),
                    {.broker = id});
    connections lost;
    for (auto& [over, s] : taken.mapped()->slots)
        s.empty_into(lost);
    close_all(lost, why);
    changed_.notify();
}

std::shared_ptr<connection_pool::node> connection_pool::find(std::int32_t id) const {
    const auto found = nodes_.find(id);
    return found == nodes_.end() ? nullptr : found->second;
}

runtime::task<result<std::shared_ptr<network::connection>>>
connection_pool::get(std::int32_t id, channel over, runtime::time_point until) {
    bool attempted = false;
    for (;;) {
        if (closed_) co_return *closed_;
        if (!lanes_.contains(over.lane))
            co_return error(client_errc::closed, "whom this connection was for was closed");
        const auto to = find(id);
        if (!to)
            co_return error(
                client_errc::connect_failed,
                base::text("broker ", id, " is not known; metadata will tell its address"),
                {.broker = id});
        slot& wanted = to->slots[over];
        if (wanted.open && wanted.open->is_open()) co_return wanted.open;
        const auto now = env_.rt.now();
        if (attempted && !wanted.opening && to->last_failure) co_return *to->last_failure;
        if (now >= until)
            co_return to->last_failure.value_or(
                error(client_errc::timed_out,
                      base::text("no connection to ", to_string(to->where), " in the time given"),
                      {.broker = id}));
        const bool pausing = !wanted.opening && now < to->retry_at;
        if (!pausing && !wanted.opening) {
            wanted.opening = true;
            env_.tasks.spawn(open_slot(to, over));
        }
        attempted = attempted || wanted.opening;
        co_await changed_.wait(pausing ? std::min(until, to->retry_at) : until);
    }
}

runtime::task<> connection_pool::open_slot(std::shared_ptr<node> to, channel over) {
    const auto until = runtime::after(env_.rt.now(), setup_timeout(*to));
    slot& wanted = to->slots[over];
    auto opened = co_await network::open(env_, to->where, to->greeting, until, wanted.greeting);
    wanted.opening = false;
    wanted.greeting.reset();
    if (closed_ || !to->listed || !lanes_.contains(over.lane)) {
        // Nobody needs it any more, and that it was given up says nothing about the broker.
        if (opened)
            (*opened)->close(closed_.value_or(
                error(client_errc::connection_lost, "nobody needs the connection any more")));
        to->slots.erase(over);
    } else if (opened) {
        wanted.open = *opened;
        to->reconnect.reset();
        to->setup.reset();
        to->last_failure.reset();
        last_failure_.reset();
        (*opened)->on_closed = [this, to, over, raw = opened->get()] {
            const auto lost = to->slots.find(over);
            if (lost == to->slots.end() || lost->second.open.get() != raw) return;
            const auto why = raw->closed_because();
            lost->second.open.reset();
            if (!closed_ && !raw->idle_too_long()) failed(*to, *why);
        };
    } else {
        // The other way of asking, next time: the broker may have hung up on a version it does not
        // know.
        if (opened.error() == client_errc::connection_lost)
            to->greeting = to->greeting == network::greeting::newest ? network::greeting::plain
                                                                     : network::greeting::newest;
        if (opened.error() == client_errc::timed_out) to->setup.next(env_.rt.random());
        failed(*to, opened.error());
    }
    changed_.notify();
}

void connection_pool::failed(node& to, const error& why) {
    to.last_failure = last_failure_ = why;
    to.retry_at = runtime::after(env_.rt.now(), to.reconnect.next(env_.rt.random()));
    if (to.reconnect.failures() > 1)
        env_.log.debug(why.message());
    else if (why == client_errc::connection_lost)
        env_.log.info(why.message()); // brokers restart
    else
        env_.log.warning(why.message());
}

void connection_pool::expect(std::int32_t id) {
    const auto awaited = find(id);
    if (!awaited || awaited->retry_at <= env_.rt.now()) return;
    awaited->retry_at = {};
    changed_.notify();
}

runtime::duration connection_pool::setup_timeout(node& to) {
    network::backoff next = to.setup;
    return next.next(env_.rt.random());
}

bool connection_pool::nobody_speaks_kafka() const {
    return std::all_of(nodes_.begin(), nodes_.end(), [](const auto& entry) {
        const auto& failure = entry.second->last_failure;
        return failure && *failure == client_errc::protocol_error;
    });
}

bool connection_pool::is_free(std::int32_t id, channel over) const {
    const auto node = find(id);
    if (!node) return true;
    const auto at = node->slots.find(over);
    return at == node->slots.end() || !at->second.open || at->second.open->in_flight() == 0;
}

std::int32_t connection_pool::any_node(std::optional<std::int32_t> except) {
    constexpr auto busy = std::numeric_limits<std::size_t>::max();
    const auto now = env_.rt.now();
    std::vector<std::int32_t> known, resting;
    for (const auto& [id, n] : nodes_) {
        if (id < 0 || id == except) continue;
        (n->retry_at > now ? resting : known).push_back(id);
    }
    std::int32_t best = 0;
    std::size_t least = busy;
    for (std::int32_t id : known) {
        const auto& conn = nodes_[id]->slots[purpose::general].open;
        if (!conn || !conn->is_open() || conn->in_flight() >= least) continue;
        best = id;
        least = conn->in_flight();
    }
    if (least != busy) return best;
    // Nobody that metadata told of is well: the bootstrap servers may lead to others (KIP-899).
    const auto& candidates = !known.empty() ? known : bootstrap_;
    auto choice = candidates[env_.rt.random() % candidates.size()];
    for (std::int32_t id : candidates)
        if (nodes_[id]->retry_at < nodes_[choice]->retry_at) choice = id;
    return choice;
}

std::uint32_t connection_pool::open_lane() {
    lanes_.insert(++last_lane_);
    return last_lane_;
}

void connection_pool::close_lane(std::uint32_t lane, const error& why) {
    lanes_.erase(lane);
    connections lost;
    for (const auto& [id, n] : nodes_) {
        for (auto& [over, s] : n->slots)
            if (over.lane == lane) s.empty_into(lost);
        std::erase_if(n->slots, [lane](const auto& entry) {
            return entry.first.lane == lane && !entry.second.opening;
        });
    }
    close_all(lost, why);
    changed_.notify();
}

void connection_pool::close(const error& why) {
    if (closed_) return;
    closed_ = why;
    connections lost;
    for (const auto& [id, n] : nodes_)
        for (auto& [over, s] : n->slots)
            s.empty_into(lost);
    close_all(lost, why);
    changed_.notify();
}

} // namespace kcpp::cluster
