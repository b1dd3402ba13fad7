// The least that consuming can cost: one thread, one blocking socket, one fetch at a time; the CRC
// of each batch is checked, each record decoded and its key, value and offset touched.

#include "floor/connection.hpp"
#include "measure/report.hpp"
#include "measure/touch.hpp"
#include "protocol/fetch.hpp"
#include "record/batch_format.hpp"
#include "wire/crc32c.hpp"
#include "wire/endian.hpp"
#include "wire/varint.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

namespace bench::floor {

namespace {

namespace format = kcpp::record::format;
namespace protocol = kcpp::protocol::fetch;
using kcpp::wire::load_be;

constexpr std::int16_t version = 12;

[[noreturn]] void malformed() {
    throw std::runtime_error("a malformed batch");
}

/// A number of the record format, read from the front of what is left.
template <class Int>
Int take(std::span<const std::byte>& rest) {
    Int number = 0;
    const std::byte* const end = rest.data() + rest.size();
    const std::byte* next = nullptr;
    if constexpr (sizeof(Int) == 8)
        next = kcpp::wire::get_varlong(rest.data(), end, number);
    else
        next = kcpp::wire::get_varint(rest.data(), end, number);
    if (next == nullptr) malformed();
    rest = {next, end};
    return number;
}

/// A key or a value: its length, then its bytes. Null comes as empty.
std::string_view take_bytes(std::span<const std::byte>& rest) {
    const auto length = take<std::int32_t>(rest);
    if (length < 0) return {};
    const auto size = static_cast<std::size_t>(length);
    if (size > rest.size()) malformed();
    const std::string_view bytes(reinterpret_cast<const char*>(rest.data()), size);
    rest = rest.subspan(size);
    return bytes;
}

class consumer {
public:
    explicit consumer(const settings& s)
        : settings_(s), broker_(s.bootstrap), next_(static_cast<std::size_t>(s.partitions)) {}

    std::uint64_t read(std::uint64_t wanted) {
        while (records_ < wanted)
            fetch();
        return records_;
    }

private:
    void fetch() {
        broker_.send(request(), version);
        const auto response = broker_.receive<protocol::response>(version);
        for (const auto& topic_result : response.topics)
            for (const auto& partition : topic_result.partitions)
                take_batches(partition);
    }

    protocol::request request() const {
        protocol::request r;
        r.max_wait_ms = 500;
        r.min_bytes = 1;
        r.max_bytes = 50 * 1024 * 1024;
        protocol::topic& topic = r.topics.emplace_back();
        topic.name = settings_.topic;
        for (std::size_t i = 0; i < next_.size(); ++i) {
            protocol::partition& partition = topic.partitions.emplace_back();
            partition.index = static_cast<std::int32_t>(i);
            partition.fetch_offset = next_[i];
            partition.max_bytes = 1024 * 1024;
        }
        return r;
    }

    void take_batches(const protocol::partition_result& partition) {
        if (partition.error_code != 0)
            throw std::runtime_error("the broker answers with error " +
                                     std::to_string(partition.error_code));
        auto rest = partition.records.value_or(std::span<const std::byte>());
        while (rest.size() >= format::header_size) {
            const auto length = load_be<std::int32_t>(rest.data() + format::batch_length);
            const std::size_t size = static_cast<std::size_t>(length) + format::log_overhead;
            if (size > rest.size()) return; // cut off; it comes again, whole
            take_records(rest.first(size));
            next_[static_cast<std::size_t>(partition.index)] =
                load_be<std::int64_t>(rest.data()) +
                load_be<std::int32_t>(rest.data() + format::last_offset_delta) + 1;
            rest = rest.subspan(size);
        }
    }

    void take_records(std::span<const std::byte> batch) {
        if (kcpp::wire::crc32c(batch.subspan(format::attributes)) !=
            load_be<std::uint32_t>(batch.data() + format::crc))
            malformed();
        if ((load_be<std::int16_t>(batch.data() + format::attributes) & format::codec_mask) != 0)
            throw std::runtime_error("the floor reads no compressed batches");
        const auto count = load_be<std::int32_t>(batch.data() + format::record_count);
        auto rest = batch.subspan(format::header_size);
        const auto base = load_be<std::int64_t>(batch.data());
        for (std::int32_t i = 0; i < count; ++i)
            take_record(rest, base);
        records_ += static_cast<std::uint64_t>(count);
    }

    void take_record(std::span<const std::byte>& rest, std::int64_t base) {
        const auto length = static_cast<std::size_t>(take<std::int32_t>(rest));
        if (length == 0 || length > rest.size()) malformed();
        auto record = rest.first(length).subspan(1); // without the attributes
        rest = rest.subspan(length);
        take<std::int64_t>(record); // time
        const auto offset = base + take<std::int32_t>(record);
        const auto key = take_bytes(record);
        touched_(key, take_bytes(record), offset);
    }

    const settings& settings_;
    connection broker_;
    std::vector<std::int64_t> next_;
    std::uint64_t records_ = 0;
    touch touched_;
};

bool run(const settings& s) {
    const auto begin = costs::now();
    consumer consumer(s);
    const std::uint64_t records = consumer.read(s.records);
    const auto end = costs::now();
    return print({.client = "floor", .mode = "consume", .records = records, .used = end - begin},
                 s);
}

} // namespace

} // namespace bench::floor

int main(int argc, char** argv) {
    CLI::App app("The least that consuming can cost: reads a topic of --partitions partitions.");
    bench::settings s;
    bench::add_consume_options(app, s);
    CLI11_PARSE(app, argc, argv);
    try {
        if (s.partitions == 0) s.partitions = 1;
        return bench::floor::run(s) ? 0 : 1;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "floor-consume: %s\n", e.what());
        return 1;
    }
}
