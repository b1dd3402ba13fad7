#include "producer/core.hpp"

#include "options/validate.hpp"

#include <exception>

namespace kcpp::producing {

std::shared_ptr<core> core::start(std::shared_ptr<cluster::core> client, producer_options options) {
    if (auto wrong = options::validate(options, client->options())) throw kafka_error(*wrong);
    std::shared_ptr<core> self(new core(std::move(client), std::move(options)));
    self->client_->rt().execute([self] {
        self->client_->spawn(sender::run(self));
        self->client_->spawn(follow_metadata(self));
    });
    return self;
}

core::core(std::shared_ptr<cluster::core> lease, producer_options options)
    : client_(lease->shared_from_this()), lease_(std::move(lease)), options_(std::move(options)),
      log_(client_->log().for_component("producer")),
      budget_(options_.buffer_bytes, client_->wait_context()), sender_(*this),
      finished_(client_->rt()) {
    on_throw_ = [this](std::exception_ptr thrown) {
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& e) {
            log_.error("a delivery callback threw: ", e.what());
        } catch (...) {
            log_.error("a delivery callback threw something that is no std::exception");
        }
    };
}

append_context core::context() {
    return {options_, budget_, outstanding_, client_->rt().now()};
}

error core::closed_error() const {
    return error(client_errc::closed, "the producer was closed");
}

void core::ended(std::uint64_t round) {
    outstanding_.end(round);
    finished_.notify();
}

void core::reject(delivery_callback wanted, const error& why) {
    if (!wanted) return unobserved(why);
    client_->rt().execute([self = shared_from_this(), wanted = std::move(wanted), why]() mutable {
        self->tell_failure(wanted, why);
    });
}

void core::tell_failure(delivery_callback& wanted, const error& why) {
    try {
        wanted(why);
    } catch (...) {
        on_throw_(std::current_exception());
    }
}

void core::unobserved(const error& why) noexcept {
    {
        std::lock_guard lock(unobserved_mutex_);
        if (unobserved_count_++ == 0) first_unobserved_ = why;
    }
    if (options_.on_unobserved_failure)
        options_.on_unobserved_failure(why);
    else
        log_.warning("a record was not delivered and nobody looked: ", why.message());
}

result<void> core::take_unobserved() {
    std::lock_guard lock(unobserved_mutex_);
    const auto count = std::exchange(unobserved_count_, 0);
    if (count == 0) return {};
    const error first = *std::exchange(first_unobserved_, std::nullopt);
    return error(first.code(),
                 base::text(count, count == 1 ? " record was" : " records were",
                            " not delivered, and nobody looked at the outcome; the first: ",
                            first.message()));
}

} // namespace kcpp::producing
