#include "cli/sandbox.hpp"
#include "cli/wrong_usage.hpp"

#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

namespace {

constexpr const char* usage = "usage: kcpp <command> [options]\n"
                              "\n"
                              "  kcpp sandbox    a Kafka cluster in this process, for development\n"
                              "\n"
                              "`kcpp <command> --help` says more.\n";

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string_view> words(argv + 1, argv + argc);
    if (words.empty() || words.front() == "--help" || words.front() == "-h") {
        std::fputs(usage, words.empty() ? stderr : stdout);
        return words.empty() ? 2 : 0;
    }
    try {
        if (words.front() == "sandbox") return kcpp::cli::sandbox({words.begin() + 1, words.end()});
    } catch (const kcpp::cli::wrong_usage& e) {
        std::fprintf(stderr, "kcpp %s: %s\n", argv[1], e.what());
        return 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "kcpp %s: %s\n", argv[1], e.what());
        return 1;
    }
    std::fprintf(stderr, "kcpp: there is no command '%s'\n\n%s", argv[1], usage);
    return 2;
}
