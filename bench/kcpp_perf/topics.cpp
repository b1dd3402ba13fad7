#include "kcpp_perf/topics.hpp"

#include <kcpp/admin.hpp>

#include <algorithm>
#include <chrono>
#include <span>
#include <stdexcept>
#include <thread>

namespace bench {

namespace {

using namespace std::chrono_literals;
using names = std::vector<std::string>;

/// A broker takes a second or more for so many.
constexpr std::size_t at_once = 500;
constexpr auto patience = 60s;

/// Does `step` with the names of all topics, some at a time.
template <class Step>
void in_steps(const names& all, Step step) {
    for (std::size_t from = 0; from < all.size(); from += at_once) {
        const auto to = std::min(from + at_once, all.size());
        step(names(all.begin() + static_cast<std::ptrdiff_t>(from),
                   all.begin() + static_cast<std::ptrdiff_t>(to)));
    }
}

/// Throws for what went wrong, but not for `expected`.
void judge(const kcpp::verdicts<void>& verdicts, kcpp::broker_errc expected) {
    for (const auto& [topic, verdict] : verdicts)
        if (!verdict && verdict.error() != expected) verdict.value();
}

bool all_led(const kcpp::verdicts<kcpp::topic_description>& verdicts) {
    return std::ranges::all_of(verdicts, [](const auto& v) {
        return v.second && std::ranges::none_of(v.second->partitions,
                                                [](const auto& p) { return p.leader == -1; });
    });
}

void wait_for_leaders(kcpp::admin& admin, const names& topics) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!all_led(admin.describe_topics(topics).get())) {
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error(topics.front() + ": still without a leader after 60 s");
        std::this_thread::sleep_for(100ms);
    }
}

} // namespace

void make_topics(const settings& s) {
    kcpp::admin admin{{.bootstrap_servers = s.bootstrap}};
    in_steps(s.topic_names(), [&](const names& some) {
        std::vector<kcpp::new_topic> wanted;
        for (const std::string& name : some)
            wanted.push_back({.name = name, .partitions = s.partitions});
        judge(admin.create_topics(wanted).get(), kcpp::broker_errc::topic_already_exists);
    });
    in_steps(s.topic_names(), [&](const names& some) { wait_for_leaders(admin, some); });
}

void delete_topics(const settings& s) {
    kcpp::admin admin{{.bootstrap_servers = s.bootstrap}};
    in_steps(s.topic_names(), [&](const names& some) {
        judge(admin.delete_topics(some).get(), kcpp::broker_errc::unknown_topic_or_partition);
    });
}

} // namespace bench
