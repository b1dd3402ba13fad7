#pragma once

#include "../record/test_bytes.hpp"

#include <cstddef>
#include <span>

namespace kcpp::record::test {

/// Looks at the first and the last byte of a view, so that the sanitizers see where it points.
inline unsigned touch(bytes_view view) {
    if (view.empty()) return 0;
    return std::to_integer<unsigned>(*view.begin()) + std::to_integer<unsigned>(*(view.end() - 1));
}

/// What a consumer does with a blob, past every error that it can pass.
inline unsigned read_everything(std::span<const std::byte> blob) {
    constexpr std::size_t limit = 1 << 20;
    unsigned sum = 0;
    record_reader records;
    for (batch_cursor batches(blob); batches.next();) {
        if (records.open(batches.batch(), limit) != errc::none) continue;
        while (records.next()) {
            sum += touch(records.record().key) + touch(records.record().value);
            for (const header& h : records.record().headers)
                sum += touch(h.name) + touch(h.value);
        }
    }
    return sum;
}

/// The same blob as if the CRC of every batch were right: fuzzing does not guess them.
inline byte_vector mended(std::span<const std::byte> blob) {
    byte_vector copy(blob.begin(), blob.end());
    for (batch_cursor batches(copy); batches.next();) {
        const auto entry = batches.batch().bytes();
        const auto at = static_cast<std::size_t>(entry.data() - copy.data());
        fix_crc(std::span(copy).subspan(at, entry.size()));
    }
    return copy;
}

} // namespace kcpp::record::test
