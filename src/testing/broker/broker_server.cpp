#include "testing/broker/broker_server.hpp"

#include "testing/broker/connection.hpp"

#include <string>
#include <system_error>

namespace kcpp::testing {

std::uint16_t broker_server::listen(std::uint16_t port) {
    try {
        acceptor_ = cluster_.runtime.listen(port);
    } catch (const std::system_error& e) {
        throw std::system_error(e.code(),
                                "broker " + std::to_string(id_) +
                                    " cannot listen on 127.0.0.1:" + std::to_string(port));
    }
    return acceptor_->port();
}

std::uint16_t broker_server::listen_again(std::uint16_t port) {
    try {
        return listen(port);
    } catch (const std::system_error&) {
        return listen(0);
    }
}

void broker_server::start() {
    cluster_.work.spawn(accept(this, acceptor_));
}

void broker_server::stop() {
    if (acceptor_) acceptor_->close();
    acceptor_ = nullptr;
    for (const auto& c : connections_)
        c->close();
}

runtime::task<void> broker_server::accept(broker_server* self,
                                          std::shared_ptr<runtime::acceptor> from) {
    while (self->acceptor_ == from) {
        auto accepted = co_await from->accept();
        if (accepted.error || self->acceptor_ != from) continue;
        auto c =
            std::make_shared<connection>(self->cluster_, self->id_, std::move(accepted.connected));
        self->connections_.push_back(c);
        self->cluster_.work.spawn(connection::serve(self, c));
    }
}

} // namespace kcpp::testing
