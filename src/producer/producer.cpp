#include "producer/core.hpp"
#include "producer/delivery_state.hpp"

#include <kcpp/producer.hpp>

namespace kcpp {

producer::producer(client& shared, producer_options options)
    : core_(producing::core::start(shared.core(), std::move(options))), client_(shared.core()) {}

producer::producer(client_options connection, producer_options options) {
    client own(std::move(connection));
    core_ = producing::core::start(own.core(), std::move(options));
    client_ = own.core();
}

producer::producer(producer&&) noexcept = default;

producer& producer::operator=(producer&& other) noexcept {
    if (this == &other) return *this;
    if (core_) core_->close_and_wait();
    core_ = std::move(other.core_);
    client_ = std::move(other.client_);
    return *this;
}

producer::~producer() {
    if (core_) core_->close_and_wait();
}

future<record_metadata> producer::send(const producer_record& record) {
    return send_recallable(record, {});
}

future<record_metadata> producer::send_recallable(const producer_record& record,
                                                  std::stop_token stop) {
    auto state =
        std::make_shared<producing::delivery_state>(core_->wait_context(), core_->heard_by());
    promise<record_metadata> outcome(state);
    auto waiting = outcome.get_future();
    core_->send(
        record,
        [outcome = std::move(outcome)](result<record_metadata> r) {
            outcome.complete(std::move(r));
        },
        std::move(stop));
    return waiting;
}

void producer::send(const producer_record& record, delivery_callback done) {
    core_->send(record, std::move(done));
}

void producer::send(const producer_record& record, delivery_callback done, std::stop_token stop) {
    core_->send(record, std::move(done), std::move(stop));
}

result<void> producer::try_send(const producer_record& record, delivery_callback done) {
    return core_->try_send(record, std::move(done));
}

future<void> producer::space_for(std::size_t bytes) {
    return core_->space_for(bytes);
}

future<void> producer::flush() {
    return core_->flush();
}

future<std::vector<partition_description>> producer::partitions_for(std::string_view topic) {
    return core_->partitions_for(topic);
}

producer_metrics producer::metrics() const {
    return core_->metrics();
}

future<void> producer::close(std::optional<std::chrono::milliseconds> timeout) {
    return core_->close(timeout);
}

} // namespace kcpp
