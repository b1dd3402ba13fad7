#include "base/client_errors.hpp"
#include "base/kafka_errors.hpp"
#include "base/text.hpp"

#include <kcpp/error_codes.hpp>

#include <string>

namespace kcpp {

namespace {

class broker_errors final : public std::error_category {
public:
    const char* name() const noexcept override { return "kafka"; }
    std::string message(int code) const override {
        const base::kafka_error_info* known = base::find_kafka_error(code);
        if (known == nullptr) return base::text("error code ", code, " is newer than this client");
        return base::text(known->name, ": ", known->message);
    }
};

class client_errors final : public std::error_category {
public:
    const char* name() const noexcept override { return "kcpp"; }
    std::string message(int code) const override {
        const base::client_error* known = base::find_client_error(code);
        return known ? std::string(known->message) : base::text("unknown client error ", code);
    }
};

bool belongs(const base::kafka_error_info& info, condition wanted) noexcept {
    using base::error_traits;
    switch (wanted) {
    case condition::retriable: return info.is(error_traits::retriable);
    case condition::fatal:
        return info.is(error_traits::fatal_for_producer | error_traits::fatal_for_member);
    case condition::fenced: return info.is(error_traits::fenced);
    case condition::abortable: return info.is(error_traits::abortable);
    case condition::unknown_outcome: return false;
    }
    return false;
}

bool belongs(const base::client_error& info, condition wanted) noexcept {
    switch (wanted) {
    case condition::retriable: return info.outlook == base::outlook::retriable;
    case condition::fatal: return info.outlook == base::outlook::fatal;
    default: return false;
    }
}

class conditions final : public std::error_category {
public:
    const char* name() const noexcept override { return "kcpp condition"; }
    std::string message(int code) const override {
        switch (static_cast<condition>(code)) {
        case condition::retriable: return "trying again may help";
        case condition::fatal: return "this object cannot go on";
        case condition::fenced: return "somebody took this producer's or member's place";
        case condition::abortable: return "the transaction must be aborted";
        case condition::unknown_outcome: return "it may have happened or not";
        }
        return base::text("unknown condition ", code);
    }
    bool equivalent(const std::error_code& code, int wanted) const noexcept override {
        const auto asked = static_cast<condition>(wanted);
        if (code.category() == broker_category()) {
            const base::kafka_error_info* known = base::find_kafka_error(code.value());
            return known != nullptr && belongs(*known, asked);
        }
        if (code.category() == client_category()) {
            const base::client_error* known = base::find_client_error(code.value());
            return known != nullptr && belongs(*known, asked);
        }
        return false;
    }
};

} // namespace

// Function-local, so that codes work during the start-up of other translation units, and never
// destroyed, so that they work during exit.
const std::error_category& broker_category() noexcept {
    static const auto& category = *new broker_errors;
    return category;
}

const std::error_category& client_category() noexcept {
    static const auto& category = *new client_errors;
    return category;
}

const std::error_category& condition_category() noexcept {
    static const auto& category = *new conditions;
    return category;
}

std::error_code make_error_code(broker_errc code) noexcept {
    return {static_cast<int>(code), broker_category()};
}

std::error_code make_error_code(client_errc code) noexcept {
    return {static_cast<int>(code), client_category()};
}

std::error_condition make_error_condition(condition c) noexcept {
    return {static_cast<int>(c), condition_category()};
}

std::string_view name_of(broker_errc code) noexcept {
    const base::kafka_error_info* known = base::find_kafka_error(static_cast<int>(code));
    return known ? known->name : "UNKNOWN_ERROR_CODE";
}

} // namespace kcpp
