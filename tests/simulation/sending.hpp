#pragma once

#include "produce_ledger.hpp"
#include "testing/simulation/random_stream.hpp"

#include <kcpp/producer.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kcpp::simulation {

/// A record that is about to be sent, with the memory that it shows.
struct outgoing {
    record_id id;
    std::string topic;
    std::optional<std::string> key;
    std::string header;
    std::string value;
    std::optional<partition_id> partition;
    std::optional<kcpp::timestamp> timestamp;
    std::vector<kcpp::header> headers;

    /// Views into this.
    producer_record record() const;
};

/// How a sender uses the producer; `mixed` is any of those before it.
enum class style { one_by_one, futures, callbacks, try_send, recallable, mixed };

/// What a sender sends, and how much of it.
struct sender_plan {
    style how = style::callbacks;
    std::size_t records = 50;
    std::size_t most_bytes = 300;
    runtime::duration most_pause = std::chrono::milliseconds(100);
    /// Of a million records.
    std::uint64_t flush_chance = 20'000;
};

/// One who sends, as the ledger knows it, and all it needs for that.
struct sender_context {
    scenario& run;
    produce_ledger& ledger;
    std::shared_ptr<producer> through;
    std::string name;
    std::string client;
    producer_options options;
    sender_plan plan;
};

/// Makes the records of one sender and enters them into the ledger.
class record_maker {
public:
    explicit record_maker(const sender_context& by);

    std::uint32_t sender() const noexcept { return sender_; }
    /// Views of it may be taken as long as it lives.
    std::shared_ptr<outgoing> next();
    /// Somewhere between nothing and the plan's longest.
    runtime::duration pause();
    testing::random_stream& random() noexcept { return random_; }

private:
    scenario& run_;
    produce_ledger& ledger_;
    std::string client_;
    sender_plan plan_;
    testing::random_stream random_;
    std::uint32_t sender_;
};

/// A thread that sends: with futures, callbacks and all, and looks at what comes back.
class sender_thread {
public:
    explicit sender_thread(sender_context by);

    /// On a simulated thread. Returns when each of its records has its outcome.
    void run();

private:
    void send(style how);
    void send_one_by_one();
    void send_for_later();
    void send_with_callback();
    void try_to_send();
    void send_and_perhaps_call_back();
    void take_futures();
    void flush();
    delivery_callback note_outcome(const record_id& id);

    sender_context my_;
    record_maker records_;
    std::deque<std::pair<record_id, future<record_metadata>>> futures_;
    std::size_t awaited_callbacks_ = 0;
    detail::event all_called_;
};

/// A coroutine that sends, on the I/O thread: a plain one that awaits kcpp's futures, or one of
/// Asio's. Calls `done` when each of its records has its outcome.
void start_plain_coroutine(sender_context by, std::function<void()> done);
void start_asio_coroutine(sender_context by, std::function<void()> done);

} // namespace kcpp::simulation
