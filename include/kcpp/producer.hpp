#pragma once

#include <kcpp/client.hpp>
#include <kcpp/future.hpp>
#include <kcpp/partition_description.hpp>
#include <kcpp/producer_metrics.hpp>
#include <kcpp/producer_options.hpp>
#include <kcpp/record.hpp>
#include <kcpp/result.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <utility>
#include <vector>

namespace kcpp::producing {
class core;
}

namespace [[gnu::visibility("default")]] kcpp {

/// Sends records. May be used from any number of threads at once.
///
/// Records are copied into batches inside `send`, collected per broker for up to `linger`, and sent
/// with several partitions per request. Each record ends in exactly one outcome: delivered; not
/// delivered; or unknown (`error::unknown_outcome`), when it was sent and the answer never came.
class producer {
public:
    /// A producer on a shared client.
    explicit producer(client& shared, producer_options options = {});
    /// A producer with a client of its own.
    explicit producer(client_options connection, producer_options options = {});
    producer(producer&&) noexcept;
    producer& operator=(producer&&) noexcept;
    /// Delivers what is left for at most `close_timeout`, and logs what was not.
    ~producer();

    /// Sends a record; the future tells where it was stored. Dropping the future is fire and
    /// forget.
    ///
    /// Never throws on account of the record or the cluster: an invalid record, too, is reported by
    /// the future. When the buffer is full it waits up to `max_block` on application threads, and
    /// fails with `buffer_full` at once on the I/O thread.
    future<record_metadata> send(const producer_record& record);

    /// Sends a record and tells `done` the outcome, on the I/O thread. The way without an
    /// allocation per record. An empty `done` is fire and forget.
    void send(const producer_record& record, delivery_callback done);

    /// Sends a record that can be called back: when the stop is requested, a record that was not
    /// sent yet fails with `cancelled` at once, and a thread that waits for room waits no more.
    /// Once it was sent, it has its usual outcome. (A template only so that `send(record, {})` is
    /// no question.)
    template <std::same_as<std::stop_token> Stop>
    future<record_metadata> send(const producer_record& record, Stop stop) {
        return send_recallable(record, std::move(stop));
    }
    /// The same with a callback. Costs allocations.
    void send(const producer_record& record, delivery_callback done, std::stop_token stop);

    /// Like `send`, but never waits: `buffer_full` says that the record was not taken and `done`
    /// will not be called.
    result<void> try_send(const producer_record& record, delivery_callback done = {});

    /// Ready when a record of `bytes` (key, value and headers together) has room. For coroutines,
    /// which must not wait inside `send`. Fails with `record_too_large` if it can never have room,
    /// and with `closed` when the producer is closed.
    [[nodiscard]] future<void> space_for(std::size_t bytes);

    /// Sends what is open without waiting for linger, and is ready when every record sent before
    /// has its outcome. Fails if records that nobody looks at, their futures dropped or without a
    /// callback, were not delivered, with their count and the first reason; delivery itself is
    /// bounded by `delivery_timeout`.
    [[nodiscard]] future<void> flush();

    /// The partitions of a topic. Waits up to `max_block` for a topic that does not exist yet.
    [[nodiscard]] future<std::vector<partition_description>> partitions_for(std::string_view topic);

    /// What has been done so far. A copy, which keeps nobody from sending.
    producer_metrics metrics() const;

    /// Takes no more records, delivers what is left for at most `timeout` (default:
    /// `close_timeout`), then fails the rest with `closed`. Closing twice is fine.
    [[nodiscard]] future<void> close(std::optional<std::chrono::milliseconds> timeout = {});

private:
    future<record_metadata> send_recallable(const producer_record& record, std::stop_token stop);

    std::shared_ptr<producing::core> core_;
    std::shared_ptr<cluster::core> client_;
};

} // namespace kcpp
