#pragma once

#include <kcpp/error_codes.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kcpp::testing {

/// A refusal and Kafka's words for it; `none` is consent.
struct verdict {
    broker_errc error = broker_errc::none;
    std::string reason;

    bool good() const noexcept { return error == broker_errc::none; }
};

/// As DescribeConfigs numbers the types of configs.
enum class config_type : std::int8_t {
    boolean = 1,
    string = 2,
    int32 = 3,
    int16 = 4,
    int64 = 5,
    real = 6,
    list = 7,
};

/// A config that Kafka knows, with its default.
struct config_key {
    std::string_view name{};
    config_type type{};
    std::string_view preset{};
    /// Where set: the allowed words, separated by commas.
    std::string_view words{};
    std::int64_t least = INT64_MIN;
};

/// Kafka's topic configs, by name (LogConfig).
std::span<const config_key> topic_config_keys();

/// What was set for one topic; the rest has Kafka's defaults.
class topic_configs {
public:
    /// Refuses unknown names and values of a wrong form.
    static verdict check(std::string_view name, std::string_view value);

    void set(const std::string& name, std::string value) { values_[name] = std::move(value); }
    void remove(const std::string& name) { values_.erase(name); }
    bool is_set(const std::string& name) const { return values_.contains(name); }

    std::string get(const std::string& name) const;
    std::int64_t number(const std::string& name) const;
    bool compacted() const;
    bool append_time() const { return get("message.timestamp.type") == "LogAppendTime"; }

private:
    std::map<std::string, std::string> values_;
};

} // namespace kcpp::testing
