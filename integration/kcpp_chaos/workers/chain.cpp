#include "chain.hpp"

#include <zlib.h>

#include <cstdio>
#include <sstream>

namespace chaos {

namespace {

constexpr std::size_t checksum_digits = 8;

std::string checksum(std::string_view text) {
    const auto sum =
        crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
    char digits[checksum_digits + 1];
    std::snprintf(digits, sizeof digits, "%08lx", sum);
    return digits;
}

} // namespace

std::string text(const chain_record& what) {
    std::string all = std::to_string(what.hop) + ' ' + std::to_string(what.key) + ' ' +
                      std::to_string(what.number) + ' ' + std::to_string(what.member) + ' ' +
                      std::to_string(what.stay) + ' ' + std::to_string(what.source) + ' ';
    all.append(30 + static_cast<std::size_t>(what.number % 50),
               static_cast<char>('a' + what.number % 26));
    return checksum(all) + ' ' + all;
}

std::optional<chain_record> parse(std::string_view value) {
    if (value.size() <= checksum_digits || value[checksum_digits] != ' ') return std::nullopt;
    const auto rest = value.substr(checksum_digits + 1);
    if (value.substr(0, checksum_digits) != checksum(rest)) return std::nullopt;
    chain_record found{};
    std::istringstream words{std::string(rest)};
    words >> found.hop >> found.key >> found.number >> found.member >> found.stay >> found.source;
    return words ? std::optional(found) : std::nullopt;
}

} // namespace chaos
