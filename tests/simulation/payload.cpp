#include "payload.hpp"

#include "wire/crc32c.hpp"

#include <cstring>

namespace kcpp::simulation {

namespace {

struct front {
    std::uint32_t checksum;
    std::uint32_t sender;
    std::uint32_t number;
    std::int32_t wanted;
};

std::uint32_t sum(std::string_view text, std::uint32_t seed) {
    return wire::crc32c(std::as_bytes(std::span(text.data(), text.size())), seed);
}

std::uint32_t sum(bytes_view bytes, std::uint32_t seed) {
    // Null and empty are different things.
    return sum(bytes.is_null() ? std::string_view("null") : bytes.text(), seed + 1);
}

std::uint32_t checksum(std::string_view topic, bytes_view key, bytes_view header,
                       std::string_view value_behind_it) {
    return sum(value_behind_it, sum(header, sum(key, sum(topic, 0))));
}

} // namespace

std::string to_string(const record_id& id) {
    return std::to_string(id.sender) + ':' + std::to_string(id.number);
}

std::string make_value(const record_id& id, std::string_view topic,
                       std::optional<partition_id> wanted, bytes_view key, bytes_view header,
                       std::size_t bytes) {
    std::string value(std::max(bytes, sizeof(front)), '.');
    for (std::size_t i = sizeof(front); i < value.size(); ++i)
        value[i] = static_cast<char>('a' + (i + id.number) % 26);
    front f{0, id.sender, id.number, wanted.value_or(-1)};
    std::memcpy(value.data(), &f, sizeof f);
    f.checksum = checksum(topic, key, header, std::string_view(value).substr(sizeof f.checksum));
    std::memcpy(value.data(), &f, sizeof f);
    return value;
}

std::optional<told_identity> read_value(std::string_view topic, bytes_view key, bytes_view header,
                                        bytes_view value) {
    front f{};
    if (value.size() < sizeof f) return std::nullopt;
    std::memcpy(&f, value.text().data(), sizeof f);
    const auto behind = value.text().substr(sizeof f.checksum);
    if (checksum(topic, key, header, behind) != f.checksum) return std::nullopt;
    told_identity told{{f.sender, f.number}, std::nullopt};
    if (f.wanted >= 0) told.wanted = f.wanted;
    return told;
}

} // namespace kcpp::simulation
