#pragma once

#include <kcpp/consumer_record.hpp>
#include <kcpp/offsets.hpp>

#include <cstddef>
#include <iterator>
#include <memory>

namespace kcpp::consuming {
class core;
class handed_out;
}

namespace [[gnu::visibility("default")]] kcpp {

/// What one `poll` handed out. Move-only; its records are views that live as long as it does. An
/// input range of `consumer_record`: partition by partition, in offset order; iterating parses in
/// place, allocates and copies nothing.
class consumer_batch {
public:
    class iterator {
    public:
        using value_type = consumer_record;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;

        iterator() noexcept = default;
        const consumer_record& operator*() const noexcept { return *current_; }
        const consumer_record* operator->() const noexcept { return current_; }
        iterator& operator++();
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept {
            return it.current_ == nullptr;
        }

    private:
        friend class consumer_batch;
        explicit iterator(consuming::handed_out* records);
        consuming::handed_out* records_ = nullptr;
        const consumer_record* current_ = nullptr;
    };

    consumer_batch() noexcept;
    explicit consumer_batch(std::unique_ptr<consuming::handed_out> records) noexcept;
    consumer_batch(consumer_batch&&) noexcept;
    consumer_batch& operator=(consumer_batch&&) noexcept;
    ~consumer_batch();

    /// Starts at the first record, each time.
    iterator begin() const;
    std::default_sentinel_t end() const noexcept { return {}; }
    bool empty() const noexcept { return size() == 0; }
    std::size_t size() const noexcept;

    /// What to commit once every record of this batch has been worked on.
    offsets next_offsets() const;

private:
    friend class consuming::core;
    std::unique_ptr<consuming::handed_out> records_;
};

} // namespace kcpp
