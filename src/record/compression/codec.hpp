#pragma once

#include "record/errc.hpp"
#include "record/growing_buffer.hpp"
#include "wire/buffer.hpp"

#include <kcpp/types.hpp>

#include <cstddef>
#include <optional>
#include <span>

namespace kcpp::record {

/// Compresses `source` and appends the result to `to`, in the form Kafka's Java client writes.
/// `level` is the codec's own (gzip 0–9, lz4 1–12, zstd -131072–22; out-of-range values are
/// clamped, snappy has none); nothing means its default. False if the codec had no memory to work
/// with; `to` is as it was then.
bool compress(compression codec, std::optional<int> level, std::span<const std::byte> source,
              growing_buffer& to);

/// The outcome of `decompress`: bytes, or an error and no bytes.
struct decompressed {
    errc error = errc::none;
    wire::slice data;
};

/// Decompresses `source` into new memory, of which it takes at most one byte more than `max_bytes`,
/// however much the source claims to unfold to; more is `errc::too_large`.
decompressed decompress(compression codec, std::span<const std::byte> source,
                        std::size_t max_bytes);

/// As above for the lz4 frames inside message sets of format 0, whose header checksum Kafka once
/// computed wrongly (KAFKA-3160).
decompressed decompress_legacy_lz4(std::span<const std::byte> source, std::size_t max_bytes);

} // namespace kcpp::record
