#include "nemesis.hpp"

#include <kcpp/error_codes.hpp>

#include <span>

namespace kcpp::simulation {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::direction;

const nemesis::kind nemesis::kinds[] = {
    {6, &nemesis::reset_connections},
    {5, &nemesis::cut_client},
    {4, &nemesis::cut_broker},
    {2, &nemesis::refuse_connects},
    {3, &nemesis::storm},
    {2, &nemesis::stalls},
    {2, &nemesis::narrow},
    {2, &nemesis::small_pieces},
    {2, &nemesis::break_writes},
    {2, &nemesis::half_close},
    {4, &nemesis::crash_broker},
    {4, &nemesis::freeze_broker},
    {2, &nemesis::freeze_majority},
    {3, &nemesis::cut_brokers},
    {6, &nemesis::hold_back_followers},
    {5, &nemesis::move_leaders},
    {6, &nemesis::fail_requests},
    {4, &nemesis::disown_writes},
    {5, &nemesis::drop_requests},
    {3, &nemesis::delay_requests},
    {2, &nemesis::throttle_requests},
    {1, &nemesis::jump_clock},
    {6, &nemesis::freeze_client},
    {2, &nemesis::move_coordinator},
    {2, &nemesis::expire_member},
};

nemesis::nemesis(scenario& run, nemesis_options options)
    : run_(run), options_(std::move(options)), random_(run.random("nemesis")),
      until_(runtime::after(run.now(), options_.span)) {}

void nemesis::start() {
    run_.world.at(runtime::after(run_.now(), span(options_.least_pause, options_.most_pause)),
                  [this] { strike_next(); });
}

void nemesis::wait_for_calm() {
    run_.world.block(calm_, std::nullopt);
}

void nemesis::strike_next() {
    if (run_.now() >= until_) return end();
    unsigned all = 0;
    for (const kind& each : kinds)
        all += each.weight;
    auto chosen = static_cast<unsigned>(random_.below(all));
    for (const kind& each : kinds) {
        if (chosen < each.weight) {
            (this->*each.strike)();
            break;
        }
        chosen -= each.weight;
    }
    start();
}

void nemesis::end() {
    for (auto& [event, healed] : std::exchange(to_heal_, {})) {
        run_.world.cancel(event);
        healed();
    }
    run_.brokers().faults.clear();
    run_.brokers().change_links([](testing::links& all) { all.heal(); });
    run_.note("nemesis: all is well again");
    calm_.set();
}

void nemesis::for_a_while(std::string what, undo healed) {
    for_so_long(span(milliseconds(10), options_.longest), std::move(what), std::move(healed));
}

void nemesis::for_so_long(runtime::duration stays, std::string what, undo healed) {
    tell(what + " for " + std::to_string(std::chrono::duration_cast<milliseconds>(stays).count()) +
         " ms");
    auto id = std::make_shared<testing::world::event_id>();
    *id = run_.world.at(runtime::after(run_.now(), stays), [this, id, what = std::move(what)] {
        auto ended = to_heal_.extract(*id);
        tell("healed: " + what);
        ended.mapped()();
    });
    to_heal_.emplace(*id, std::move(healed));
}

/// Shorter spans are more likely, so that all orders of magnitude are met.
runtime::duration nemesis::span(runtime::duration least, runtime::duration most) {
    const auto part = random_.below(1000);
    const auto most_now = least + (most - least) * static_cast<std::int64_t>(part) / 1000;
    return runtime::duration(random_.between(least.count(), most_now.count()));
}

void nemesis::tell(const std::string& what) {
    if (run_.told()) run_.note("nemesis: " + what);
}

testing::api nemesis::any_api() {
    return options_.failing[random_.below(options_.failing.size())];
}

std::int32_t nemesis::any_broker() {
    const auto& all = run_.brokers().state.brokers();
    return all[random_.below(all.size())].id;
}

std::uint16_t nemesis::port_of(std::int32_t broker) {
    return run_.brokers().state.find_broker(broker)->port;
}

const std::string& nemesis::any_client() {
    return run_.clients()[random_.below(run_.clients().size())];
}

// The network

void nemesis::reset_connections() {
    const bool all = random_.below(2) == 0;
    const std::string client = all ? std::string() : any_client();
    const auto port = any_port();
    tell("resets connections of " + (all ? "all" : client) + " to " + std::to_string(port));
    run_.network.reset_connections(client, port);
}

void nemesis::cut_client() {
    const std::string client = any_client();
    const auto port = any_port();
    const auto ways = random_.below(4);
    const bool there = ways != 1, back = ways != 2; // 0 and 3: both
    auto& net = run_.network;
    if (there) net.cut(client, port, direction::to_broker);
    if (back) net.cut(client, port, direction::to_client);
    const std::string how = there && back ? "" : there ? " (requests only)" : " (answers only)";
    for_a_while("cuts " + client + " off " + std::to_string(port) + how,
                [&net, client, port, there, back] {
                    if (there) net.heal(client, port, direction::to_broker);
                    if (back) net.heal(client, port, direction::to_client);
                });
}

void nemesis::cut_broker() {
    const auto port = any_port();
    auto& net = run_.network;
    const auto clients = run_.clients();
    for (const auto& each : clients)
        for (const auto way : {direction::to_broker, direction::to_client})
            net.cut(each, port, way);
    for_a_while("cuts everybody off " + std::to_string(port), [&net, clients, port] {
        for (const auto& each : clients)
            for (const auto way : {direction::to_broker, direction::to_client})
                net.heal(each, port, way);
    });
}

void nemesis::refuse_connects() {
    auto& sky = run_.network.conditions;
    sky.refuse_chance = 500'000;
    for_a_while("connects are refused", [&sky] { sky.refuse_chance = 0; });
}

void nemesis::storm() {
    auto& sky = run_.network.conditions;
    const auto before = testing::weather{};
    sky.most_latency = span(milliseconds(5), seconds(2));
    for_a_while("long latencies", [&sky, before] { sky.most_latency = before.most_latency; });
}

void nemesis::stalls() {
    auto& sky = run_.network.conditions;
    sky.stall_chance = 100'000;
    for_a_while("bytes are stalled", [&sky] { sky.stall_chance = 0; });
}

void nemesis::narrow() {
    auto& sky = run_.network.conditions;
    const auto before = testing::weather{};
    sky.bytes_per_millisecond = static_cast<std::size_t>(random_.between(2, 500));
    sky.window_bytes = static_cast<std::size_t>(random_.between(100, 10'000));
    for_a_while("a narrow network", [&sky, before] {
        sky.bytes_per_millisecond = before.bytes_per_millisecond;
        sky.window_bytes = before.window_bytes;
    });
}

void nemesis::small_pieces() {
    auto& sky = run_.network.conditions;
    const auto before = testing::weather{};
    sky.split_chance = 800'000;
    for_a_while("small pieces", [&sky, before] { sky.split_chance = before.split_chance; });
}

void nemesis::break_writes() {
    auto& sky = run_.network.conditions;
    sky.cut_chance = 50'000;
    for_a_while("connections break in the middle of writes", [&sky] { sky.cut_chance = 0; });
}

void nemesis::half_close() {
    const auto port = any_port();
    tell("half-closes a connection to " + std::to_string(port));
    run_.network.half_close(port);
}

// The brokers

void nemesis::crash_broker() {
    const auto broker = any_broker();
    auto& c = run_.brokers();
    if (!c.state.find_broker(broker)->up) return;
    const bool power_failure = random_.below(2) == 0;
    power_failure ? c.crash_broker(broker) : c.stop_broker(broker);
    for_a_while("broker " + std::to_string(broker) + (power_failure ? " has no power" : " is down"),
                [&c, broker] { c.start_broker(broker); });
}

void nemesis::freeze_broker() {
    const auto broker = any_broker();
    auto& c = run_.brokers();
    const auto participant = testing::simulated_network::participant(port_of(broker));
    if (!in_use_.insert(participant).second) return;
    run_.world.freeze(participant);
    c.freeze_broker(broker);
    for_a_while("freezes broker " + std::to_string(broker), [this, &c, broker, participant] {
        run_.world.thaw(participant);
        c.thaw_broker(broker);
        in_use_.erase(participant);
    });
}

void nemesis::freeze_majority() {
    const auto count = run_.brokers().state.brokers().size() / 2 + 1;
    for (std::size_t i = 0; i < count; ++i)
        freeze_broker();
}

void nemesis::cut_brokers() {
    const auto a = any_broker(), b = any_broker();
    if (a == b) return;
    auto& c = run_.brokers();
    c.change_links([&](testing::links& all) { all.cut(a, b); });
    for_a_while("cuts broker " + std::to_string(a) + " off broker " + std::to_string(b),
                [&c, a, b] { c.change_links([&](testing::links& all) { all.heal(a, b); }); });
}

/// Replication is never quite even: here and there a follower lags, mostly for a moment.
void nemesis::hold_back_followers() {
    auto& c = run_.brokers();
    for (auto& [name, topic] : c.state.topics())
        for (const testing::partition& p : topic.partitions) {
            if (random_.below(3) != 0) continue;
            const topic_partition place{name, p.id()};
            const auto follower = p.replicas()[random_.below(p.replicas().size())];
            c.change_links([&](testing::links& all) { all.stop_following(place, follower); });
            for_a_while(
                "broker " + std::to_string(follower) + " does not follow " + to_string(place),
                [&c, place, follower] {
                    c.change_links([&](testing::links& all) { all.follow_again(place, follower); });
                });
        }
}

void nemesis::move_leaders() {
    auto& c = run_.brokers();
    const bool all = random_.below(3) == 0;
    for (auto& [name, topic] : c.state.topics())
        for (testing::partition& p : topic.partitions) {
            if (!all && random_.below(4) != 0) continue;
            const auto& candidates = p.in_sync();
            const auto to = candidates[random_.below(candidates.size())];
            if (run_.brokers().state.is_up(to) && c.move_leader(p, to))
                tell(name + '-' + std::to_string(p.id()) + " moves to broker " +
                     std::to_string(to));
        }
}

void nemesis::fail_requests() {
    using enum broker_errc;
    static constexpr broker_errc of_produce[] = {
        not_leader_or_follower, not_enough_replicas,        request_timed_out,
        kafka_storage_error,    unknown_topic_or_partition, not_enough_replicas_after_append,
        leader_not_available,   network_exception,
    };
    static constexpr broker_errc of_metadata[] = {unknown_topic_or_partition, leader_not_available,
                                                  request_timed_out};
    static constexpr broker_errc of_reading[] = {not_leader_or_follower, unknown_topic_or_partition,
                                                 unknown_leader_epoch, kafka_storage_error,
                                                 replica_not_available};
    static constexpr broker_errc of_groups[] = {coordinator_load_in_progress, not_coordinator,
                                                coordinator_not_available};
    if (options_.failing.empty()) return;
    const auto api = any_api();
    const auto any_of = [&](std::span<const broker_errc> errors) {
        return errors[random_.below(errors.size())];
    };
    const auto errors_of = [](testing::api which) -> std::span<const broker_errc> {
        switch (which) {
        case testing::api::produce: return of_produce;
        case testing::api::metadata: return of_metadata;
        case testing::api::fetch:
        case testing::api::list_offsets: return of_reading;
        default: return of_groups;
        }
    };
    const auto error = any_of(errors_of(api));
    testing::fault_place where;
    if (random_.below(2) == 0) where.broker = any_broker();
    const auto times = static_cast<std::int32_t>(random_.between(1, 6));
    tell("the next " + std::to_string(times) + " requests of API " +
         std::to_string(static_cast<int>(api)) + " fail: " + std::string(name_of(error)));
    run_.brokers().faults.add({api, where, testing::faults::fail{error}, times});
}

void nemesis::disown_writes() {
    using enum broker_errc;
    static constexpr broker_errc errors[] = {not_leader_or_follower, request_timed_out,
                                             not_enough_replicas_after_append};
    const auto error = errors[random_.below(std::size(errors))];
    testing::fault_place where;
    if (random_.below(2) == 0) where.broker = any_broker();
    const auto times = static_cast<std::int32_t>(random_.between(1, 40));
    tell("disowns what " + std::to_string(times) +
         " produce requests have written: " + std::string(name_of(error)));
    run_.brokers().faults.add(
        {testing::api::produce, where, testing::faults::fail_late{error}, times});
}

void nemesis::drop_requests() {
    if (options_.failing.empty()) return;
    const auto api = any_api();
    const auto when =
        random_.below(3) == 0 ? testing::drop::before_effect : testing::drop::after_effect;
    const auto times = static_cast<std::int32_t>(random_.between(1, 3));
    tell("hangs up on " + std::to_string(times) + " requests of API " +
         std::to_string(static_cast<int>(api)) +
         (when == testing::drop::after_effect ? " after their effect" : " before their effect"));
    run_.brokers().faults.add({api, {}, when, times});
}

void nemesis::delay_requests() {
    slow_down<testing::faults::delay>("delays ", seconds(6));
}

void nemesis::throttle_requests() {
    slow_down<testing::faults::throttle>("throttles ", seconds(3));
}

template <class Fault>
void nemesis::slow_down(const char* how, seconds most) {
    if (options_.failing.empty()) return;
    const auto api = any_api();
    const auto by = std::chrono::duration_cast<milliseconds>(span(milliseconds(5), most));
    const auto times = static_cast<std::int32_t>(random_.between(1, 4));
    tell(how + std::to_string(times) + " requests of API " + std::to_string(static_cast<int>(api)) +
         " by " + std::to_string(by.count()) + " ms");
    run_.brokers().faults.add({api, {}, Fault{by}, times});
}

// The group

void nemesis::move_coordinator() {
    if (options_.group.empty()) return;
    const auto to = any_broker();
    tell("broker " + std::to_string(to) + " coordinates the group");
    run_.brokers().move_coordinator(options_.group, to);
}

void nemesis::expire_member() {
    const auto* group = run_.brokers().state.find_group(options_.group);
    if (group == nullptr) return;
    std::vector<std::string> members;
    for (const auto& [id, m] : group->members.members())
        members.push_back(id);
    for (const auto& [id, m] : group->consumers.members())
        members.push_back(id);
    if (members.empty()) return;
    const std::string member = members[random_.below(members.size())];
    tell("member " + member + " is given up");
    if (options_.on_expired) options_.on_expired(member);
    run_.brokers().expire_member(options_.group, member);
}

// The clients

void nemesis::jump_clock() {
    const std::string client = any_client();
    // No further ahead than the brokers take (message.timestamp.after.max.ms is an hour).
    const milliseconds by(random_.between(-86'400'000, 1'200'000));
    tell("the clock of " + client + " jumps by " + std::to_string(by.count()) + " ms");
    auto& clock = run_.runtime_of(client);
    clock.jump_wall_clock(by);
    for_a_while("a wrong clock", [&clock, by] { clock.jump_wall_clock(-by); });
}

void nemesis::freeze_client() {
    const std::string client = any_client();
    if (!in_use_.insert(client).second) return;
    run_.world.freeze(client);
    // Long enough for sessions to end, often.
    const auto stays =
        random_.between(milliseconds(10) / milliseconds(1), options_.longest / milliseconds(1));
    for_so_long(milliseconds(stays), "freezes " + client, [this, client] {
        run_.world.thaw(client);
        in_use_.erase(client);
    });
}

} // namespace kcpp::simulation
