#include "worker.hpp"

#include <zlib.h>

#include <chrono>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

namespace chaos {

using namespace std::chrono_literals;

settings::settings(int count, char** words) {
    for (int i = 1; i + 1 < count; i += 2)
        values_[words[i]] = words[i + 1];
}

const std::string& settings::text(const std::string& name) const {
    const auto found = values_.find("--" + name);
    if (found == values_.end()) throw std::invalid_argument("--" + name + " is missing");
    return found->second;
}

std::int64_t now() {
    const auto time = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
}

std::vector<place> places(const settings& s) {
    std::vector<place> all;
    std::istringstream topics(s.text("topics"));
    for (std::string topic; std::getline(topics, topic, ',');)
        for (int partition = 0; partition < s.number("partitions"); ++partition)
            all.push_back({topic, partition});
    return all;
}

std::string value(const place& where, int worker, std::int64_t id) {
    std::string text = where.topic + ' ' + std::to_string(where.partition) + ' ' +
                       std::to_string(worker) + ' ' + std::to_string(id) + ' ';
    text.append(50 + static_cast<std::size_t>(id % 50), static_cast<char>('a' + id % 26));
    const auto sum =
        crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
    char checksum[10];
    std::snprintf(checksum, sizeof checksum, "%08lx ", sum);
    return checksum + text;
}

ledger::ledger() {
    static char buffer[1 << 20];
    std::setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    watcher_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

void ledger::sent(std::int64_t count) {
    const std::lock_guard lock(mutex_);
    std::printf("sent %lld\n", static_cast<long long>(count));
}

void ledger::told(outcome what, std::int64_t id, std::string_view topic, std::int32_t partition,
                  std::int64_t offset, std::int64_t sent_at, std::string_view reason) {
    static constexpr const char* words[] = {"delivered", "not_written", "unknown"};
    const auto told_at = now();
    const std::lock_guard lock(mutex_);
    std::printf("%s %lld %.*s %d %lld %lld %lld %.*s\n", words[static_cast<int>(what)],
                static_cast<long long>(id), static_cast<int>(topic.size()), topic.data(), partition,
                static_cast<long long>(offset), static_cast<long long>(sent_at),
                static_cast<long long>(told_at), static_cast<int>(reason.size()), reason.data());
}

void ledger::flush() {
    const std::lock_guard lock(mutex_);
    std::fflush(stdout);
}

void ledger::say(std::string_view lines) {
    const std::lock_guard lock(mutex_);
    std::fwrite(lines.data(), 1, lines.size(), stdout);
    std::fflush(stdout);
}

void ledger::watch(const std::stop_token& stop) {
    constexpr std::int64_t step = 10'000, noticed = 20'000;
    while (!stop.stop_requested()) {
        const auto expected = now() + step;
        std::this_thread::sleep_for(std::chrono::microseconds(step));
        const auto awake = now();
        if (awake - expected < noticed) continue;
        const std::lock_guard lock(mutex_);
        std::printf("stalled %lld %lld\n", static_cast<long long>(expected),
                    static_cast<long long>(awake));
    }
}

namespace {

/// Sleeps for a while; true once standard input has ended.
bool ended(std::chrono::milliseconds pause) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (poll(&input, 1, static_cast<int>(pause.count())) <= 0) return false;
    char ignored[64];
    return read(STDIN_FILENO, ignored, sizeof ignored) <= 0;
}

} // namespace

void drive(const settings& s, const std::vector<place>& all, ledger& book,
           const std::function<void(std::int64_t id, const place& where)>& send) {
    const auto rate = s.number("rate");
    const auto begin = now();
    std::int64_t id = 0, flushed = begin;
    while (!ended(5ms)) {
        const auto due = (now() - begin) * rate / 1'000'000;
        while (id < due) {
            const auto& where = all[static_cast<std::size_t>(id) % all.size()];
            send(id++, where);
        }
        if (now() - flushed < 1'000'000) continue;
        book.sent(id);
        book.flush();
        flushed = now();
    }
    book.sent(id);
    book.flush();
}

} // namespace chaos
