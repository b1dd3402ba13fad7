#pragma once

#include "record/batch_cursor.hpp"
#include "record/batch_format.hpp"
#include "record/record_reader.hpp"
#include "wire/crc32.hpp"
#include "wire/crc32c.hpp"
#include "wire/endian.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the tests of this folder share: bytes from hex, records that own themselves, and headers
/// made right again.
namespace kcpp::record::test {

using byte_vector = std::vector<std::byte>;

inline byte_vector from_hex(std::string_view hex) {
    byte_vector result;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        result.push_back(
            static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return result;
}

inline std::string to_hex(std::span<const std::byte> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    for (const std::byte b : bytes) {
        result += digits[std::to_integer<unsigned>(b) >> 4];
        result += digits[std::to_integer<unsigned>(b) & 15];
    }
    return result;
}

inline kcpp::timestamp at_ms(std::int64_t value) {
    return kcpp::timestamp(std::chrono::milliseconds(value));
}

using text_or_null = std::optional<std::string>;

inline text_or_null owned(bytes_view view) {
    return view.is_null() ? text_or_null() : text_or_null(view.to_string());
}

inline bytes_view view_of(const text_or_null& text) {
    return text ? bytes_view(*text) : bytes_view();
}

/// A record that owns its bytes.
struct test_record {
    std::int64_t offset = 0;
    std::int64_t time = 0;
    text_or_null key;
    text_or_null value;
    std::vector<std::pair<std::string, text_or_null>> headers;

    friend bool operator==(const test_record&, const test_record&) = default;
};

inline test_record owned(const record_view& r) {
    test_record copy{r.offset, r.time.time_since_epoch().count(), owned(r.key), owned(r.value), {}};
    for (const header& h : r.headers)
        copy.headers.emplace_back(h.name, owned(h.value));
    return copy;
}

struct outcome {
    std::vector<test_record> records;
    errc error = errc::none;
};

/// All records of a blob, as a consumer reads them, up to the first error.
inline outcome read_all(std::span<const std::byte> blob, std::size_t limit = 16 << 20) {
    outcome result;
    record_reader reader;
    batch_cursor batches(blob);
    while (batches.next()) {
        result.error = reader.open(batches.batch(), limit);
        while (reader.next())
            result.records.push_back(owned(reader.record()));
        result.error = reader.error();
        if (result.error != errc::none) return result;
    }
    result.error = batches.error();
    return result;
}

/// Makes the CRC of a single entry fit its bytes again.
inline void fix_crc(std::span<std::byte> entry) {
    constexpr std::size_t legacy_crc = 12;
    if (entry.size() < format::attributes) return;
    if (entry[format::magic] == std::byte{2})
        wire::store_be(entry.data() + format::crc, wire::crc32c(entry.subspan(format::attributes)));
    else
        wire::store_be(entry.data() + legacy_crc, wire::crc32(entry.subspan(format::magic)));
}

/// Overwrites a header field of a batch and mends the CRC.
template <class T>
byte_vector patched(std::span<const std::byte> batch, std::size_t at, T value) {
    byte_vector copy(batch.begin(), batch.end());
    wire::store_be(copy.data() + at, value);
    fix_crc(copy);
    return copy;
}

} // namespace kcpp::record::test
