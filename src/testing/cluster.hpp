#pragma once

#include "runtime/runtime.hpp"
#include "runtime/signal.hpp"
#include "runtime/task_group.hpp"
#include "testing/fault_script.hpp"
#include "testing/links.hpp"
#include "testing/model/cluster_state.hpp"
#include "testing/model/fetch_session.hpp"

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
    /// Stops, without having written everything to its disk: what not every replica in sync has is
    /// lost.
    void crash_broker(std::int32_t id);
    /// Neither answers nor replicates until it is thawed. After a while (broker.session.timeout.ms)
    /// others lead what it led.
    void freeze_broker(std::int32_t id);
    void thaw_broker(std::int32_t id);
    /// Changes what gets through, and lets everything follow from that.
    void change_links(const std::function<void(links&)>& change);
    const links& connected() const noexcept { return links_; }
    /// A group as it is now, whatever time has done to it; null if there is none.
    group* group_now(std::string_view name);
    /// The time by which groups go: the runtime's, and what a test let pass besides.
    kcpp::runtime::time_point group_time() const;
    /// When that will be on the runtime's clock.
    kcpp::runtime::time_point due(kcpp::runtime::time_point of_group) const;
    /// Sessions and rebalances end as if this time had passed.
    void pass_group_time(kcpp::runtime::duration span);
    void move_coordinator(const std::string& group, std::int32_t to);
    /// False if there is no such member.
    bool expire_member(const std::string& group, const std::string& member_id);
    std::size_t connections(std::int32_t broker) const;
    /// The fetch sessions of one broker, which has them as long as it runs.
    fetch_session_cache& sessions_at(std::int32_t broker);
    /// False if the broker is no replica in sync of the partition.
    bool move_leader(partition& p, std::int32_t to);
    /// Ends everything, then calls `done`, which may not destroy this object yet.
    void close(std::function<void()> done);

    kcpp::runtime::runtime& runtime;
    cluster_state state;
    fault_script faults;
    /// How many requests arrived, by API.
    std::map<api, std::int64_t> requests;
    /// Sees every offset at the moment it is committed; empty: nobody looks.
    std::function<void(const std::string& group, const topic_partition& place,
                       const group_offset& offset)>
        on_commit;
    /// Sees every answer when it is sent: whose, to what, and how many bytes the request and the
    /// answer took on the wire; empty: nobody looks.
    std::function<void(std::int32_t broker, api of, std::size_t request, std::size_t response)>
        on_answer;
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
    /// Leaders or links have changed: followers follow, or are held back.
    void update_followers();
    void update_coordinators();
    void
    for_each_follower(const std::function<void(topic&, partition&, std::int32_t follower)>& visit);
    static runtime::task<void> drop_who_lags(cluster* self);
    static runtime::task<void> fence_if_frozen(cluster* self, std::int32_t id,
                                               runtime::time_point until);

    links links_;
    /// Since when followers are held back.
    std::map<std::pair<topic_partition, std::int32_t>, runtime::time_point> lag_since_;
    /// When brokers were frozen last.
    std::map<std::int32_t, runtime::time_point> frozen_since_;
    std::map<std::string, std::int32_t> coordinators_;
    kcpp::runtime::duration group_time_passed_{};
    bool watches_lag_ = false;
    bool closing_ = false;
    std::vector<std::unique_ptr<broker_server>> servers_; // one for each broker
    std::map<std::int32_t, fetch_session_cache> fetch_sessions_;
};

} // namespace kcpp::testing
