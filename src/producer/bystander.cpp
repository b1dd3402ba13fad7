#include "producer/bystander.hpp"

#include "base/text.hpp"

#include <utility>

namespace kcpp::producing {

namespace {

/// Records fail by the thousand, for one reason; a line now and then says as much as all of them.
constexpr auto pause_between_lines = std::chrono::seconds(10);

} // namespace

bystander::bystander(std::shared_ptr<runtime::runtime> rt, base::component_log log,
                     failure_hook hook)
    : runtime_(std::move(rt)), log_(std::move(log)), hook_(std::move(hook)) {}

void bystander::unobserved(const error& why, std::size_t records) {
    if (records == 0) return;
    {
        std::lock_guard lock(mutex_);
        count_ += records;
        if (!first_) first_ = why;
    }
    if (runtime_->on_io_thread())
        tell(why, records);
    else
        runtime_->execute([self = shared_from_this(), why, records] { self->tell(why, records); });
}

void bystander::tell(const error& why, std::size_t records) {
    if (!hook_) {
        log(why, records);
        return;
    }
    for (std::size_t i = 0; i < records; ++i) {
        try {
            hook_(why);
        } catch (...) {
            threw("on_unobserved_failure", std::current_exception());
        }
    }
}

void bystander::log(const error& why, std::size_t records) {
    const auto now = runtime_->now();
    std::size_t passed_over = 0;
    {
        std::lock_guard lock(mutex_);
        if (now < next_line_) {
            passed_over_ += records;
            return;
        }
        next_line_ = runtime::after(now, pause_between_lines);
        passed_over = std::exchange(passed_over_, records - 1);
    }
    const auto others = passed_over == 0 ? std::string()
                                         : base::text(" (since the last line like this, ",
                                                      passed_over, " others were not)");
    log_.warning("a record was not delivered", others,
                 ", and nobody looked at its outcome: ", why.message());
}

void bystander::threw(std::string_view who, std::exception_ptr what) const noexcept {
    try {
        std::rethrow_exception(what);
    } catch (const std::exception& e) {
        log_.error(who, " threw: ", e.what());
    } catch (...) {
        log_.error(who, " threw something that is no std::exception");
    }
}

result<void> bystander::take_unobserved() {
    std::lock_guard lock(mutex_);
    const auto count = std::exchange(count_, 0);
    if (count == 0) return {};
    const error first = *std::exchange(first_, std::nullopt);
    return error(first.code(),
                 base::text(count, count == 1 ? " record was" : " records were",
                            " not delivered, and nobody looked at the outcome; the first: ",
                            first.message()),
                 {std::string(first.topic()), first.partition(), first.broker()});
}

} // namespace kcpp::producing
