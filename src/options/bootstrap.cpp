#include "options/bootstrap.hpp"

#include "options/letters.hpp"
#include "options/option_error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace kcpp::options {

namespace {

struct spelled_protocol {
    std::string_view name;
    security_protocol protocol;
};
constexpr std::array<spelled_protocol, 4> protocols = {{
    {"PLAINTEXT", security_protocol::plaintext},
    {"SSL", security_protocol::ssl},
    {"SASL_PLAINTEXT", security_protocol::sasl_plaintext},
    {"SASL_SSL", security_protocol::sasl_ssl},
}};

template <class... Parts>
error malformed(std::string_view entry, const Parts&... parts) {
    return option_error("client_options::bootstrap_servers (bootstrap.servers): \"", entry, "\" ",
                        parts..., "; write host:port, such as broker-1:9092 or [::1]:9092");
}

std::optional<security_protocol> protocol_of(std::string_view name) {
    for (const spelled_protocol& known : protocols) {
        if (same_letters(known.name, name)) return known.protocol;
    }
    return std::nullopt;
}

bool is_host(std::string_view host) {
    return !host.empty() && std::ranges::all_of(host, [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
    });
}

/// What may stand in brackets: "::1", "fe80::1%eth0".
bool is_ipv6(std::string_view host) {
    return host.find(':') != std::string_view::npos && std::ranges::all_of(host, [](char c) {
               return is_letter(c) || is_digit(c) || c == ':' || c == '.' || c == '%';
           });
}

std::optional<std::uint16_t> port_of(std::string_view digits) {
    std::uint16_t port = 0;
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, port);
    if (read.ec != std::errc() || read.ptr != end || port == 0) return std::nullopt;
    return port;
}

result<endpoint> parse_entry(std::string_view entry) {
    endpoint parsed;
    std::string_view rest = entry;
    if (const auto slashes = rest.find("://"); slashes != std::string_view::npos) {
        const auto protocol = protocol_of(rest.substr(0, slashes));
        if (!protocol) return malformed(entry, "does not begin with a protocol of Kafka's");
        parsed.protocol = *protocol;
        rest.remove_prefix(slashes + 3);
    }
    const auto colon = rest.rfind(':');
    const bool brackets = rest.starts_with('[');
    const bool ends_in_brackets = brackets && rest.ends_with(']');
    if (colon == std::string_view::npos || ends_in_brackets) {
        return malformed(entry, "has no port");
    }
    std::string_view host = rest.substr(0, colon);
    if (brackets && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
        if (!is_ipv6(host)) return malformed(entry, "has no IPv6 address in its brackets");
    } else if (host.find(':') != std::string_view::npos) {
        return malformed(entry, "has too many colons; an IPv6 address belongs in brackets");
    } else if (!is_host(host)) {
        return malformed(entry, host.empty() ? "has no host" : "has no valid host name");
    }
    const auto port = port_of(rest.substr(colon + 1));
    if (!port) return malformed(entry, "has no port from 1 to 65535");
    parsed.host = host;
    parsed.port = *port;
    return parsed;
}

} // namespace

result<std::vector<endpoint>> parse_bootstrap(std::string_view list) {
    std::vector<endpoint> endpoints;
    std::optional<error> wrong;
    each_of_list(list, [&](std::string_view entry) {
        if (entry.empty()) return true;
        result<endpoint> parsed = parse_entry(entry);
        if (!parsed) {
            wrong = parsed.error();
            return false;
        }
        endpoints.push_back(*std::move(parsed));
        return true;
    });
    if (wrong) return *wrong;
    if (endpoints.empty()) {
        return option_error(
            "client_options::bootstrap_servers (bootstrap.servers) is empty; name at least one "
            "broker as host:port, such as localhost:9092");
    }
    return endpoints;
}

} // namespace kcpp::options
