#pragma once

#include "producer/core.hpp"

namespace kcpp::producing {

/// The state behind the future of one `send`, which tells the producer of a failure that nobody
/// will look at.
class delivery_state final : public detail::future_state<record_metadata> {
public:
    explicit delivery_state(std::shared_ptr<core> owner)
        : future_state(owner->wait_context()), owner_(std::move(owner)) {}

protected:
    void unobserved() noexcept override { owner_->unobserved(reason()); }

private:
    std::shared_ptr<core> owner_;
};

} // namespace kcpp::producing
