#include "producer/interceptors.hpp"

#include "base/text.hpp"

#include <exception>
#include <utility>

namespace kcpp {

void producer_interceptor::before_send(outgoing_record&) {}

void producer_interceptor::after_ack(const result<record_metadata>&) {}

namespace producing {

interceptors::interceptors(std::vector<std::shared_ptr<producer_interceptor>> all,
                           std::shared_ptr<bystander> heard_by)
    : all_(std::move(all)), bystander_(std::move(heard_by)) {}

std::shared_ptr<interceptors> interceptors::of(const producer_options& options,
                                               std::shared_ptr<bystander> heard_by) {
    if (options.interceptors.empty()) return nullptr;
    return std::make_shared<interceptors>(options.interceptors, std::move(heard_by));
}

std::optional<error> interceptors::before_send(outgoing_record& record) const {
    const auto refused = [&](auto&&... what) {
        const auto& topic = record.record().topic;
        return error(client_errc::invalid_argument,
                     base::text("a record for topic ", topic,
                                " was not sent, because an interceptor's before_send threw",
                                what...),
                     {.topic = std::string(topic)});
    };
    try {
        for (const auto& each : all_)
            each->before_send(record);
        return std::nullopt;
    } catch (const std::exception& e) {
        return refused(" \"", e.what(), '"');
    } catch (...) {
        return refused();
    }
}

delivery_callback interceptors::watch(delivery_callback wanted) const {
    return [self = shared_from_this(),
            wanted = std::move(wanted)](result<record_metadata> outcome) mutable {
        self->after_ack(outcome);
        if (wanted)
            wanted(std::move(outcome));
        else if (!outcome)
            self->bystander_->unobserved(outcome.error(), 1);
    };
}

void interceptors::after_ack(const result<record_metadata>& outcome) const {
    for (const auto& each : all_) {
        try {
            each->after_ack(outcome);
        } catch (...) {
            bystander_->threw("an interceptor's after_ack", std::current_exception());
        }
    }
}

} // namespace producing

} // namespace kcpp
