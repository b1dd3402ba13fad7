#include "cli/sandbox.hpp"

#include <kcpp/testing/embedded_cluster.hpp>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>

namespace kcpp::cli {

namespace {

constexpr const char* usage =
    "usage: kcpp sandbox [--brokers N] [--port P] [--topic NAME[:PARTITIONS]]...\n"
    "\n"
    "  --brokers N              how many brokers (1)\n"
    "  --port P                 the first broker's port, the others take the next ones (9092);\n"
    "                           0 lets the system choose\n"
    "  --topic NAME:PARTITIONS  a topic to begin with; may be repeated\n"
    "\n"
    "Listens on 127.0.0.1, keeps everything in memory, makes topics when they are first used,\n"
    "and ends on SIGINT or SIGTERM.\n";

struct settings {
    std::int32_t brokers = 1;
    std::uint16_t port = 9092;
    std::vector<std::pair<std::string, std::int32_t>> topics;
    bool help = false;
};

template <class Number>
Number parse(std::string_view option, std::string_view text, Number least, Number most) {
    Number n{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error == std::errc() && end == text.data() + text.size() && n >= least && n <= most)
        return n;
    throw std::invalid_argument(std::string(option) + " wants a number from " +
                                std::to_string(least) + " to " + std::to_string(most) + ", not '" +
                                std::string(text) + "'");
}

std::pair<std::string, std::int32_t> parse_topic(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == text.npos) return {std::string(text), 1};
    return {std::string(text.substr(0, colon)),
            parse<std::int32_t>("--topic", text.substr(colon + 1), 1, 10000)};
}

settings parse(const std::vector<std::string_view>& arguments) {
    settings s;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view option = arguments[i];
        if (option == "--help") return s.help = true, s;
        if (option != "--brokers" && option != "--port" && option != "--topic")
            throw std::invalid_argument("there is no option '" + std::string(option) +
                                        "'; see kcpp sandbox --help");
        if (++i == arguments.size())
            throw std::invalid_argument(std::string(option) + " wants a value");
        if (option == "--brokers") s.brokers = parse<std::int32_t>(option, arguments[i], 1, 100);
        if (option == "--port") s.port = parse<std::uint16_t>(option, arguments[i], 0, 65535);
        if (option == "--topic") s.topics.push_back(parse_topic(arguments[i]));
    }
    if (s.port > 65535 - s.brokers)
        throw std::invalid_argument("--port leaves no room for that many brokers");
    return s;
}

testing::cluster_options options_of(const settings& s) {
    testing::cluster_options o;
    o.brokers = s.brokers;
    o.auto_create_topics = true;
    if (s.port == 0) return o;
    for (std::int32_t i = 0; i < s.brokers; ++i)
        o.ports.push_back(static_cast<std::uint16_t>(s.port + i));
    return o;
}

/// SIGINT and SIGTERM, kept from every thread made after this one, so that `wait` gets them.
class end_signals {
public:
    end_signals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGINT);
        sigaddset(&set_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    }
    void wait() {
        int which = 0;
        sigwait(&set_, &which);
    }

private:
    sigset_t set_{};
};

} // namespace

int sandbox(const std::vector<std::string_view>& arguments) {
    const settings s = parse(arguments);
    if (s.help) return std::fputs(usage, stdout), 0;
    end_signals ends;
    testing::embedded_cluster cluster(options_of(s));
    const auto factor = static_cast<std::int16_t>(std::min(s.brokers, 3));
    for (const auto& [name, partitions] : s.topics)
        cluster.create_topic(name, {.partitions = partitions, .replication_factor = factor});
    std::printf("bootstrap.servers=%s\n", cluster.bootstrap_servers().c_str());
    std::fflush(stdout);
    ends.wait();
    return 0;
}

} // namespace kcpp::cli
