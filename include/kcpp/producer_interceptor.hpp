#pragma once

#include <kcpp/bytes.hpp>
#include <kcpp/headers.hpp>
#include <kcpp/record.hpp>
#include <kcpp/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] kcpp {

/// A record on its way into `send`, to be looked at and to have its value and headers changed.
/// Lives, like all that it shows, only as long as `before_send` runs.
class outgoing_record {
public:
    explicit outgoing_record(const producer_record& record) noexcept : now_(record) {}
    outgoing_record(const outgoing_record&) = delete;
    outgoing_record& operator=(const outgoing_record&) = delete;

    /// The record as it would be sent now. Views that were taken from it earlier end with the next
    /// change.
    const producer_record& record() const noexcept { return now_; }

    /// Takes a copy. Null makes it a tombstone.
    void set_value(bytes_view value);
    /// Adds one behind the others, even if there is one of this name. Takes a copy.
    void add_header(std::string_view name, bytes_view value);
    /// Removes all headers of that name.
    void remove_headers(std::string_view name);

private:
    kcpp::headers& own_headers();

    producer_record now_;
    std::optional<std::string> value_;
    std::optional<kcpp::headers> headers_;
};

/// Sees every record of a producer come and go: for tracing, encryption, auditing.
/// (`interceptor.classes`, KIP-42)
///
/// Both functions are called on several threads at once.
class producer_interceptor {
public:
    virtual ~producer_interceptor() = default;

    /// Called inside `send`, before the partition is chosen. A record whose interceptor throws is
    /// not sent: it might be the one that encrypts. `try_send` calls it at every attempt.
    virtual void before_send(outgoing_record& record);

    /// Called with each record's outcome, just before its own callback or future: on the I/O
    /// thread, so it must not block. Not called for what `try_send` refused. What it throws is
    /// logged.
    virtual void after_ack(const result<record_metadata>& outcome);
};

} // namespace kcpp
