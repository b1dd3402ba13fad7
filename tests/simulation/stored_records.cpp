#include "stored_records.hpp"

#include "record/compression/codec.hpp"
#include "testing/model/record_walk.hpp"

namespace kcpp::simulation {

namespace {

/// Far above what a workload puts into a batch.
constexpr std::size_t most_unfolded = 64 * 1024 * 1024;

/// The batch as it would be without compression.
std::vector<std::byte> unfold(const testing::log_batch& stored) {
    const auto bytes = stored.bytes.bytes();
    const auto body = bytes.subspan(testing::batch_header::size);
    std::vector<std::byte> plain(bytes.begin(),
                                 bytes.end() - static_cast<std::ptrdiff_t>(body.size()));
    const auto records = record::decompress(stored.header.codec(), body, most_unfolded);
    if (records.error != record::errc::none) return {};
    plain.insert(plain.end(), records.data.bytes.begin(), records.data.bytes.end());
    return plain;
}

class log_reader {
public:
    log_reader(scenario& run, const std::string& topic, partition_id partition)
        : run_(run), topic_(topic), partition_(partition) {}

    void read(const testing::log_batch& stored) {
        if (stored.header.codec() == compression::none)
            return walk(stored.bytes.bytes(), stored.header);
        const auto plain = unfold(stored);
        if (plain.empty()) return complain(stored.header.base_offset, "cannot be decompressed");
        walk(plain, stored.header);
    }

    std::vector<stored_record> found;

private:
    void walk(std::span<const std::byte> batch, testing::batch_header head) {
        head.attributes = static_cast<std::int16_t>(head.attributes & ~7);
        testing::record_walk records(batch, head);
        while (const auto r = records.next())
            take(head.base_offset + r->offset_delta, *r);
        if (!records.complete()) complain(head.base_offset, "is no whole batch");
    }

    void take(offset_t offset, const testing::walked_record& r) {
        const bytes_view header = r.headers.empty() ? bytes_view() : r.headers.front().second;
        const auto told = read_value(topic_, r.key, header, r.value);
        if (!told) return complain(offset, "is not what its sender made of it");
        if (told->wanted && *told->wanted != partition_)
            complain(offset, "was meant for partition " + std::to_string(*told->wanted));
        found.push_back({offset, told->id, kcpp::timestamp(std::chrono::milliseconds(r.time_ms))});
    }

    void complain(offset_t offset, const std::string& what) {
        run_.problems.add("stored in " + topic_ + '-' + std::to_string(partition_) + " at " +
                          std::to_string(offset) + ": " + what);
    }

    scenario& run_;
    const std::string& topic_;
    partition_id partition_;
};

} // namespace

std::vector<stored_record> read_log(scenario& run, const std::string& topic,
                                    partition_id partition) {
    log_reader reader(run, topic, partition);
    const auto* place = run.brokers().state.find_partition(topic, partition);
    for (const auto& each : place->log().batches())
        reader.read(each);
    return std::move(reader.found);
}

} // namespace kcpp::simulation
