#pragma once

#include "base/text.hpp"

#include <cstdint>
#include <string>

namespace kcpp::network {

/// A broker as it is reached. Bootstrap addresses have no id until metadata tells it.
struct endpoint {
    std::int32_t node = -1;
    std::string host;
    std::uint16_t port = 0;

    friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// "broker 2 (db.example:9092)", or "bootstrap server db.example:9092".
inline std::string to_string(const endpoint& where) {
    const bool v6 = where.host.find(':') != std::string::npos;
    const std::string address = v6 ? base::text('[', where.host, "]:", where.port)
                                   : base::text(where.host, ':', where.port);
    return where.node < 0 ? base::text("bootstrap server ", address)
                          : base::text("broker ", where.node, " (", address, ')');
}

} // namespace kcpp::network
