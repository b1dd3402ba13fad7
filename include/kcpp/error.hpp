#pragma once

#include <kcpp/error_codes.hpp>
#include <kcpp/types.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace [[gnu::visibility("default")]] kcpp {

/// Where something went wrong; what is not known stays empty.
struct error_place {
    std::string topic{};
    std::optional<partition_id> partition{};
    std::optional<std::int32_t> broker{};
};

/// Why something failed: a code, a sentence for a person, and the place. A value; cheap to copy
/// (copies share it).
class error {
public:
    /// `sentence` says what was tried, where, what came of it and what to do next.
    error(std::error_code code, std::string sentence, error_place place = {});
    /// The same, where it is not known whether what was asked for happened
    /// (`condition::unknown_outcome`).
    static error unknown_outcome(std::error_code code, std::string sentence,
                                 error_place place = {});

    const std::error_code& code() const noexcept { return code_; }
    /// "produce to orders-3 on broker 2: NOT_ENOUGH_REPLICAS, …"
    const std::string& message() const noexcept;
    /// The topic concerned, or empty. Valid as long as the error.
    std::string_view topic() const noexcept;
    std::optional<partition_id> partition() const noexcept;
    std::optional<std::int32_t> broker() const noexcept;

    bool retriable() const noexcept { return is(condition::retriable); }
    bool fatal() const noexcept { return is(condition::fatal); }
    bool unknown_outcome() const noexcept { return is(condition::unknown_outcome); }
    bool is(condition c) const noexcept;

    friend bool operator==(const error& e, const std::error_code& code) noexcept {
        return e.code_ == code;
    }
    friend bool operator==(const error& e, broker_errc code) noexcept {
        return e.code_ == make_error_code(code);
    }
    friend bool operator==(const error& e, client_errc code) noexcept {
        return e.code_ == make_error_code(code);
    }

private:
    struct detail;
    error(std::error_code code, std::shared_ptr<const detail> d) noexcept
        : code_(code), detail_(std::move(d)) {}

    std::error_code code_;
    std::shared_ptr<const detail> detail_;
};

/// What `result::value()` and `future::get()` throw.
class kafka_error : public std::system_error {
public:
    explicit kafka_error(error e);
    const error& detail() const noexcept { return error_; }
    const char* what() const noexcept override { return error_.message().c_str(); }

private:
    error error_;
};

} // namespace kcpp
