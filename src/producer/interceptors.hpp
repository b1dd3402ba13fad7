#pragma once

#include "producer/bystander.hpp"

#include <kcpp/producer_interceptor.hpp>
#include <kcpp/producer_options.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace kcpp::producing {

/// The interceptors of one producer. Outlives it, because outcomes do. Any thread.
class interceptors : public std::enable_shared_from_this<interceptors> {
public:
    interceptors(std::vector<std::shared_ptr<producer_interceptor>> all,
                 std::shared_ptr<bystander> heard_by);

    /// Null without any.
    static std::shared_ptr<interceptors> of(const producer_options& options,
                                            std::shared_ptr<bystander> heard_by);

    /// Why the record cannot be sent, if one of them threw.
    std::optional<error> before_send(outgoing_record& record) const;
    /// Tells them, and then `wanted`; if that is nobody, the bystander hears of failures.
    delivery_callback watch(delivery_callback wanted) const;

private:
    void after_ack(const result<record_metadata>& outcome) const;

    std::vector<std::shared_ptr<producer_interceptor>> all_;
    std::shared_ptr<bystander> bystander_;
};

} // namespace kcpp::producing
