#pragma once

#include "runtime/runtime.hpp"
#include "testing/simulation/world.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace kcpp::testing {

/// How bad the network is. Chances are in a million.
struct weather {
    runtime::duration least_latency = std::chrono::microseconds(50);
    runtime::duration most_latency = std::chrono::microseconds(500);
    /// A piece of a write is delayed by up to `longest_stall`.
    std::uint64_t stall_chance = 0;
    runtime::duration longest_stall = std::chrono::seconds(2);
    /// A write goes over in several pieces.
    std::uint64_t split_chance = 100'000;
    /// A connection is cut in the middle of a write.
    std::uint64_t cut_chance = 0;
    /// A connect is refused.
    std::uint64_t refuse_chance = 0;
    /// How many bytes are taken from the writer's memory per microsecond: slow enough, and memory
    /// that is reused too early shows.
    std::size_t bytes_per_microsecond = 1000;
};

class simulated_stream;

/// All listening ports and connections of a world. Streams deliver in order; connections run ahead
/// of one another as they like.
class simulated_network {
public:
    explicit simulated_network(world& w) : world_(w), random_(w.fork("network")) {}

    weather conditions;

    world& in() noexcept { return world_; }
    random_stream& random() noexcept { return random_; }

    std::unique_ptr<runtime::acceptor> listen(const std::string& host, std::uint16_t port);
    void connect(const std::string& from, const runtime::address& to, runtime::time_point until,
                 runtime::connect_handler done);

    /// Nothing goes between the two any more, in both directions, until `heal`; connections stall.
    /// Hosts by name.
    void cut_off(const std::string& host, std::uint16_t port);
    void heal();
    bool reachable(std::uint16_t port) const { return !cut_.contains(port); }
    /// Resets every connection to a port.
    void reset_connections(std::uint16_t port);

    /// How many streams exist: none may be left at the end.
    std::size_t live_streams() const noexcept { return live_; }

private:
    friend class simulated_stream;
    friend class simulated_acceptor;

    world& world_;
    random_stream random_;
    std::map<std::uint16_t, class simulated_acceptor*> listening_;
    std::set<std::uint16_t> cut_;
    std::set<simulated_stream*> streams_;
    std::uint16_t next_port_ = 20'000;
    std::size_t live_ = 0;
    std::uint64_t next_connection_ = 1;
};

} // namespace kcpp::testing
