// How interceptors are told of records.

#include "consumer/core.hpp"

#include <kcpp/consumer_interceptor.hpp>

namespace kcpp::consuming {

void core::intercept(const consumer_record& record) {
    for (const auto& each : options_.interceptors) {
        try {
            each->before_deliver(record);
        } catch (const std::exception& thrown) {
            log_.error("an interceptor's before_deliver threw \"", thrown.what(), '"');
        } catch (...) {
            log_.error("an interceptor's before_deliver threw");
        }
    }
}

void core::intercept(consumer_batch& records) {
    if (options_.interceptors.empty()) return;
    for (const consumer_record& each : records)
        intercept(each);
}

} // namespace kcpp::consuming
