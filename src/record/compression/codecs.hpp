#pragma once

#include "record/errc.hpp"
#include "record/growing_buffer.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

/// One pair of functions per codec. Each appends to `to`. Compressing says whether the codec could
/// work at all; decompressing never lets `to` grow above its limit and answers `errc::too_large`
/// when it would have to.
namespace kcpp::record::codecs {

using bytes = std::span<const std::byte>;

bool gzip_compress(std::optional<int> level, bytes source, growing_buffer& to);
errc gzip_decompress(bytes source, growing_buffer& to);

bool snappy_compress(bytes source, growing_buffer& to);
errc snappy_decompress(bytes source, growing_buffer& to);

bool lz4_compress(std::optional<int> level, bytes source, growing_buffer& to);
errc lz4_decompress(bytes source, growing_buffer& to);
/// Whatever the checksum of the frame's header says.
errc lz4_decompress_unchecked_header(bytes source, growing_buffer& to);

bool zstd_compress(std::optional<int> level, bytes source, growing_buffer& to);
errc zstd_decompress(bytes source, growing_buffer& to);

/// Memory to begin with where the true size is not known.
inline void expect(growing_buffer& to, std::size_t likely_size) {
    to.ensure(std::min(std::max(likely_size, growing_buffer::smallest), to.limit()));
}

} // namespace kcpp::record::codecs
