#pragma once

#include "runtime/runtime.hpp"
#include "testing/simulation/simulated_network.hpp"
#include "testing/simulation/world.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace kcpp::testing {

/// One participant's view of a world: a client, or a cluster. Its random numbers are its own.
class simulated_runtime final : public runtime::runtime {
public:
    simulated_runtime(world& w, simulated_network& net, std::string name);

    kcpp::runtime::executor get_executor() override { return world_.io().get_executor(); }
    kcpp::runtime::time_point now() const override { return world_.now(); }
    timestamp wall_now() const override;
    std::uint64_t random() override { return random_.next(); }
    std::size_t thread_number() const noexcept override { return world_.thread_number(); }
    std::unique_ptr<kcpp::runtime::timer> make_timer() override;
    void start_lookup(std::string host, std::uint16_t port, kcpp::runtime::time_point until,
                      kcpp::runtime::lookup_handler done) override;
    void start_apart(unique_function<void()> work, kcpp::runtime::apart_handler done) override;
    void start_connect(kcpp::runtime::address to, kcpp::runtime::time_point until,
                       kcpp::runtime::connect_handler done) override;
    std::unique_ptr<kcpp::runtime::acceptor> listen(std::uint16_t port) override;
    void stop() noexcept override;
    void join(kcpp::runtime::duration) noexcept override {}

    bool on_io_thread() const noexcept override {
        return world_.in_handler() && fiber::current() == nullptr;
    }
    bool block(detail::event& e, std::optional<std::chrono::nanoseconds> limit) override {
        return world_.block(e, limit);
    }
    void execute(unique_function<void()> work) override;

    const std::string& name() const noexcept { return name_; }
    /// Moves this participant's wall clock: clocks jump.
    void jump_wall_clock(std::chrono::milliseconds by) { wall_offset_ += by; }

private:
    struct attempt {
        kcpp::runtime::connect_handler done;
        world::event_id limit = 0;
    };
    void take(std::uint64_t id, kcpp::runtime::connect_result came);
    void stop_apart(std::uint64_t id);
    void finish_apart(std::uint64_t id, bool done);
    void finish_connect(std::uint64_t id, kcpp::runtime::connect_result came);

    world& world_;
    simulated_network& net_;
    std::string name_;
    random_stream random_;
    std::chrono::milliseconds wall_offset_{0};
    std::map<std::uint64_t, std::shared_ptr<attempt>> connecting_;
    std::map<std::uint64_t, std::shared_ptr<kcpp::runtime::apart_handler>> apart_;
    std::uint64_t next_id_ = 1;
    bool stopped_ = false;
};

} // namespace kcpp::testing
