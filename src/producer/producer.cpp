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
    auto state =
        std::make_shared<producing::delivery_state>(core_->wait_context(), core_->heard_by());
    promise<record_metadata> outcome(state);
    auto waiting = outcome.get_future();
    delivery_callback wanted = [outcome = std::move(outcome)](result<record_metadata> r) {
        outcome.complete(std::move(r));
    };
    if (auto taken = core_->accept(record, wanted, producing::core::if_full::as_configured); !taken)
        core_->reject(std::move(wanted), taken.error());
    return waiting;
}

void producer::send(const producer_record& record, delivery_callback done) {
    if (auto taken = core_->accept(record, done, producing::core::if_full::as_configured); !taken)
        core_->reject(std::move(done), taken.error());
}

result<void> producer::try_send(const producer_record& record, delivery_callback done) {
    return core_->accept(record, done, producing::core::if_full::refuse);
}

future<void> producer::space_for(std::size_t bytes) {
    return core_->space_for(bytes);
}

future<void> producer::flush() {
    return core_->flush();
}

future<void> producer::close(std::optional<std::chrono::milliseconds> timeout) {
    return core_->close(timeout);
}

} // namespace kcpp
