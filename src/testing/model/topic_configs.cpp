#include "testing/model/topic_configs.hpp"

#include <algorithm>
#include <charconv>

namespace kcpp::testing {

namespace {

using enum config_type;

constexpr config_key keys[] = {
    {"cleanup.policy", list, "delete", "compact,delete"},
    {"compression.gzip.level", int32, "-1", {}, -1},
    {"compression.lz4.level", int32, "9", {}, 1},
    {"compression.type", string, "producer", "uncompressed,zstd,lz4,snappy,gzip,producer"},
    {"compression.zstd.level", int32, "3"},
    {"delete.retention.ms", int64, "86400000", {}, 0},
    {"file.delete.delay.ms", int64, "60000", {}, 0},
    {"flush.messages", int64, "9223372036854775807", {}, 1},
    {"flush.ms", int64, "9223372036854775807", {}, 0},
    {"follower.replication.throttled.replicas", list, ""},
    {"index.interval.bytes", int32, "4096", {}, 0},
    {"leader.replication.throttled.replicas", list, ""},
    {"local.retention.bytes", int64, "-2", {}, -2},
    {"local.retention.ms", int64, "-2", {}, -2},
    {"max.compaction.lag.ms", int64, "9223372036854775807", {}, 1},
    {"max.message.bytes", int32, "1048588", {}, 0},
    {"message.timestamp.after.max.ms", int64, "3600000", {}, 0},
    {"message.timestamp.before.max.ms", int64, "9223372036854775807", {}, 0},
    {"message.timestamp.type", string, "CreateTime", "CreateTime,LogAppendTime"},
    {"min.cleanable.dirty.ratio", real, "0.5"},
    {"min.compaction.lag.ms", int64, "0", {}, 0},
    {"min.insync.replicas", int32, "1", {}, 1},
    {"preallocate", boolean, "false", "true,false"},
    {"remote.log.copy.disable", boolean, "false", "true,false"},
    {"remote.log.delete.on.disable", boolean, "false", "true,false"},
    {"remote.storage.enable", boolean, "false", "true,false"},
    {"retention.bytes", int64, "-1"},
    {"retention.ms", int64, "604800000", {}, -1},
    {"segment.bytes", int32, "1073741824", {}, 1048576},
    {"segment.index.bytes", int32, "10485760", {}, 4},
    {"segment.jitter.ms", int64, "0", {}, 0},
    {"segment.ms", int64, "604800000", {}, 1},
    {"unclean.leader.election.enable", boolean, "false", "true,false"},
};

const config_key* key_named(std::string_view name) {
    const auto found = std::ranges::find(keys, name, &config_key::name);
    return found == std::end(keys) ? nullptr : found;
}

template <class Number>
bool parse(std::string_view text, Number& into) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    return error == std::errc() && end == text.data() + text.size();
}

/// Calls `f` with each part of a list and stops at the first that it refuses.
template <class F>
bool all_parts(std::string_view list, F f) {
    for (;;) {
        const auto comma = list.find(',');
        if (!f(list.substr(0, comma))) return false;
        if (comma == list.npos) return true;
        list.remove_prefix(comma + 1);
    }
}

bool is_word(std::string_view value, std::string_view words) {
    return !all_parts(words, [&](std::string_view word) { return word != value; });
}

/// What is wrong with a number between `lowest` and `highest`; empty if nothing is.
template <class Number>
std::string complaint(const config_key& key, std::string_view value, const char* type,
                      Number lowest, Number highest) {
    Number n{};
    if (!parse(value, n) || n < lowest || n > highest)
        return std::string("Not a number of type ") + type;
    if (n < static_cast<Number>(key.least))
        return "Value must be at least " + std::to_string(key.least);
    return {};
}

/// What is wrong with a value, as Kafka says it; empty if nothing is.
std::string complaint(const config_key& key, std::string_view value) {
    const auto is_allowed = [&](std::string_view word) { return is_word(word, key.words); };
    switch (key.type) {
    case int16: return complaint<std::int64_t>(key, value, "SHORT", INT16_MIN, INT16_MAX);
    case int32: return complaint<std::int64_t>(key, value, "INT", INT32_MIN, INT32_MAX);
    case int64: return complaint<std::int64_t>(key, value, "LONG", INT64_MIN, INT64_MAX);
    case real: {
        double d = 0;
        if (!parse(value, d)) return "Not a number of type DOUBLE";
        return d < 0 ? "Value must be at least 0" : d > 1 ? "Value must be no more than 1" : "";
    }
    case boolean: return is_allowed(value) ? "" : "Expected value to be either true or false";
    case list:
        if (key.words.empty() || all_parts(value, is_allowed)) return {};
        break;
    case string:
        if (is_allowed(value)) return {};
    }
    std::string words(key.words);
    for (std::size_t at = 0; (at = words.find(',', at)) != words.npos; at += 2)
        words.replace(at, 1, ", ");
    return "String must be one of: " + words;
}

} // namespace

std::span<const config_key> topic_config_keys() {
    return keys;
}

verdict topic_configs::check(std::string_view name, std::string_view value) {
    const config_key* key = key_named(name);
    if (key == nullptr)
        return {broker_errc::invalid_config, "Unknown topic config name: " + std::string(name)};
    const std::string wrong = complaint(*key, value);
    if (wrong.empty()) return {};
    return {broker_errc::invalid_config, "Invalid value " + std::string(value) +
                                             " for configuration " + std::string(name) + ": " +
                                             wrong};
}

std::string topic_configs::get(const std::string& name) const {
    if (const auto found = values_.find(name); found != values_.end()) return found->second;
    const config_key* key = key_named(name);
    return key == nullptr ? std::string() : std::string(key->preset);
}

std::int64_t topic_configs::number(const std::string& name) const {
    std::int64_t n = 0;
    parse(get(name), n);
    return n;
}

bool topic_configs::compacted() const {
    return get("cleanup.policy").find("compact") != std::string::npos;
}

} // namespace kcpp::testing
