#pragma once

#include "runtime/runtime.hpp"
#include "testing/cluster.hpp"
#include "wire/buffer.hpp"

#include <kcpp/error_codes.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp::testing {

constexpr std::int16_t code(broker_errc error) noexcept {
    return static_cast<std::int16_t>(error);
}

/// One request on its way through a broker.
class call {
public:
    call(testing::cluster& c, std::int32_t asked, const bool& connection_closed)
        : cluster(c), broker(asked), connection_closed_(connection_closed) {}

    testing::cluster& cluster;
    /// The broker that was asked.
    const std::int32_t broker;
    api of{};
    std::int16_t version = 0;
    std::string client_id;

    /// False for the one request that gets no answer: Produce with acks=0.
    bool answered = true;
    /// Hang up instead of answering.
    bool hang_up = false;
    /// How long the client is asked to wait.
    std::chrono::milliseconds throttled{0};

    cluster_state& state() const { return cluster.state; }
    runtime::time_point now() const { return cluster.runtime.now(); }
    runtime::time_point group_time() const { return cluster.group_time(); }
    std::int64_t wall_ms() const { return cluster.runtime.wall_now().time_since_epoch().count(); }
    /// False once nobody waits for the answer: whoever waits in a handler gives up.
    bool alive() const noexcept { return !connection_closed_; }

    /// The error that the test wants here, or none.
    broker_errc injected(std::string_view topic = {}, partition_id partition = -1);
    /// The error that the test wants said of what was written.
    broker_errc injected_late(std::string_view topic, partition_id partition);

    /// Memory that the answer points into.
    std::span<const std::byte> keep(wire::shared_buffer memory) {
        return kept_.emplace_back(std::move(memory)).bytes();
    }
    std::string fresh_member_id(std::string_view prefix) const;

private:
    template <class Fault>
    broker_errc error_by(std::shared_ptr<const fault_rule>& rule, std::string_view topic,
                         partition_id partition);

    const bool& connection_closed_;
    std::shared_ptr<const fault_rule> failing_;
    std::shared_ptr<const fault_rule> failing_late_;
    std::vector<wire::shared_buffer> kept_;
};

} // namespace kcpp::testing
