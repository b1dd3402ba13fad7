#include "testing/broker/handlers.hpp"

namespace kcpp::testing {

/// For idempotent producers: each call gives a new id, whatever the producer had before.
/// Transactional ids are not served.
protocol::init_producer_id::response
init_producer_id(call& c, const protocol::init_producer_id::request& q) {
    protocol::init_producer_id::response r;
    r.error_code = code(c.injected());
    if (q.transactional_id) r.error_code = code(broker_errc::invalid_request);
    r.producer_epoch = -1;
    if (r.error_code != 0) return r;
    r.producer_id = c.state().next_producer_id();
    r.producer_epoch = 0;
    return r;
}

} // namespace kcpp::testing
