#pragma once

#include "consumer/delivery.hpp"
#include "consumer/fetched.hpp"
#include "consumer/tenure.hpp"

#include <kcpp/consumer_record.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace kcpp::consuming {

/// What stands behind a consumer_batch. Wholly the application's: any one thread at a time.
class handed_out {
public:
    handed_out(std::vector<piece> pieces, std::shared_ptr<delivery> receipt);
    ~handed_out();
    handed_out(const handed_out&) = delete;
    handed_out& operator=(const handed_out&) = delete;

    std::size_t size() const noexcept { return size_; }
    const std::vector<piece>& pieces() const noexcept { return pieces_; }
    /// How far who has worked on all of it is.
    progress through() const;

    void restart() noexcept;
    /// The next record; null at the end.
    const consumer_record* step();

private:
    bool open_next_piece();

    std::vector<piece> pieces_;
    std::size_t size_ = 0;
    std::shared_ptr<delivery> receipt_;

    // The one walk through it.
    std::size_t opened_ = 0;
    std::size_t left_ = 0;
    record::record_reader reader_;
    consumer_record current_;
};

} // namespace kcpp::consuming
