#pragma once

#include "scenario.hpp"

#include <kcpp/detail/future_state.hpp>
#include <kcpp/testing/faults.hpp>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace kcpp::simulation {

/// How much goes wrong, and for how long.
struct nemesis_options {
    /// Faults begin within this time, and all are healed at its end.
    runtime::duration span = std::chrono::seconds(15);
    /// The pause before the next fault.
    runtime::duration least_pause = std::chrono::milliseconds(20);
    runtime::duration most_pause = std::chrono::seconds(2);
    /// How long a fault stays.
    runtime::duration longest = std::chrono::seconds(5);
    /// Requests whose answers may be an error although the broker is well.
    std::vector<testing::api> failing{testing::api::produce, testing::api::metadata};
    /// A group whose coordinator moves and whose members expire; empty: none.
    std::string group{};
    /// Hears of each member that the coordinator was made to give up.
    std::function<void(const std::string& member_id)> on_expired{};
};

/// Breaks network, brokers and clocks, as its own random numbers say, and heals each fault in time.
/// Its numbers are nobody else's: one more here changes nothing elsewhere.
class nemesis {
public:
    nemesis(scenario& run, nemesis_options options);

    void start();
    /// Set once everything is healed and nothing more will go wrong.
    detail::event& calm() noexcept { return calm_; }
    /// For the simulated thread that calls it.
    void wait_for_calm();

private:
    using undo = std::function<void()>;
    struct kind {
        unsigned weight;
        void (nemesis::*strike)();
    };
    static const kind kinds[];

    void strike_next();
    void end();
    /// Undoes a fault after a while, or at the end.
    void for_a_while(std::string what, undo healed);
    void for_so_long(runtime::duration stays, std::string what, undo healed);
    runtime::duration span(runtime::duration least, runtime::duration most);
    void tell(const std::string& what);

    testing::api any_api();
    std::int32_t any_broker();
    std::uint16_t port_of(std::int32_t broker);
    std::uint16_t any_port() { return port_of(any_broker()); }
    const std::string& any_client();

    // the network
    void reset_connections();
    void cut_client();
    void cut_broker();
    void refuse_connects();
    void storm();
    void stalls();
    void narrow();
    void small_pieces();
    void break_writes();
    void half_close();
    // the brokers
    void crash_broker();
    void freeze_broker();
    void freeze_majority();
    void cut_brokers();
    void hold_back_followers();
    void move_leaders();
    void fail_requests();
    void disown_writes();
    void drop_requests();
    void delay_requests();
    void throttle_requests();
    template <class Fault>
    void slow_down(const char* how, std::chrono::seconds most);
    // the group
    void move_coordinator();
    void expire_member();
    // the clients
    void jump_clock();
    void freeze_client();

    scenario& run_;
    nemesis_options options_;
    testing::random_stream random_;
    runtime::time_point until_;
    std::map<testing::world::event_id, undo> to_heal_;
    std::set<std::string> in_use_;
    detail::event calm_;
};

} // namespace kcpp::simulation
