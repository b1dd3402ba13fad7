#pragma once

#include "consumer/byte_budget.hpp"
#include "wire/buffer.hpp"

#include <memory>
#include <utility>

namespace kcpp::consuming {

/// The memory of one fetch response, charged until the last record in it has been released. Shared
/// by all that point into it, on any thread.
class received {
public:
    received(std::shared_ptr<byte_budget> budget, wire::shared_buffer frame)
        : budget_(std::move(budget)), frame_(std::move(frame)) {
        budget_->charge(frame_.size());
    }
    received(const received&) = delete;
    received& operator=(const received&) = delete;
    ~received() { budget_->give_back(frame_.size()); }

private:
    std::shared_ptr<byte_budget> budget_;
    wire::shared_buffer frame_;
};

} // namespace kcpp::consuming
