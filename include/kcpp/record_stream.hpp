#pragma once

#include <kcpp/consumer_batch.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <stop_token>

namespace kcpp::consuming {
class core;
}

namespace [[gnu::visibility("default")]] kcpp {

/// Records one by one, as `consumer::records()` gives them. An input range; the consumer must
/// outlive it. Dereferenced records are valid until the next step or the next `poll`.
class record_stream {
public:
    class iterator {
    public:
        using value_type = consumer_record;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;

        iterator() noexcept = default;
        const consumer_record& operator*() const noexcept { return *current_; }
        const consumer_record* operator->() const noexcept { return current_; }
        /// The record's loop body is complete. Waits for the next record; throws kafka_error.
        iterator& operator++();
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept {
            return it.current_ == nullptr;
        }

    private:
        friend class record_stream;
        explicit iterator(record_stream* stream);
        record_stream* stream_ = nullptr;
        const consumer_record* current_ = nullptr;
    };

    record_stream(std::shared_ptr<consuming::core> core, std::stop_token stop);
    record_stream(record_stream&&) noexcept;
    record_stream& operator=(record_stream&&) = delete;
    ~record_stream();

    iterator begin();
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace kcpp
