#pragma once

#include "runtime/runtime.hpp"
#include "testing/simulation/world.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

namespace kcpp::testing {

/// How bad the network is. Chances are in a million.
struct weather {
    runtime::duration least_latency = std::chrono::microseconds(50);
    runtime::duration most_latency = std::chrono::microseconds(500);
    /// A piece of a write is delayed by up to `longest_stall`.
    std::uint64_t stall_chance = 0;
    runtime::duration longest_stall = std::chrono::seconds(2);
    /// A write goes over in several pieces, a read gets less than there is.
    std::uint64_t split_chance = 100'000;
    /// A connection is cut in the middle of a write.
    std::uint64_t cut_chance = 0;
    /// A connect is refused.
    std::uint64_t refuse_chance = 0;
    /// How many bytes are taken from the writer's memory per millisecond: slow enough, and memory
    /// that is reused too early shows.
    std::size_t bytes_per_millisecond = 1'000'000;
    /// How much a connection takes that its other end has not read yet.
    std::size_t window_bytes = 256 * 1024;
};

enum class direction { to_broker, to_client };

/// A connection as the story knows it. Connections count from 1.
struct connection_name {
    std::uint64_t number = 0;
    std::string client;
    std::uint16_t port = 0;
};

class simulated_stream;
class simulated_acceptor;

/// All listening ports and connections of a world. Streams deliver in order; connections run ahead
/// of one another as they like.
class simulated_network {
public:
    explicit simulated_network(world& w) : world_(w), random_(w.fork("network")) {}

    weather conditions;
    /// Each sees all bytes as they leave the writer.
    using tap = std::function<void(const connection_name&, direction, std::span<const std::byte>)>;
    std::vector<tap> taps;

    world& in() noexcept { return world_; }
    random_stream& random() noexcept { return random_; }
    /// The participant that listens on a port, for `world::freeze`.
    static std::string participant(std::uint16_t port) { return "port " + std::to_string(port); }

    std::unique_ptr<runtime::acceptor> listen(std::uint16_t port);
    void connect(const std::string& from, const runtime::address& to, runtime::time_point until,
                 runtime::connect_handler done);

    /// Nothing goes from one to the other any more, until `heal`; what was sent waits, as TCP tries
    /// again and again.
    void cut(const std::string& client, std::uint16_t port, direction which);
    void heal(const std::string& client, std::uint16_t port, direction which);
    bool is_cut(const std::string& client, std::uint16_t port, direction which) const;
    /// Resets the connections of a client, or of everybody (""), to a port.
    void reset_connections(const std::string& client, std::uint16_t port);
    /// One of the connections to a port loses one direction for good: its reader sees the end.
    void half_close(std::uint16_t port);

    /// How many streams exist: none may be left at the end.
    std::size_t live_streams() const noexcept { return streams_.size(); }

private:
    friend class simulated_stream;
    friend class simulated_acceptor;

    std::vector<std::shared_ptr<simulated_stream>> streams_to(const std::string& client,
                                                              std::uint16_t port) const;
    struct attempt {
        std::string from;
        std::uint16_t port;
        runtime::time_point until;
        bool refused;
        runtime::connect_handler done;
    };
    void send_syn(attempt what, runtime::duration again);
    void open(attempt what);

    world& world_;
    random_stream random_;
    std::map<std::uint16_t, simulated_acceptor*> listening_;
    std::set<std::tuple<std::string, std::uint16_t, direction>> cut_;
    /// By their number: the order of addresses is another one in every run.
    std::map<std::uint64_t, std::weak_ptr<simulated_stream>> streams_;
    std::uint16_t next_port_ = 20'000;
    std::uint64_t next_stream_ = 1;
    std::uint64_t next_connection_ = 1;
};

} // namespace kcpp::testing
