#include "testing/broker/handlers.hpp"

namespace kcpp::testing {

namespace {

namespace asking = protocol::init_producer_id;

broker_errc check(const asking::request& q) {
    // Transactional ids are not served.
    if (q.transactional_id) return broker_errc::invalid_request;
    // A producer names both or neither of what it had.
    if ((q.producer_id == -1) != (q.producer_epoch == -1)) return broker_errc::invalid_request;
    return broker_errc::none;
}

} // namespace

/// For idempotent producers: each call gives a new id, whatever the producer had before.
asking::response init_producer_id(call& c, const asking::request& q) {
    asking::response r;
    broker_errc error = c.injected();
    if (error == broker_errc::none) error = check(q);
    r.error_code = code(error);
    r.producer_id = r.producer_epoch = -1;
    if (error != broker_errc::none) return r;
    r.producer_id = c.state().next_producer_id();
    r.producer_epoch = 0;
    return r;
}

} // namespace kcpp::testing
