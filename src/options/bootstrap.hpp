#pragma once

#include <kcpp/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp::options {

/// How a broker is spoken to. (`security.protocol`)
enum class security_protocol { plaintext, ssl, sasl_plaintext, sasl_ssl };

/// One entry of `bootstrap.servers`: a name or a numeric address (IPv6 without its brackets), and a
/// port.
struct endpoint {
    std::string host;
    std::uint16_t port = 0;
    /// "PLAINTEXT://" in front, which is also the default.
    security_protocol protocol = security_protocol::plaintext;

    friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// "broker-1:9092,[::1]:9092, PLAINTEXT://broker-2:9092". Empty entries are skipped, as Java does;
/// a list without any entry is an error like a malformed one (`client_errc::invalid_option`), which
/// names the entry.
result<std::vector<endpoint>> parse_bootstrap(std::string_view list);

} // namespace kcpp::options
