#pragma once

#include <kcpp/partition_assignor.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kcpp::consuming::test {

/// What an application might write, put together from functions.
class lambda_assignor final : public partition_assignor {
public:
    using sharing = std::function<assignments(const std::vector<member_subscription>&,
                                              const std::vector<subscribed_topic>&)>;

    explicit lambda_assignor(sharing how, std::string name = "own",
                             rebalance_protocol protocol = rebalance_protocol::eager)
        : how_(std::move(how)), name_(std::move(name)), protocol_(protocol) {}

    std::string_view name() const noexcept override { return name_; }
    rebalance_protocol protocol() const noexcept override { return protocol_; }
    std::vector<std::byte> user_data(const std::vector<std::string>& topics) override {
        return say ? say(topics) : std::vector<std::byte>();
    }
    assignments assign(const std::vector<member_subscription>& members,
                       const std::vector<subscribed_topic>& topics) override {
        return how_(members, topics);
    }
    void on_assignment(const member_assignment& mine, std::int32_t generation) override {
        if (hear) hear(mine, generation);
    }

    std::function<std::vector<std::byte>(const std::vector<std::string>&)> say;
    std::function<void(const member_assignment&, std::int32_t)> hear;

private:
    sharing how_;
    std::string name_;
    rebalance_protocol protocol_;
};

/// All partitions to the member that comes first, or last.
inline partition_assignor::assignments all_to(const member_subscription& one,
                                              const std::vector<subscribed_topic>& topics) {
    partition_assignor::assignments given;
    for (const subscribed_topic& t : topics)
        for (partition_id p = 0; p < t.partitions; ++p)
            given[one.id].partitions.push_back({t.name, p});
    return given;
}

} // namespace kcpp::consuming::test
