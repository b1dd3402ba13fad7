#include "cli/sandbox.hpp"

#include "cli/sandbox_settings.hpp"

#include <kcpp/testing/embedded_cluster.hpp>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <system_error>

namespace kcpp::cli {

namespace {

constexpr const char* usage =
    "usage: kcpp sandbox [--brokers N] [--port P] [--topic NAME[:PARTITIONS]]...\n"
    "\n"
    "A Kafka cluster for development, in this process: no Java, nothing on disk.\n"
    "\n"
    "  --brokers N              how many brokers (1)\n"
    "  --port P                 the first broker's port, the others take the next ones (9092);\n"
    "                           0 lets the system choose\n"
    "  --topic NAME:PARTITIONS  a topic to begin with; may be repeated\n"
    "\n"
    "The first line it prints names the brokers: bootstrap.servers=HOST:PORT,...\n"
    "It listens on 127.0.0.1, makes topics when they are first used, and ends on Ctrl-C.\n";

testing::cluster_options options_of(const sandbox_settings& s) {
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

/// Makes the topics and says what there is.
void introduce(testing::embedded_cluster& cluster, const sandbox_settings& s) {
    const auto factor = static_cast<std::int16_t>(std::min(s.brokers, 3));
    for (const wanted_topic& t : s.topics)
        cluster.create_topic(t.name, {.partitions = t.partitions, .replication_factor = factor});
    std::printf("bootstrap.servers=%s\n\n", cluster.bootstrap_servers().c_str());
    for (const wanted_topic& t : s.topics)
        std::printf("topic %s: partitions %d, replication factor %d\n", t.name.c_str(),
                    t.partitions, factor);
    std::printf("%s are made when they are first used. Ctrl-C ends it.\n",
                s.topics.empty() ? "Topics" : "Other topics");
    std::fflush(stdout);
}

} // namespace

int sandbox(const std::vector<std::string_view>& arguments) {
    const sandbox_settings s = parse_sandbox(arguments);
    if (s.help) return std::fputs(usage, stdout), 0;
    end_signals ends;
    try {
        testing::embedded_cluster cluster(options_of(s));
        introduce(cluster, s);
        ends.wait();
    } catch (const std::system_error& e) {
        throw std::runtime_error(e.what() + std::string("; --port takes others"));
    }
    return 0;
}

} // namespace kcpp::cli
