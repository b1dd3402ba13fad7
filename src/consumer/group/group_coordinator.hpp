#pragma once

#include "cluster/core.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace kcpp::consuming {

/// The broker that coordinates this consumer's group, whoever that is at the moment. For the I/O
/// thread.
class group_coordinator {
public:
    group_coordinator(std::shared_ptr<cluster::core> cluster, std::string group)
        : cluster_(std::move(cluster)), group_(std::move(group)) {}

    const std::string& group() const noexcept { return group_; }
    cluster::core& cluster() const noexcept { return *cluster_; }

    /// Asks it once, after finding out who it is. One that cannot be reached is looked up anew the
    /// next time (C16).
    template <class Request, class Adapt = network::as_it_is>
    runtime::task<result<network::answer<typename Request::response_type>>>
    ask(cluster::channel over, const Request& request, const network::call_options& options,
        Adapt adapt = {}) {
        const auto give_up = std::min(options.limits.give_up,
                                      runtime::after(cluster_->rt().now(), options.limits.timeout));
        auto node = co_await cluster_->coordinators().find(cluster::coordinator_type::group, group_,
                                                           give_up);
        if (!node) co_return node.error();
        asked_ = *node;
        auto said = co_await cluster_->call(*node, over, request, options, adapt);
        if (!said && said.error() != client_errc::cancelled)
            cluster_->coordinators().forget(cluster::coordinator_type::group, group_, *node);
        co_return said;
    }

    /// It said that it is not the coordinator.
    void forget() {
        cluster_->coordinators().forget(cluster::coordinator_type::group, group_, asked_);
    }
    std::int32_t asked() const noexcept { return asked_; }
    /// Where a goodbye need not wait: behind a commit, or behind a join, that hangs.
    cluster::channel free_channel(std::uint32_t lane) const {
        const cluster::channel own(cluster::purpose::join, lane);
        const bool blocked = !cluster_->pool().is_free(asked_, cluster::purpose::coordinator);
        if (blocked && cluster_->pool().is_free(asked_, own)) return own;
        return cluster::purpose::coordinator;
    }

private:
    std::shared_ptr<cluster::core> cluster_;
    std::string group_;
    std::int32_t asked_ = -1;
};

} // namespace kcpp::consuming
