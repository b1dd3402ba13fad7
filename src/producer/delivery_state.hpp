#pragma once

#include "producer/bystander.hpp"

#include <kcpp/detail/future_state.hpp>
#include <kcpp/record.hpp>

namespace kcpp::producing {

/// The state behind the future of one `send`, which tells of a failure that nobody will look at.
class delivery_state final : public detail::future_state<record_metadata> {
public:
    delivery_state(std::shared_ptr<detail::wait_context> context,
                   std::shared_ptr<bystander> heard_by)
        : future_state(std::move(context)), heard_by_(std::move(heard_by)) {}

protected:
    void unobserved() noexcept override {
        // Who calls a record back knows that it was not delivered.
        if (reason() != client_errc::cancelled) heard_by_->unobserved(reason(), 1);
    }

private:
    std::shared_ptr<bystander> heard_by_;
};

} // namespace kcpp::producing
