#pragma once

#include "cluster/core.hpp"

#include <memory>
#include <stdexcept>
#include <utility>

namespace kcpp::administration {

/// What an admin is made of: its share in the client.
class core {
public:
    explicit core(std::shared_ptr<cluster::core> client) noexcept : client_(std::move(client)) {}

    /// Runs `make(client)`, which returns a task<result<T>>, on the I/O thread. The operation does
    /// not count as a user of the client: with the last user gone it ends as `closed`.
    template <class T, class Make>
    future<T> run(Make make) {
        return client_->run<T>(
            [client = client_->shared_from_this(), make = std::move(make)]() mutable {
                return make(std::move(client));
            });
    }

private:
    std::shared_ptr<cluster::core> client_;
};

/// The core of an admin that still has one.
inline core& in_use(const std::shared_ptr<core>& held) {
    if (!held) throw std::logic_error("kcpp::admin: it was moved from");
    return *held;
}

} // namespace kcpp::administration
