#pragma once

#include "runtime/runtime.hpp"
#include "runtime/signal.hpp"
#include "runtime/task_group.hpp"
#include "testing/fault_script.hpp"
#include "testing/model/cluster_state.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp::testing {

class broker_server;

/// Brokers on a runtime, real or simulated, and all that they share. For the runtime's I/O thread
/// only.
class cluster {
public:
    /// Listens on `ports`, one for each broker; 0 lets the runtime choose.
    cluster(runtime::runtime& rt, cluster_settings settings,
            const std::vector<std::uint16_t>& ports);
    ~cluster();

    /// "127.0.0.1:9092,127.0.0.1:9093": every broker, stopped or not.
    std::string bootstrap_servers() const;

    /// Hangs up on everybody, and the other brokers take over.
    void stop_broker(std::int32_t id);
    /// Comes back at its port, or, should somebody have taken that, at another.
    void start_broker(std::int32_t id);
    /// A group as it is now, whatever time has done to it; null if there is none.
    group* group_now(std::string_view name);
    /// False if the broker is no replica in sync of the partition.
    bool move_leader(partition& p, std::int32_t to);
    /// Ends everything, then calls `done`, which may not destroy this object yet.
    void close(std::function<void()> done);

    kcpp::runtime::runtime& runtime;
    cluster_state state;
    fault_script faults;
    /// How many requests arrived, by API.
    std::map<api, std::int64_t> requests;
    /// A log got longer, or a leader changed: who waits for records looks again.
    runtime::signal log_news;
    /// A group changed.
    runtime::signal group_news;
    /// A broker or the cluster stops.
    runtime::signal stop_news;
    /// Everything that runs.
    runtime::task_group work;
    /// What a broker threw, which is a defect of ours.
    std::exception_ptr defect;

private:
    void notify_all();

    std::vector<std::unique_ptr<broker_server>> servers_; // one for each broker
};

} // namespace kcpp::testing
