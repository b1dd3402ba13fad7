#pragma once

#include "cluster/client_maker.hpp"
#include "cluster/core.hpp"
#include "fake/outcome.hpp"
#include "fake/quiet.hpp"
#include "fake/scripted_broker.hpp"
#include "protocol/find_coordinator.hpp"
#include "protocol/metadata.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kcpp::cluster {

namespace metadata_api = protocol::metadata;

/// A whole client on a runtime in memory. The test plays the brokers; `rt` is the clock.
class core_test : public testing::Test {
protected:
    core_test() {
        options.bootstrap_servers = base::text("127.0.0.1:", broker.port());
        options.logger = quiet();
    }
    ~core_test() override { stop(); }

    void start() {
        core_ = core::start(options, [this] { return rt; });
        watched_ = core_->weak_from_this();
    }
    /// Lets go of the client, as its last user does, and sees to it that nothing is left of it.
    void stop() {
        core_.reset();
        rt->run_now();
        EXPECT_TRUE(watched_.expired()) << "a coroutine did not end";
    }

    /// Runs an operation on the I/O thread.
    template <class T>
    future<T> run(runtime::task<result<T>> work) {
        auto held = std::make_shared<runtime::task<result<T>>>(std::move(work));
        return core_->run<T>([held] { return std::move(*held); });
    }
    /// Runs a function on the I/O thread.
    template <class F>
    void on_io_thread(F f) {
        rt->execute([f]() mutable { f(); });
        rt->run_now();
    }
    runtime::time_point in(runtime::duration span) const { return rt->now() + span; }

    /// A cluster that consists of the scripted broker as broker 1.
    metadata_api::response cluster_of_one(std::vector<metadata_api::topic_metadata> topics = {}) {
        metadata_api::response said;
        said.cluster_id = "c";
        said.controller_id = 1;
        said.brokers.push_back({1, "127.0.0.1", broker.port(), std::nullopt});
        said.topics = std::move(topics);
        return said;
    }
    static metadata_api::topic_metadata topic(std::string name,
                                              broker_errc code = broker_errc::none) {
        metadata_api::topic_metadata t;
        t.name = std::move(name);
        t.error_code = static_cast<std::int16_t>(code);
        if (code != broker_errc::none) return t;
        t.topic_id.bytes[0] = 7;
        metadata_api::partition_metadata p;
        p.leader_id = 1;
        p.leader_epoch = 0;
        t.partitions = {p};
        return t;
    }
    /// The names that a metadata request asks for.
    static std::vector<std::string> names(const runtime::heard& asked) {
        std::vector<std::string> all;
        const auto request = asked.as<metadata_api::request>();
        for (const auto& t : *request.topics)
            all.push_back(*t.name);
        return all;
    }

    std::shared_ptr<runtime::fake_runtime> rt = std::make_shared<runtime::fake_runtime>();
    runtime::scripted_broker broker{*rt};
    client_options options;
    std::shared_ptr<core> core_;

private:
    std::weak_ptr<core> watched_;
};

inline bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

inline testing::AssertionResult says(const error& why, std::string_view part) {
    if (contains(why.message(), part)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "it says: " << why.message();
}

} // namespace kcpp::cluster
