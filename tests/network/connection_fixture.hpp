#pragma once

#include "fake/outcome.hpp"
#include "fake/quiet.hpp"
#include "fake/scripted_broker.hpp"
#include "network/call.hpp"
#include "network/open.hpp"
#include "protocol/heartbeat.hpp"
#include "protocol/metadata.hpp"

#include <gtest/gtest.h>

namespace kcpp::network {

/// A broker played by the test, and connections to it.
class connection_test : public testing::Test {
protected:
    ~connection_test() override {
        for (const auto& conn : opened_)
            conn->close(error(client_errc::closed, "the test is over"));
        rt.run_now();
        EXPECT_EQ(tasks.size(), 0u) << "a coroutine did not end with its connection";
    }

    endpoint where(std::int32_t node = 2) const { return {node, "127.0.0.1", broker.port()}; }

    runtime::outcome<result<std::shared_ptr<connection>>>
    start_open(endpoint to, greeting how = greeting::newest) {
        return {tasks,
                open(env, std::move(to), how, rt.now() + options.connect_timeout, underway_)};
    }
    /// A connection that is ready; `peer` is its other end.
    std::shared_ptr<connection> connect() {
        auto opening = start_open(where());
        peer = &broker.accept_and_greet();
        rt.run_until([&] { return opening.done(); });
        return keep(opening->value());
    }
    std::shared_ptr<connection> keep(std::shared_ptr<connection> conn) {
        opened_.push_back(conn);
        return conn;
    }

    template <class Request = protocol::heartbeat::request>
    runtime::outcome<result<answer<typename Request::response_type>>>
    start_call(const std::shared_ptr<connection>& conn, call_options how, Request request = {}) {
        return {tasks, ask(conn, std::move(request), std::move(how))};
    }
    auto start_call(const std::shared_ptr<connection>& conn) {
        return start_call(conn, patiently());
    }

    call_options patiently(runtime::duration timeout = std::chrono::seconds(30)) const {
        call_options how;
        how.limits.timeout = timeout;
        return how;
    }

    /// The error of a call that has failed.
    template <class Outcome>
    error failure(Outcome& of) {
        rt.run_until([&] { return of.done(); });
        if (!of.done() || *of) throw std::runtime_error("this should have failed");
        return of->error();
    }

    runtime::fake_runtime rt;
    runtime::task_group tasks{rt};
    client_options options;
    environment env{rt, tasks, options, base::component_log(quiet(), "network", "tester")};
    runtime::scripted_broker broker{rt};
    runtime::scripted_peer* peer = nullptr;

private:
    template <class Request>
    static runtime::task<result<answer<typename Request::response_type>>>
    ask(std::shared_ptr<connection> conn, Request request, call_options how) {
        const std::string client_id = "tester";
        co_return co_await call(conn, client_id, request, how);
    }

    std::vector<std::shared_ptr<connection>> opened_;
    std::shared_ptr<connection> underway_;
};

inline bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// "it says: …" with what it does say, if it does not say this.
inline testing::AssertionResult says(const error& why, std::string_view part) {
    if (contains(why.message(), part)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "it says: " << why.message();
}

} // namespace kcpp::network
