#pragma once

#include "testing/simulation/simulated_network.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <system_error>
#include <vector>

namespace kcpp::testing {

/// One end of a connection. What is written here is taken from the writer's memory bit by bit, and
/// arrives at the other end later, in order.
class simulated_stream final : public runtime::stream,
                               public std::enable_shared_from_this<simulated_stream> {
public:
    /// `sends` says which end this is.
    simulated_stream(simulated_network& net, connection_name name, direction sends);
    ~simulated_stream() override;

    static void join(const std::shared_ptr<simulated_stream>& a,
                     const std::shared_ptr<simulated_stream>& b);

    const connection_name& name() const noexcept { return name_; }
    direction sends() const noexcept { return sends_; }

    void start_read(runtime::mutable_buffer into, runtime::io_handler done) override;
    /// Throws from the world's loop if the memory changes before the write is over.
    void start_write(std::span<const runtime::const_buffer> from,
                     runtime::io_handler done) override;
    void close() noexcept override;

    /// The connection is gone for both ends at once, with whatever was on its way.
    void reset();
    /// The other end sees the end of the stream, although this one goes on.
    void half_close();
    /// What waited for a cut cable arrives now.
    void release();

private:
    struct chunk {
        std::vector<std::byte> bytes;
        std::size_t taken = 0;
    };

    runtime::duration latency();
    direction receives() const noexcept;
    bool held_up() const;
    void pause_writing();
    void write_more();
    bool nothing_left() const;
    std::vector<std::byte> take(std::size_t amount);
    void check_memory() const;
    void deliver(std::vector<std::byte> bytes);
    void end_of_writing();
    void arrive(std::vector<std::byte> bytes);
    void end();
    void broken(std::error_code why);
    void was_read(std::size_t bytes);
    void serve_reader();
    void post_read(runtime::io_result came);
    void finish_write(std::error_code error);

    simulated_network& net_;
    connection_name name_;
    direction sends_;
    std::uint64_t number_;
    std::string participant_;
    std::weak_ptr<simulated_stream> peer_;

    // receiving
    std::deque<chunk> arrived_;
    std::deque<chunk> held_;
    bool end_held_ = false;
    bool ended_ = false;
    runtime::io_handler reading_;
    runtime::mutable_buffer read_into_;

    // sending
    runtime::time_point last_arrival_{};
    runtime::io_handler writing_;
    std::vector<runtime::const_buffer> pieces_;
    std::size_t written_ = 0;
    std::uint32_t promised_sum_ = 0;
    std::uint32_t written_sum_ = 0;
    std::size_t unread_ = 0;
    bool paused_ = false;

    bool closed_ = false;
    std::optional<std::error_code> broken_;
};

} // namespace kcpp::testing
