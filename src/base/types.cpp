#include "base/text.hpp"

#include <kcpp/types.hpp>

namespace kcpp {

std::string to_string(const topic_partition& place) {
    return base::text(place.topic, '-', place.partition);
}

const char* to_string(compression codec) noexcept {
    switch (codec) {
    case compression::none: return "none";
    case compression::gzip: return "gzip";
    case compression::snappy: return "snappy";
    case compression::lz4: return "lz4";
    case compression::zstd: return "zstd";
    }
    return "unknown";
}

} // namespace kcpp
