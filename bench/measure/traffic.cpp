#include "measure/traffic.hpp"

#include <filesystem>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>

namespace bench {

traffic traffic::now() {
    traffic sum;
    for (const auto& open : std::filesystem::directory_iterator("/proc/self/fd")) {
        tcp_info told{};
        socklen_t size = sizeof told;
        const int descriptor = std::stoi(open.path().filename().string());
        // Anything else than a TCP socket refuses.
        if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &told, &size) != 0) continue;
        sum.out += told.tcpi_bytes_acked;
        sum.in += told.tcpi_bytes_received;
    }
    return sum;
}

} // namespace bench
