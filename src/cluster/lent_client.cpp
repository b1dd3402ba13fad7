#include "cluster/client_maker.hpp"
#include "runtime/real/real_runtime.hpp"

#include <kcpp/asio.hpp>

#include <stdexcept>

namespace kcpp::detail {

client make_client(asio::io_context& lent, client_options options, int asio_version) {
    if (asio_version != ASIO_VERSION)
        throw std::logic_error(
            "kcpp::make_client: kcpp was built with another version of Asio than "
            "this program; build both with the same");
    const auto log = options.logger;
    return cluster::client_maker::make(
        std::move(options), [&lent, log] { return runtime::real_runtime::borrow(lent, log); });
}

} // namespace kcpp::detail
