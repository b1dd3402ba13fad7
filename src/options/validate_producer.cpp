#include "options/checks.hpp"
#include "options/idempotence.hpp"
#include "options/validate.hpp"

namespace kcpp::options {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view level_name =
    "producer_options::compression_level (compression.<codec>.level)";

/// The ranges of Java's `compression.*.level` and, for gzip, zlib's 0 (stored).
std::optional<error> check_level(const producer_options& p) {
    if (!p.compression_level) return std::nullopt;
    const std::int64_t level = *p.compression_level;
    switch (p.compression) {
    case compression::gzip: return first_wrong({checked_number{level_name, level, 0, 9}});
    case compression::lz4: return first_wrong({checked_number{level_name, level, 1, 17}});
    case compression::zstd: return first_wrong({checked_number{level_name, level, -131072, 22}});
    case compression::none:
    case compression::snappy: break;
    }
    return option_error(level_name, " is ", level, ", but the codec ", to_string(p.compression),
                        " has no levels; choose gzip, lz4 or zstd, or leave the level out");
}

std::optional<error> check_sizes(const producer_options& p) {
    return first_wrong({
        checked_number{"producer_options::batch_bytes (batch.size)", number(p.batch_bytes), 0},
        checked_number{"producer_options::max_request_bytes (max.request.size)",
                       number(p.max_request_bytes), 1},
        checked_number{"producer_options::buffer_bytes (buffer.memory)", number(p.buffer_bytes), 1,
                       std::numeric_limits<std::int64_t>::max()},
        checked_number{"producer_options::max_in_flight (max.in.flight.requests.per.connection)",
                       p.max_in_flight, 1, 1'000'000},
    });
}

/// KIP-91: a record's time must suffice to wait for others and for one answer.
std::optional<error> check_delivery(const producer_options& p, const client_options& c) {
    if (p.delivery_timeout - p.linger >= c.request_timeout) return std::nullopt;
    return option_error("producer_options::delivery_timeout (delivery.timeout.ms) is ",
                        p.delivery_timeout, ", less than linger (linger.ms) with ", p.linger,
                        " and client_options::request_timeout (request.timeout.ms) with ",
                        c.request_timeout, " together; raise it or lower one of them");
}

/// Who asks for it by name has to mean it (P2).
std::optional<error> check_idempotence(const producer_options& p) {
    if (!p.idempotence.value_or(false) || allow_idempotence(p)) return std::nullopt;
    if (p.acks != acks::all)
        return option_error(
            "producer_options::idempotence (enable.idempotence) is true, but acks is ",
            p.acks == acks::none ? "none" : "leader", "; set acks::all, or leave idempotence out");
    return option_error("producer_options::idempotence (enable.idempotence) is true, but "
                        "max_in_flight (max.in.flight.requests.per.connection) is ",
                        p.max_in_flight, "; brokers remember ", most_in_flight_if_idempotent,
                        " batches: lower it to that, or leave idempotence out");
}

} // namespace

std::optional<error> validate(const producer_options& producer, const client_options& client) {
    constexpr milliseconds none{0};
    if (auto wrong = first_wrong({
            {"producer_options::linger (linger.ms)", producer.linger, none},
            {"producer_options::delivery_timeout (delivery.timeout.ms)", producer.delivery_timeout},
            {"producer_options::max_block (max.block.ms)", producer.max_block, none},
            {"producer_options::availability_timeout (partitioner.availability.timeout.ms)",
             producer.availability_timeout, none},
            {"producer_options::close_timeout", producer.close_timeout, none},
        })) {
        return wrong;
    }
    if (auto wrong = check_sizes(producer)) return wrong;
    if (auto wrong = check_level(producer)) return wrong;
    if (auto wrong = check_idempotence(producer)) return wrong;
    return check_delivery(producer, client);
}

} // namespace kcpp::options
