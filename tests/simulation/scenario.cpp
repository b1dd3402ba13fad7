#include "scenario.hpp"

#include "cluster/client_maker.hpp"

#include <kcpp/log.hpp>

#include <algorithm>
#include <stdexcept>

namespace kcpp::simulation {

namespace {

/// Long enough for every timer that closed things may have left to come and go.
constexpr auto time_for_the_rest = std::chrono::hours(1);

} // namespace

/// Puts what a client logs into the story. What it calls a defect of its own, is one.
class scenario::scenario_logger final : public logger {
public:
    scenario_logger(scenario& run, std::string client) : run_(run), client_(std::move(client)) {}

    bool enabled(log_level level) const noexcept override {
        return level == log_level::error || (run_.told() && level <= log_level::debug);
    }
    void write(const log_entry& entry) noexcept override {
        if (run_.told())
            run_.note(client_ + " log: " + std::string(entry.component) + ": " +
                      std::string(entry.message));
        if (entry.message.find("a defect of kcpp") != std::string_view::npos)
            run_.problems.add(client_ + " logged: " + std::string(entry.message));
    }

private:
    scenario& run_;
    std::string client_;
};

scenario::scenario(std::uint64_t seed, story tell)
    : world(seed), network(world), broker_runtime_(world, network, "brokers") {
    world.tell = std::move(tell);
    if (told()) messages_.emplace(network, [this](std::uint16_t port) { return broker_at(port); });
}

scenario::~scenario() = default;

std::string scenario::broker_at(std::uint16_t port) const {
    if (cluster_)
        for (const auto& each : cluster_->state.brokers())
            if (each.port == port) return "broker " + std::to_string(each.id);
    return "port " + std::to_string(port);
}

void scenario::start_cluster(std::int32_t brokers, testing::cluster_settings settings) {
    const std::vector<std::uint16_t> ports(static_cast<std::size_t>(brokers));
    cluster_ = std::make_unique<testing::cluster>(broker_runtime_, settings, ports);
}

void scenario::create_topic(const std::string& name, std::int32_t partitions,
                            std::int16_t replication, configs with) {
    testing::topic_wish wish{.name = name,
                             .partitions = partitions,
                             .replication_factor = replication,
                             .configs = std::move(with)};
    const auto found = cluster_->state.plan_topic(wish);
    if (!found.good()) throw std::logic_error("topic " + name + ": " + found.reason);
    cluster_->state.create_topic(wish);
    if (told())
        note("topic " + name + " is created with " + std::to_string(partitions) + " partitions");
}

client scenario::make_client(const std::string& name, client_options options) {
    auto own = std::make_shared<testing::simulated_runtime>(world, network, name);
    names_.push_back(name);
    runtimes_.push_back(own);
    options.bootstrap_servers = cluster_->bootstrap_servers();
    options.client_id = name;
    options.logger = std::make_shared<scenario_logger>(*this, name);
    client made = cluster::client_maker::make(std::move(options), [own] { return own; });
    must_end("client " + name, made.core()->weak_from_this());
    return made;
}

testing::simulated_runtime& scenario::runtime_of(const std::string& client) {
    return **std::ranges::find(runtimes_, client, [](const auto& each) { return each->name(); });
}

void scenario::start_thread(std::string name, const std::string& client,
                            std::function<void()> body) {
    world.start_thread(std::move(name), std::move(body), client);
}

void scenario::must_end(std::string what, std::weak_ptr<void> thing) {
    must_end_.push_back({std::move(what), std::move(thing)});
}

void scenario::run(runtime::duration limit) {
    world.run(limit);
    bool closed = false;
    cluster_->close([&closed] { closed = true; });
    world.drain(time_for_the_rest);
    if (!closed) problems.add("the cluster did not close");
    if (cluster_->defect) std::rethrow_exception(cluster_->defect);
    look_for_remains();
}

void scenario::look_for_remains() {
    for (const auto& [what, thing] : must_end_)
        if (!thing.expired()) problems.add("left behind after closing: " + what);
    if (network.live_streams() != 0)
        problems.add("left behind after closing: " + std::to_string(network.live_streams()) +
                     " ends of connections");
}

} // namespace kcpp::simulation
