#include "measure/workload.hpp"

#include <cstdint>
#include <fstream>
#include <stdexcept>

namespace bench {

namespace {

strings lines_of(const std::string& file) {
    std::ifstream in(file);
    std::string all;
    std::size_t length = 0;
    for (std::string line; std::getline(in, line); all += line) {
        if (length == 0) length = line.size();
        if (line.size() != length || length == 0)
            throw std::runtime_error(file + ": its lines must be of one length, and not empty");
    }
    if (all.empty()) throw std::runtime_error(file + ": holds no line");
    return {std::move(all), length};
}

/// Numbers in hexadecimal, "00000000000004d2", scattered by a multiplication: 65,536 different
/// keys, as far as their length allows.
strings made_keys(std::size_t length) {
    constexpr std::uint64_t count = 65536;
    if (length == 0) return {};
    std::string all;
    for (std::uint64_t i = 0; i < count; ++i) {
        std::uint64_t rest = i * 0x9e3779b97f4a7c15;
        for (std::size_t at = 0; at < length; ++at, rest = rest << 4 | rest >> 60)
            all += "0123456789abcdef"[rest >> 60];
    }
    return {std::move(all), length};
}

} // namespace

workload::workload(const settings& s)
    : values(s.payload.empty() ? strings(std::string(s.size, 'v'), s.size) : lines_of(s.payload)),
      keys(made_keys(s.keys)) {}

} // namespace bench
