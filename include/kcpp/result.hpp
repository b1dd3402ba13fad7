#pragma once

#include <kcpp/error.hpp>

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace [[gnu::visibility("default")]] kcpp {

/// A value or the reason why there is none. The same type under every language standard.
template <class T>
class [[nodiscard]] result {
public:
    using value_type = T;

    result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    result(kcpp::error why) : held_(std::in_place_index<1>, std::move(why)) {}

    bool has_value() const noexcept { return held_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    /// The value. Throws kafka_error if there is none. Out of a temporary it is moved, so that a
    /// loop over `consumer.poll(500ms).value()` holds what it loops over.
    T& value() & { return check(), *std::get_if<0>(&held_); }
    const T& value() const& { return check(), *std::get_if<0>(&held_); }
    T value() && { return check(), std::move(*std::get_if<0>(&held_)); }

    /// The value, which must be there.
    T& operator*() & noexcept { return *std::get_if<0>(&held_); }
    const T& operator*() const& noexcept { return *std::get_if<0>(&held_); }
    T operator*() && { return std::move(*std::get_if<0>(&held_)); }
    T* operator->() noexcept { return std::get_if<0>(&held_); }
    const T* operator->() const noexcept { return std::get_if<0>(&held_); }

    template <class U>
    T value_or(U&& other) && {
        return has_value() ? std::move(**this) : static_cast<T>(std::forward<U>(other));
    }

    /// The reason, which must be there.
    const kcpp::error& error() const noexcept { return *std::get_if<1>(&held_); }

private:
    void check() const {
        if (!has_value()) throw kafka_error(error());
    }
    std::variant<T, kcpp::error> held_;
};

/// Success or the reason why not.
template <>
class [[nodiscard]] result<void> {
public:
    using value_type = void;

    result() noexcept = default;
    result(kcpp::error why) : error_(std::move(why)) {}

    bool has_value() const noexcept { return !error_; }
    explicit operator bool() const noexcept { return has_value(); }
    /// Throws kafka_error unless it went well.
    void value() const {
        if (error_) throw kafka_error(*error_);
    }
    const kcpp::error& error() const noexcept { return *error_; }

private:
    std::optional<kcpp::error> error_;
};

} // namespace kcpp
