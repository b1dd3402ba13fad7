#include "options/properties_loader.hpp"

#include "options/option_error.hpp"
#include "options/other_properties.hpp"
#include "options/suggest.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace kcpp::options {

namespace {

std::string in_line(int line) {
    return line == 0 ? std::string() : base::text(" in line ", line);
}

error contradiction_between(std::string_view place, const property_entry& entry,
                            const property_entry& earlier) {
    return option_error(place, ": ", entry.key, " = ", entry.value, " contradicts ", earlier.key,
                        " = ", earlier.value, in_line(earlier.line),
                        "; they set the same option, keep one of them");
}

} // namespace

std::vector<property_entry> last_of_each_key(const std::vector<property_entry>& entries) {
    std::map<std::string_view, const property_entry*> last;
    for (const property_entry& entry : entries)
        last[entry.key] = &entry;
    std::vector<property_entry> kept;
    for (const property_entry& entry : entries) {
        if (last[entry.key] == &entry) kept.push_back(entry);
    }
    return kept;
}

std::optional<error> properties_loader::take(const property_entry& entry) {
    if (const supported_property* row = find_supported(entry.key)) return set(*row, entry);
    if (find_ignored(entry.key) != nullptr) return std::nullopt;
    const unsupported_property* other = find_unsupported(entry.key);
    if (other != nullptr && other->takes(entry.value)) return std::nullopt;
    return refusal(entry);
}

/// Without the value, which may be a secret.
error properties_loader::refusal(const property_entry& entry) const {
    const std::string place = place_of(name_, entry.line);
    if (const unsupported_property* other = find_unsupported(entry.key)) {
        if (other->harmless.empty()) {
            return option_error(place, ": ", entry.key, " is not supported: ", other->instead);
        }
        return option_error(place, ": ", entry.key, " may only be ", other->harmless, ": ",
                            other->instead);
    }
    if (const auto near = suggestion_for(entry.key)) {
        return option_error(place, ": unknown property \"", entry.key, "\"; did you mean ", *near,
                            '?');
    }
    return option_error(place, ": unknown property \"", entry.key,
                        "\"; it is none of Java's and none of librdkafka's");
}

std::optional<error> properties_loader::set(const supported_property& row,
                                            const property_entry& entry) {
    if (auto wrong = row.set(entry.value, draft_)) {
        return option_error(place_of(name_, entry.line), ": ", entry.key, " = \"", entry.value,
                            "\", expected ", *wrong);
    }
    if (auto wrong = contradiction(row, entry)) return wrong;
    taken_.push_back({&row, entry});
    return std::nullopt;
}

/// Java's and librdkafka's spelling of one option may both be there, if they agree.
std::optional<error> properties_loader::contradiction(const supported_property& row,
                                                      const property_entry& entry) const {
    for (const taken& earlier : taken_) {
        if (earlier.row->same != row.same) continue;
        draft alone;
        earlier.row->set(earlier.entry.value, alone);
        if (row.same(alone, draft_)) continue;
        return contradiction_between(place_of(name_, entry.line), entry, earlier.entry);
    }
    return std::nullopt;
}

const property_entry* properties_loader::given(std::string_view key) const {
    for (const taken& t : taken_) {
        if (std::ranges::find(t.row->spellings, key) != t.row->spellings.end()) return &t.entry;
    }
    return nullptr;
}

/// librdkafka has one level for all codecs, Java one for each; -1 is the codec's own (but a level
/// like others for Java's zstd).
std::optional<error> properties_loader::choose_level() {
    producer_options& producer = draft_.options.producer;
    const auto not_minus_one = [](std::optional<int> level) {
        return level == -1 ? std::nullopt : level;
    };
    const std::optional<int> general = not_minus_one(producer.compression_level);
    std::optional<int> own;
    std::string_view key;
    switch (producer.compression) {
    case compression::gzip:
        own = not_minus_one(draft_.levels.gzip);
        key = "compression.gzip.level";
        break;
    case compression::lz4:
        own = draft_.levels.lz4;
        key = "compression.lz4.level";
        break;
    case compression::zstd:
        own = draft_.levels.zstd;
        key = "compression.zstd.level";
        break;
    case compression::none:
    case compression::snappy:
        producer.compression_level = std::nullopt; // neither has levels, and neither client minds
        return std::nullopt;
    }
    producer.compression_level = own ? own : general;
    if (!own || !general || own == general) return std::nullopt;
    const property_entry& entry = *given(key);
    return contradiction_between(place_of(name_, entry.line), entry, *given("compression.level"));
}

/// A default must not contradict what was given. Java and librdkafka see to it as well.
void properties_loader::follow_given() {
    const auto raise = [this]<class Value>(Value& value, std::string_view key, Value least) {
        if (given(key) == nullptr) value = std::max(value, least);
    };
    client_options& client = draft_.options.client;
    raise(client.connect_timeout_max, "socket.connection.setup.timeout.max.ms",
          client.connect_timeout);
    raise(client.retry_backoff_max, "retry.backoff.max.ms", client.retry_backoff);
    raise(client.reconnect_backoff_max, "reconnect.backoff.max.ms", client.reconnect_backoff);

    producer_options& producer = draft_.options.producer;
    raise(producer.delivery_timeout, "delivery.timeout.ms",
          producer.linger + client.request_timeout);
    raise(producer.max_request_bytes, "max.request.size", producer.batch_bytes);

    constexpr std::size_t overhead = 512;
    const auto largest_fetch = static_cast<std::size_t>(draft_.options.consumer.fetch_max_bytes);
    raise(client.max_response_bytes, "receive.message.max.bytes", largest_fetch + overhead);
}

result<properties> properties_loader::finish() && {
    if (auto wrong = choose_level()) return *std::move(wrong);
    follow_given();
    return std::move(draft_.options);
}

} // namespace kcpp::options
