#include "producer/core.hpp"

#include "cluster/partitions_of.hpp"
#include "options/idempotence.hpp"
#include "options/validate.hpp"

#include <algorithm>

namespace kcpp::producing {

std::shared_ptr<core> core::start(std::shared_ptr<cluster::core> client, producer_options options) {
    if (auto wrong = options::validate(options, client->options())) throw kafka_error(*wrong);
    std::shared_ptr<core> self(new core(std::move(client), std::move(options)));
    self->say_what_is_given_up();
    self->client_->rt().execute([self] {
        self->client_->spawn(sender::run(self));
        self->client_->spawn(follow_metadata(self));
    });
    return self;
}

namespace {

/// A batch has to fit into a request, and several into the buffer: while one is on its way, others
/// are filled.
producer_options with_batches_that_fit(producer_options options) {
    options.batch_bytes =
        std::min({options.batch_bytes, options.max_request_bytes, options.buffer_bytes / 8});
    return options;
}

} // namespace

core::core(std::shared_ptr<cluster::core> lease, producer_options options)
    : client_(lease->shared_from_this()), lease_(std::move(lease)),
      options_(with_batches_that_fit(std::move(options))),
      log_(client_->log().for_component("producer")),
      bystander_(std::make_shared<producing::bystander>(
          std::shared_ptr<runtime::runtime>(client_, &client_->rt()), log_,
          options_.on_unobserved_failure)),
      interceptors_(producing::interceptors::of(options_, bystander_)),
      budget_(options_.buffer_bytes, client_->wait_context()),
      spare_(options_.batch_bytes, budget_.plenty()), sender_(*this, client_->options()),
      finished_(client_->rt()) {}

/// What was not asked for by name gives way to what was (P2).
void core::say_what_is_given_up() const {
    if (options_.idempotence || options::allow_idempotence(options_)) return;
    log_.info("not idempotent, because of ", options_.acks == acks::all ? "max_in_flight" : "acks",
              ": a record may be stored twice if a broker's answer is lost");
}

append_context core::context() {
    return {options_, budget_, outstanding_, spare_, usual_, client_->rt()};
}

error core::closed_error() const {
    return error(client_errc::closed, "the producer was closed");
}

future<std::vector<partition_description>> core::partitions_for(std::string_view topic) {
    return client_->run<std::vector<partition_description>>(
        [client = client_, patience = options_.max_block, name = std::string(topic)] {
            return cluster::partitions_of(client, name, cluster::unknown_topic::wait,
                                          runtime::after(client->rt().now(), patience));
        });
}

producer_metrics core::metrics() const {
    auto counted = meter_.read();
    counted.buffered_bytes = budget_.held();
    return counted;
}

void core::ended(std::uint64_t round) {
    outstanding_.end(round);
    finished_.notify();
}

void core::tell_failure(delivery_callback& wanted, const error& why) {
    try {
        wanted(why);
    } catch (...) {
        bystander_->threw("a delivery callback", std::current_exception());
    }
}

} // namespace kcpp::producing
