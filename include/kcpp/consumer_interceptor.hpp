#pragma once

#include <kcpp/consumer_record.hpp>

namespace [[gnu::visibility("default")]] kcpp {

/// Sees every record of a consumer before the application does: for tracing, auditing.
/// (`interceptor.classes`, KIP-42)
class consumer_interceptor {
public:
    virtual ~consumer_interceptor() = default;

    /// Called once for each record, in the order in which they are handed out, on the thread that
    /// hands them out: the one in `poll` or `records()`, for `poll_async` one of kcpp's, so there
    /// it must not block. The record lives as long as the call. What it throws is logged; the
    /// record is handed out all the same.
    virtual void before_deliver(const consumer_record& record) = 0;
};

} // namespace kcpp
