#include "base/client_errors.hpp"

#include <algorithm>
#include <array>

namespace kcpp::base {

namespace {

constexpr auto clients_own = std::to_array<client_error>({
    {client_errc::timed_out, "the deadline passed", outlook::retriable},
    {client_errc::closed, "the client was closed", outlook::fatal},
    {client_errc::cancelled, "the operation was cancelled"},
    {client_errc::would_deadlock, "a blocking call on the thread that would have to finish it"},
    {client_errc::buffer_full, "the producer's buffer is full", outlook::retriable},
    {client_errc::invalid_argument, "an argument is not valid"},
    {client_errc::invalid_option, "an option is not valid"},
    {client_errc::connect_failed, "no connection could be made", outlook::retriable},
    {client_errc::connection_lost, "the connection was lost", outlook::retriable},
    {client_errc::host_not_found, "the host name has no address", outlook::retriable},
    {client_errc::protocol_error, "the peer does not speak Kafka's protocol"},
    {client_errc::unsupported_version, "the broker has no version of this call in common with us"},
    {client_errc::corrupt_batch, "a fetched batch is damaged"},
    {client_errc::record_too_large, "the record is too large"},
    {client_errc::wrong_state, "the call is not possible in this state"},
    {client_errc::no_offset, "there is no committed offset and no reset policy"},
    {client_errc::log_truncated, "records that were read are not in the log any more"},
    {client_errc::handler_failed, "a handler threw"},
});

} // namespace

std::span<const client_error> client_errors() noexcept {
    return clients_own;
}

const client_error* find_client_error(int code) noexcept {
    const auto found = std::ranges::find(
        clients_own, code, [](const client_error& e) { return static_cast<int>(e.code); });
    return found == clients_own.end() ? nullptr : &*found;
}

} // namespace kcpp::base
