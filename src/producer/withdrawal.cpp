#include "producer/withdrawal.hpp"

#include "base/text.hpp"

#include <utility>

namespace kcpp::producing {

delivery_callback withdrawal::watch(delivery_callback wanted, std::shared_ptr<bystander> heard_by) {
    return [self = shared_from_this(), wanted = std::move(wanted),
            heard_by = std::move(heard_by)](result<record_metadata> outcome) mutable {
        self->end();
        if (wanted)
            wanted(std::move(outcome));
        else if (!outcome && outcome.error() != client_errc::cancelled)
            heard_by->unobserved(outcome.error(), 1);
    };
}

void withdrawal::listen(std::function<void()> asked) {
    std::lock_guard lock(mutex_);
    if (!ended_) listening_.emplace(stop_, std::move(asked));
}

void withdrawal::end() {
    std::lock_guard lock(mutex_);
    ended_ = true;
    listening_.reset();
}

error withdrawn_error(std::string_view topic, std::optional<partition_id> partition) {
    const std::string where = partition ? base::text(topic, '-', *partition) : std::string(topic);
    return error(
        client_errc::cancelled,
        base::text("produce to ", where, ": a stop was requested before the record was sent"),
        {.topic = std::string(topic), .partition = partition});
}

} // namespace kcpp::producing
