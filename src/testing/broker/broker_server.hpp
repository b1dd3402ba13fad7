#pragma once

#include "runtime/stream.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <list>
#include <memory>

namespace kcpp::testing {

class cluster;
struct connection;

/// One broker's listening port and its connections.
class broker_server {
public:
    broker_server(cluster& c, std::int32_t id) : cluster_(c), id_(id) {}

    /// Takes the port; 0 lets the runtime choose. Throws std::system_error if it is taken.
    std::uint16_t listen(std::uint16_t port);
    /// The same port, or, should it be taken by now, another.
    std::uint16_t listen_again(std::uint16_t port);
    void start();
    void stop();
    std::size_t connections() const noexcept { return connections_.size(); }

private:
    static runtime::task<void> accept(broker_server* self, std::shared_ptr<runtime::acceptor> from);

    cluster& cluster_;
    std::int32_t id_;
    std::shared_ptr<runtime::acceptor> acceptor_;
    /// In the order they came: what happens to all of them happens in that order, in every run.
    std::list<std::shared_ptr<connection>> connections_;
    friend struct connection;
};

} // namespace kcpp::testing
