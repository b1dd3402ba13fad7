#pragma once

#include "testing/model/batch.hpp"
#include "wire/crc32c.hpp"
#include "wire/endian.hpp"
#include "wire/varint.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Record batches of format 2 for the tests, written by hand.
struct batch_maker {
    std::vector<std::pair<std::optional<std::string>, std::optional<std::string>>> records{};
    std::int64_t time_ms = 1700000000000;
    std::int64_t producer_id = -1;
    std::int16_t producer_epoch = -1;
    std::int32_t base_sequence = -1;
    std::int16_t attributes = 0;

    std::vector<std::byte> make() const {
        std::vector<std::byte> b(kcpp::testing::batch_header::size);
        for (std::size_t i = 0; i < records.size(); ++i)
            add_record(b, static_cast<std::int32_t>(i));
        using kcpp::wire::store_be;
        const auto count = static_cast<std::int32_t>(records.size());
        store_be(&b[8], static_cast<std::int32_t>(b.size() - 12));
        store_be(&b[12], std::int32_t{-1});
        b[16] = std::byte{2};
        store_be(&b[21], attributes);
        store_be(&b[23], count - 1);
        store_be(&b[27], time_ms);
        store_be(&b[35], time_ms);
        store_be(&b[43], producer_id);
        store_be(&b[51], producer_epoch);
        store_be(&b[53], base_sequence);
        store_be(&b[57], count);
        return sealed(std::move(b));
    }

    /// With the CRC made right again.
    static std::vector<std::byte> sealed(std::vector<std::byte> b) {
        kcpp::wire::store_be(&b[17], kcpp::wire::crc32c(std::span(b).subspan(21)));
        return b;
    }

private:
    static void add_number(std::vector<std::byte>& to, std::int32_t n) {
        std::byte room[kcpp::wire::max_varint_size];
        to.insert(to.end(), room, kcpp::wire::put_varint(room, n));
    }
    static void add_text(std::vector<std::byte>& to, const std::optional<std::string>& text) {
        add_number(to, text ? static_cast<std::int32_t>(text->size()) : -1);
        for (const char c : text.value_or(""))
            to.push_back(static_cast<std::byte>(c));
    }
    void add_record(std::vector<std::byte>& to, std::int32_t index) const {
        std::vector<std::byte> r(1);
        add_number(r, 0);
        add_number(r, index);
        add_text(r, records[static_cast<std::size_t>(index)].first);
        add_text(r, records[static_cast<std::size_t>(index)].second);
        add_number(r, 0);
        add_number(to, static_cast<std::int32_t>(r.size()));
        to.insert(to.end(), r.begin(), r.end());
    }
};

/// A batch of `count` records "v0", "v1" … without keys.
inline std::vector<std::byte> numbered(std::int32_t count, std::int64_t time_ms = 1700000000000) {
    batch_maker m{.time_ms = time_ms};
    for (std::int32_t i = 0; i < count; ++i)
        m.records.emplace_back(std::nullopt, std::string("v").append(std::to_string(i)));
    return m.make();
}
