#include "cli/sandbox_settings.hpp"

#include "cli/wrong_usage.hpp"
#include "testing/model/topic.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace kcpp::cli {

namespace {

template <class Number>
Number parse(std::string_view option, std::string_view text, Number least, Number most) {
    Number n{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error == std::errc() && end == text.data() + text.size() && n >= least && n <= most)
        return n;
    throw wrong_usage(std::string(option) + " wants a number from " + std::to_string(least) +
                      " to " + std::to_string(most) + ", not '" + std::string(text) + "'");
}

wanted_topic parse_topic(std::string_view text) {
    const auto colon = text.find(':');
    wanted_topic t{std::string(text.substr(0, colon))};
    if (const auto found = testing::check_topic_name(t.name); !found.good())
        throw wrong_usage("--topic: " + found.reason);
    if (colon != text.npos)
        t.partitions = parse<std::int32_t>("--topic " + t.name, text.substr(colon + 1), 1, 10000);
    return t;
}

void set(sandbox_settings& s, std::string_view option, std::string_view value) {
    if (option == "--brokers")
        s.brokers = parse<std::int32_t>(option, value, 1, 100);
    else if (option == "--port")
        s.port = parse<std::uint16_t>(option, value, 0, 65535);
    else if (wanted_topic t = parse_topic(value);
             std::ranges::count(s.topics, t.name, &wanted_topic::name))
        throw wrong_usage("--topic " + t.name + " is given twice");
    else
        s.topics.push_back(std::move(t));
}

} // namespace

sandbox_settings parse_sandbox(const std::vector<std::string_view>& arguments) {
    constexpr std::string_view options[] = {"--brokers", "--port", "--topic"};
    sandbox_settings s;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view word = arguments[i];
        if (word == "--help" || word == "-h") return s.help = true, s;
        const auto equals = word.find('='); // "--port=9092" is "--port 9092"
        const std::string_view option = word.substr(0, equals);
        if (!std::ranges::count(options, option))
            throw wrong_usage("there is no option '" + std::string(word) +
                              "'; see kcpp sandbox --help");
        if (equals != word.npos)
            set(s, option, word.substr(equals + 1));
        else if (++i < arguments.size())
            set(s, option, arguments[i]);
        else
            throw wrong_usage(std::string(option) + " wants a value");
    }
    if (s.port > 65536 - s.brokers)
        throw wrong_usage("--port " + std::to_string(s.port) + " leaves no room for " +
                          std::to_string(s.brokers) + " brokers");
    return s;
}

} // namespace kcpp::cli
