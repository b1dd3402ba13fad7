#include "member.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <poll.h>
#include <stdexcept>
#include <sys/signalfd.h>
#include <unistd.h>

namespace chaos {

farewell::farewell() {
    sigset_t terminate;
    sigemptyset(&terminate);
    sigaddset(&terminate, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &terminate, nullptr);
    signals_ = signalfd(-1, &terminate, 0);
    if (signals_ < 0) throw std::runtime_error("signalfd failed");
    watcher_ = std::jthread([this](const std::stop_token& over) { watch(over); });
}

/// Standard input ends with who started this process, so that no member outlives a run.
void farewell::watch(const std::stop_token& over) {
    constexpr int pause_ms = 100;
    std::array<pollfd, 2> sources{{{signals_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
    while (!over.stop_requested() && poll(sources.data(), sources.size(), pause_ms) <= 0) {
    }
    asked_.request_stop();
}

void handed_out::add(std::string_view topic, std::int32_t partition, std::int64_t offset,
                     const void* value, std::size_t size) {
    const bool follows = !runs_.empty() && runs_.back().topic == topic &&
                         runs_.back().partition == partition &&
                         runs_.back().first + runs_.back().count == offset;
    if (!follows) runs_.push_back({std::string(topic), partition, offset, 0, 0});
    run& last = runs_.back();
    ++last.count;
    last.checksum += static_cast<std::uint32_t>(
        crc32(0, static_cast<const Bytef*>(value), static_cast<uInt>(size)));
}

std::string handed_out::lines(std::int64_t begin, std::int64_t end) const {
    const std::string times =
        "handed_out " + std::to_string(begin) + ' ' + std::to_string(end) + ' ';
    std::string all;
    for (const run& r : runs_)
        all += times + r.topic + ' ' + std::to_string(r.partition) + ' ' + std::to_string(r.first) +
               ' ' + std::to_string(r.count) + ' ' + std::to_string(r.checksum) + '\n';
    return all;
}

std::string line(std::string_view what, const std::vector<place>& places) {
    std::string text = std::string(what) + ' ' + std::to_string(now());
    for (const place& where : places)
        text += ' ' + where.topic + ' ' + std::to_string(where.partition);
    return text + '\n';
}

std::string line(std::string_view what, std::string_view reason) {
    std::string text = std::string(what) + ' ' + std::to_string(now()) + ' ' + std::string(reason);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text + '\n';
}

std::string committed_line(std::int64_t asked, const place& where, std::int64_t offset) {
    return "committed " + std::to_string(asked) + ' ' + std::to_string(now()) + ' ' + where.topic +
           ' ' + std::to_string(where.partition) + ' ' + std::to_string(offset) + '\n';
}

std::string refused_line(std::int64_t asked, std::string_view reason) {
    return line("refused " + std::to_string(asked), reason);
}

void work_on_batch() {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

void work_on_record(std::int64_t offset) {
    constexpr std::int64_t at_once = 20;
    if (offset % at_once == 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

} // namespace chaos
