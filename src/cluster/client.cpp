#include "cluster/core.hpp"
#include "runtime/real/real_runtime.hpp"

#include <kcpp/client.hpp>

namespace kcpp {

client::client(client_options options)
    : client(cluster::core::start(std::move(options),
                                  [] { return runtime::real_runtime::start(); })) {}

client::client(std::shared_ptr<cluster::core> core) noexcept : core_(std::move(core)) {}
client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;
client::~client() = default;

namespace {

runtime::task<result<void>> ask(std::shared_ptr<cluster::core> core) {
    const auto until = runtime::after(core->rt().now(), core->options().api_timeout);
    co_return co_await core->metadata().ping(until);
}

} // namespace

future<void> client::ping() {
    return core_->run<void>([core = core_->shared_from_this()] { return ask(core); });
}

} // namespace kcpp
