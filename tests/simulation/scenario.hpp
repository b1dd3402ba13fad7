#pragma once

#include "findings.hpp"
#include "story.hpp"
#include "testing/cluster.hpp"
#include "testing/simulation/simulated_network.hpp"
#include "testing/simulation/simulated_runtime.hpp"
#include "testing/simulation/world.hpp"

#include <kcpp/client.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kcpp::simulation {

/// One run: a world, its network, a cluster and the clients, all made from one seed.
class scenario {
public:
    using story = std::function<void(runtime::duration since_the_beginning, std::string_view)>;

    /// `tell` hears the story, or is empty.
    scenario(std::uint64_t seed, story tell);
    ~scenario();

    testing::world world;
    testing::simulated_network network;
    findings problems;

    testing::random_stream random(std::string_view purpose) const { return world.fork(purpose); }

    /// Once, before clients are made.
    void start_cluster(std::int32_t brokers, testing::cluster_settings settings = {});
    testing::cluster& brokers() noexcept { return *cluster_; }
    using configs = std::vector<std::pair<std::string, std::optional<std::string>>>;
    void create_topic(const std::string& name, std::int32_t partitions, std::int16_t replication,
                      configs with = {});

    /// A client on a runtime of its own; everything that is done with it belongs on threads of this
    /// participant. `options` without servers and logger.
    client make_client(const std::string& name, client_options options);
    testing::simulated_runtime& runtime_of(const std::string& client);
    /// The names of all clients so far.
    const std::vector<std::string>& clients() const noexcept { return names_; }
    void start_thread(std::string name, const std::string& client, std::function<void()> body);
    /// To be gone at the end of the run, when everybody has let go of it.
    void must_end(std::string what, std::weak_ptr<void> thing);

    runtime::time_point now() const noexcept { return world.now(); }
    void note(std::string_view what) const { world.note(what); }
    bool told() const noexcept { return world.told(); }

    /// Runs all threads to their end, then closes the cluster, and sees that nothing is left.
    void run(runtime::duration limit);

private:
    class scenario_logger;
    void look_for_remains();

    std::string broker_at(std::uint16_t port) const;

    testing::simulated_runtime broker_runtime_;
    std::optional<story_of_messages> messages_;
    std::unique_ptr<testing::cluster> cluster_;
    std::vector<std::string> names_;
    std::vector<std::shared_ptr<testing::simulated_runtime>> runtimes_;
    struct watched {
        std::string what;
        std::weak_ptr<void> thing;
    };
    std::vector<watched> must_end_;
};

} // namespace kcpp::simulation
