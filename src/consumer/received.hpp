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
        : frame_(std::move(frame)), charged_(std::move(budget), frame_.size()) {}

    const std::shared_ptr<byte_budget>& budget() const noexcept { return charged_.budget(); }

private:
    wire::shared_buffer frame_;
    byte_charge charged_;
};

} // namespace kcpp::consuming
