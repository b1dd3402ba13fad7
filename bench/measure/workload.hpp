#pragma once

#include "measure/settings.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace bench {

/// Strings of one length in a row, handed out in turn: made before the work, so that making them
/// costs it nothing.
class strings {
public:
    strings() = default;
    strings(std::string in_a_row, std::size_t length)
        : in_a_row_(std::move(in_a_row)), length_(length) {}

    std::string_view at(std::size_t from) const noexcept {
        return std::string_view(in_a_row_).substr(from, length_);
    }
    std::size_t after(std::size_t from) const noexcept {
        from += length_;
        return from < in_a_row_.size() ? from : 0;
    }

private:
    std::string in_a_row_;
    std::size_t length_ = 0;
};

/// What is written: values and keys, the same bytes in every program.
struct workload {
    /// Throws std::runtime_error if the payload file's lines are not of one length.
    explicit workload(const settings& s);

    strings values;
    strings keys; ///< of no length without keys
};

/// One thread's way through the workload.
class walk {
public:
    explicit walk(const workload& of) noexcept : of_(&of) {}

    std::string_view value() const noexcept { return of_->values.at(value_); }
    std::string_view key() const noexcept { return of_->keys.at(key_); }
    void step() noexcept {
        value_ = of_->values.after(value_);
        key_ = of_->keys.after(key_);
    }

private:
    const workload* of_;
    std::size_t value_ = 0;
    std::size_t key_ = 0;
};

/// Which topic's turn it is.
class turns {
public:
    explicit turns(const settings& s) noexcept
        : topics_(static_cast<std::size_t>(s.topics)), run_(s.topic_run), left_(s.topic_run) {}

    std::size_t topic() const noexcept { return topic_; }
    void step() noexcept {
        if (--left_ != 0) return;
        left_ = run_;
        if (++topic_ == topics_) topic_ = 0;
    }

private:
    std::size_t topics_;
    int run_;
    int left_;
    std::size_t topic_ = 0;
};

} // namespace bench
