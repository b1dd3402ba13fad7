#pragma once

#include "cluster/client_maker.hpp"
#include "fake/fake_runtime.hpp"
#include "fake/quiet.hpp"
#include "testing/cluster.hpp"

#include <kcpp/admin.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kcpp::administration {

using kcpp::testing::api;
using kcpp::testing::drop;

/// A cluster of three brokers and an admin, on a runtime in memory.
class admin_test : public ::testing::Test {
protected:
    admin_test() {
        options.bootstrap_servers = cluster.bootstrap_servers();
        options.logger = quiet();
        options.api_timeout = std::chrono::seconds(10);
        options.request_timeout = std::chrono::seconds(3);
    }
    ~admin_test() override {
        admin_.reset();
        client_.reset();
        bool closed = false;
        cluster.close([&] { closed = true; });
        rt->run_until([&] { return closed; });
        rt->run_now();
        EXPECT_EQ(rt->streams(), 0u);
        if (cluster.defect) std::rethrow_exception(cluster.defect);
    }

    kcpp::client& client() {
        if (!client_)
            client_.emplace(kcpp::cluster::client_maker::make(options, [this] { return rt; }));
        return *client_;
    }
    kcpp::admin& admin() {
        if (!admin_) admin_.emplace(client());
        return *admin_;
    }

    void create_topic(const std::string& name, std::int32_t partitions = 1) {
        kcpp::testing::topic_wish wish;
        wish.name = name;
        wish.partitions = partitions;
        ASSERT_TRUE(cluster.state.plan_topic(wish).good());
        cluster.state.create_topic(wish);
    }
    void fail_next(api of, broker_errc error, std::int32_t times = 1,
                   kcpp::testing::fault_place where = {}) {
        cluster.faults.add({of, where, kcpp::testing::faults::fail{error}, times});
    }
    void drop_next(api of, drop when, std::int32_t times = 1) {
        cluster.faults.add({of, {}, when, times});
    }
    std::int64_t requests(api of) { return cluster.requests[of]; }

    std::shared_ptr<runtime::fake_runtime> rt = std::make_shared<runtime::fake_runtime>();
    kcpp::testing::cluster cluster{*rt, {}, {0, 0, 0}};
    client_options options;

private:
    std::optional<kcpp::client> client_;
    std::optional<kcpp::admin> admin_;
};

inline ::testing::AssertionResult says(const error& why, std::string_view part) {
    if (why.message().find(part) != std::string::npos) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "it says: " << why.message();
}

/// One verdict's error.
template <class T>
const error& reason(const verdicts<T>& all, std::size_t i) {
    if (all.at(i).second) throw std::runtime_error(all.at(i).first + " went well");
    return all.at(i).second.error();
}

} // namespace kcpp::administration
