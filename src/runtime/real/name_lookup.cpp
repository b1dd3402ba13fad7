#include "runtime/real/name_lookup.hpp"

#include "runtime/real/worker.hpp"

#include <asio/ip/address.hpp>

#include <netdb.h>
#include <sys/socket.h>

namespace kcpp::runtime {

namespace {

class lookup_category final : public std::error_category {
public:
    const char* name() const noexcept override { return "kcpp.lookup"; }
    std::string message(int code) const override { return gai_strerror(code); }
};

const std::error_category& lookup_errors() {
    static const lookup_category category;
    return category;
}

} // namespace

lookup_result system_lookup(const std::string& host, std::uint16_t port) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    const int code = getaddrinfo(host.c_str(), nullptr, &wanted, &first);
    if (code == EAI_SYSTEM) return {std::error_code(errno, std::system_category()), {}};
    if (code != 0) return {std::error_code(code, lookup_errors()), {}};
    lookup_result found;
    for (const addrinfo* a = first; a != nullptr; a = a->ai_next) {
        char text[NI_MAXHOST];
        if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) ==
            0)
            found.addresses.push_back({text, port});
    }
    freeaddrinfo(first);
    return found;
}

bool numeric_address(const std::string& host, std::uint16_t port, address& found) {
    std::error_code error;
    asio::ip::make_address(host, error);
    if (error) return false;
    found = {host, port};
    return true;
}

void look_up_elsewhere(std::string host, std::uint16_t port, blocking_lookup how,
                       std::function<void(lookup_result)> done) {
    static worker* const lookups = new worker;
    lookups->run([host = std::move(host), port, how = std::move(how), done = std::move(done)] {
        done(how(host, port));
    });
}

} // namespace kcpp::runtime
