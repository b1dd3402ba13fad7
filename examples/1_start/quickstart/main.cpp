// Creates a topic, writes keyed records, reads them as a group of two, shows the lag, and deletes
// it all again.
//
//   quickstart                          on a cluster of three brokers inside this program
//   quickstart --bootstrap HOST:PORT    on yours

#include "story.hpp"

#include <kcpp/testing/embedded_cluster.hpp>

#include <charconv>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

namespace {

struct arguments {
    std::optional<std::string> bootstrap{};
    std::size_t records = 10'000;
};

std::optional<arguments> parse(int count, char** words) {
    if (count % 2 == 0) return std::nullopt;
    arguments given;
    for (int i = 1; i < count; i += 2) {
        const std::string_view name = words[i], value = words[i + 1];
        if (name == "--bootstrap") {
            given.bootstrap = value;
        } else if (name == "--records") {
            const char* last = value.data() + value.size();
            const auto [end, wrong] = std::from_chars(value.data(), last, given.records);
            if (wrong != std::errc() || end != last || given.records == 0) return std::nullopt;
        } else {
            return std::nullopt;
        }
    }
    return given;
}

void run(quickstart::narrator& tell, const arguments& given) {
    if (given.bootstrap) {
        tell.title("kcpp on " + *given.bootstrap);
        quickstart::story(tell, *given.bootstrap, given.records).tell_all();
        return;
    }
    tell.title("kcpp on a cluster of its own");
    tell.begin("starting a cluster");
    const kcpp::testing::embedded_cluster cluster({.brokers = 3});
    tell.done("started a cluster inside this program");
    quickstart::story(tell, cluster.bootstrap_servers(), given.records).tell_all();
}

} // namespace

int main(int count, char** words) {
    const auto given = parse(count, words);
    if (!given) {
        std::cerr << "usage: quickstart [--bootstrap HOST:PORT] [--records N]\n";
        return 2;
    }
    quickstart::narrator tell;
    try {
        run(tell, *given);
    } catch (const std::exception& error) {
        tell.failed(error.what());
        return 1;
    }
    std::cout << '\n';
}
