#include "kafka.hpp"

#include "../testing/raw_client.hpp"
#include "protocol/metadata.hpp"
#include "wait_until.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <random>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace kcpp::integration {

std::string bootstrap() {
    const char* where = std::getenv("KCPP_BOOTSTRAP");
    if (where == nullptr || *where == '\0')
        throw std::runtime_error(
            "set KCPP_BOOTSTRAP to a Kafka cluster for tests; `tests/run integration` starts one");
    return where;
}

client_options connection() {
    return {.bootstrap_servers = bootstrap()};
}

std::string fresh_name(const std::string& what) {
    static std::mt19937_64 random{std::random_device{}()};
    return "kcpp-" + what + '-' + std::to_string(random() % 1'000'000'000'000);
}

namespace {

/// Brokers learn of a topic one after the other, and other clients may ask any of them.
void wait_until_known(const std::string& topic) {
    constexpr std::int16_t spoken_by_all = 9;
    std::istringstream servers(bootstrap());
    for (std::string server; std::getline(servers, server, ',');) {
        raw_client broker(
            static_cast<std::uint16_t>(std::stoi(server.substr(server.rfind(':') + 1))));
        protocol::metadata::request asked;
        asked.topics->emplace_back().name = topic;
        asked.allow_auto_topic_creation = false;
        wait_until([&] { return broker.ask(asked, spoken_by_all).topics.at(0).error_code == 0; },
                   server + " does not know topic " + topic);
    }
}

} // namespace

scratch_topic::scratch_topic(std::int32_t partitions,
                             std::vector<std::pair<std::string, std::string>> configs)
    : admin_(connection()), name_(fresh_name("test")) {
    new_topic wanted{.name = name_, .partitions = partitions, .configs = std::move(configs)};
    for (auto& [topic, made] : admin_.create_topics({wanted}).get())
        made.value();
    wait_until_known(name_);
}

scratch_topic::~scratch_topic() {
    auto deleted = admin_.delete_topics({name_}).result();
    if (!deleted) std::fprintf(stderr, "%s\n", deleted.error().message().c_str());
}

namespace {

struct pipe_ends {
    int read = -1;
    int write = -1;
};

pipe_ends make_pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    return {ends[0], ends[1]};
}

/// Feeds one pipe and drains two, whichever is ready.
void talk(int to, int from, int errors, const std::string& input, std::string& output,
          std::string& complaints) {
    std::size_t fed = 0;
    bool open_from = true, open_errors = true;
    while (open_from || open_errors || to >= 0) {
        pollfd watched[3] = {{to, POLLOUT, 0},
                             {open_from ? from : -1, POLLIN, 0},
                             {open_errors ? errors : -1, POLLIN, 0}};
        if (to >= 0 && fed == input.size()) {
            close(std::exchange(to, -1));
            continue;
        }
        if (poll(watched, 3, -1) < 0) throw std::runtime_error("poll failed");
        if (watched[0].revents != 0 && to >= 0) {
            const auto n = write(to, input.data() + fed, input.size() - fed);
            if (n > 0)
                fed += static_cast<std::size_t>(n);
            else
                fed = input.size();
        }
        const auto drain = [](int fd, std::string& into) {
            char buffer[65536];
            const auto n = read(fd, buffer, sizeof buffer);
            if (n > 0) into.append(buffer, static_cast<std::size_t>(n));
            return n > 0;
        };
        if (watched[1].revents != 0) open_from = drain(from, output);
        if (watched[2].revents != 0) open_errors = drain(errors, complaints);
    }
}

} // namespace

std::string run(const std::vector<std::string>& command, const std::string& input) {
    const auto in = make_pipe(), out = make_pipe(), err = make_pipe();
    const pid_t child = fork();
    if (child == 0) {
        dup2(in.read, 0);
        dup2(out.write, 1);
        dup2(err.write, 2);
        std::vector<char*> arguments;
        for (const auto& word : command)
            arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    close(in.read);
    close(out.write);
    close(err.write);
    std::string output, complaints;
    talk(in.write, out.read, err.read, input, output, complaints);
    close(out.read);
    close(err.read);
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error(command[0] + " failed (is it installed?): " + complaints);
    return output;
}

} // namespace kcpp::integration
