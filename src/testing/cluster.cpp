#include "testing/cluster.hpp"

#include "testing/broker/broker_server.hpp"

namespace kcpp::testing {

cluster::cluster(runtime::runtime& rt, cluster_settings settings,
                 const std::vector<std::uint16_t>& ports)
    : runtime(rt),
      state(static_cast<std::int32_t>(ports.size()), settings, [&rt] { return rt.random(); }),
      log_news(rt), group_news(rt), stop_news(rt), work(rt) {
    for (std::size_t i = 0; i < ports.size(); ++i) {
        broker_node& node = *state.find_broker(static_cast<std::int32_t>(i + 1));
        servers_.push_back(std::make_unique<broker_server>(*this, node.id));
        node.port = servers_.back()->listen(ports[i]);
    }
    for (const auto& server : servers_)
        server->start();
}

cluster::~cluster() = default;

std::string cluster::bootstrap_servers() const {
    std::string list;
    for (const broker_node& b : state.brokers()) {
        if (!list.empty()) list += ',';
        list += b.host + ':' + std::to_string(b.port);
    }
    return list;
}

void cluster::stop_broker(std::int32_t id) {
    if (!state.find_broker(id)->up) return;
    links_.thaw(id);
    state.stop_broker(id);
    fetch_sessions_.erase(id);
    servers_[static_cast<std::size_t>(id - 1)]->stop();
    update_followers();
}

void cluster::start_broker(std::int32_t id) {
    if (state.find_broker(id)->up) return;
    broker_server& server = *servers_[static_cast<std::size_t>(id - 1)];
    broker_node& node = *state.find_broker(id);
    node.port = server.listen_again(node.port);
    state.start_broker(id);
    server.start();
    update_followers();
}

std::size_t cluster::connections(std::int32_t broker) const {
    return servers_[static_cast<std::size_t>(broker - 1)]->connections();
}

fetch_session_cache& cluster::sessions_at(std::int32_t broker) {
    const auto random = [this] { return runtime.random(); };
    return fetch_sessions_.try_emplace(broker, random).first->second;
}

bool cluster::move_leader(partition& p, std::int32_t to) {
    if (!p.move_leader(to)) return false;
    update_followers();
    return true;
}

void cluster::close(std::function<void()> done) {
    closing_ = true;
    for (const auto& server : servers_)
        server->stop();
    notify_all();
    if (work.size() == 0) return done();
    work.on_empty = std::move(done);
}

void cluster::notify_all() {
    log_news.notify();
    group_news.notify();
    stop_news.notify();
}

} // namespace kcpp::testing
