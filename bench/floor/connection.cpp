#include "floor/connection.hpp"

#include "wire/endian.hpp"

#include <cerrno>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <system_error>
#include <unistd.h>

namespace bench::floor {

namespace {

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

int connect_to(const std::string& bootstrap) {
    const std::string first = bootstrap.substr(0, bootstrap.find(','));
    const auto colon = first.rfind(':');
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (colon == first.npos || getaddrinfo(first.substr(0, colon).c_str(),
                                           first.substr(colon + 1).c_str(), &hints, &found) != 0)
        throw std::runtime_error("no address: " + first);
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> address(found, &freeaddrinfo);
    const int socket = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket == -1 || ::connect(socket, found->ai_addr, found->ai_addrlen) != 0) fail("connect");
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return socket;
}

void write_all(int socket, std::vector<iovec> pieces) {
    for (std::size_t first = 0; first < pieces.size();) {
        const ssize_t written =
            ::writev(socket, &pieces[first], static_cast<int>(pieces.size() - first));
        if (written < 0) fail("writev");
        auto left = static_cast<std::size_t>(written);
        while (first < pieces.size() && left >= pieces[first].iov_len)
            left -= pieces[first++].iov_len;
        if (left == 0) continue;
        pieces[first].iov_base = static_cast<char*>(pieces[first].iov_base) + left;
        pieces[first].iov_len -= left;
    }
}

void read_all(int socket, std::byte* into, std::size_t size) {
    for (std::size_t done = 0; done < size;) {
        const ssize_t got = ::read(socket, into + done, size - done);
        if (got < 0) fail("read");
        if (got == 0) throw std::runtime_error("the broker closed the connection");
        done += static_cast<std::size_t>(got);
    }
}

} // namespace

connection::connection(const std::string& bootstrap) : socket_(connect_to(bootstrap)) {}

connection::~connection() {
    ::close(socket_);
}

void connection::write() {
    std::vector<iovec> pieces;
    const auto piece = [&](std::span<const std::byte> bytes) {
        pieces.push_back({const_cast<std::byte*>(bytes.data()), bytes.size()});
    };
    std::size_t from = 0;
    for (const kcpp::wire::cut& cut : out_.cuts()) {
        piece(out_.bytes().subspan(from, cut.offset - from));
        piece(cut.payload);
        from = cut.offset;
    }
    piece(out_.bytes().subspan(from));
    write_all(socket_, std::move(pieces));
}

std::span<const std::byte> connection::read() {
    std::byte length[4];
    read_all(socket_, length, sizeof length);
    const auto size = static_cast<std::size_t>(kcpp::wire::load_be<std::int32_t>(length));
    if (in_.size() < size) in_.resize(size);
    read_all(socket_, in_.data(), size);
    return std::span(in_).first(size);
}

} // namespace bench::floor
