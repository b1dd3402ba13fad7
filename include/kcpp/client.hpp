#pragma once

#include <kcpp/client_options.hpp>
#include <kcpp/future.hpp>

#include <memory>

namespace kcpp::cluster {
class core;
struct client_maker;
}

namespace [[gnu::visibility("default")]] kcpp {

/// One connection pool, one metadata cache and one I/O thread, shared by the producers, consumers
/// and admins made from it.
///
/// May be used from any thread. May be destroyed before what was made from it: that keeps the core
/// alive. Making one does no I/O and throws kafka_error only for options that cannot be.
class client {
public:
    explicit client(client_options options);
    client(client&&) noexcept;
    client& operator=(client&&) noexcept;
    ~client();

    /// Reaches a broker and asks for the cluster's metadata. The plainest check that options,
    /// network and broker agree.
    [[nodiscard]] future<void> ping();

    /// For kcpp's own roles.
    const std::shared_ptr<cluster::core>& core() const noexcept { return core_; }

private:
    friend struct cluster::client_maker;
    explicit client(std::shared_ptr<cluster::core> core) noexcept;
    std::shared_ptr<cluster::core> core_;
};

} // namespace kcpp
