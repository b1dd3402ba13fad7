#pragma once

#include "runtime/task.hpp"

#include <kcpp/function.hpp>

#include <asio/async_result.hpp>
#include <asio/buffer.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <system_error>
#include <utility>

namespace kcpp::runtime {

using asio::const_buffer;
using asio::mutable_buffer;

/// The peer has closed its side: no byte will come any more.
bool is_end_of_stream(std::error_code error) noexcept;

/// One value, so that an error does not become an exception inside a coroutine.
struct io_result {
    std::error_code error;
    std::size_t bytes = 0;
};

using io_handler = unique_function<void(io_result)>;

/// Makes an awaitable of a `start_…` function: `start(handler)` is called once, and what it hands
/// the handler is the value.
template <class Result, class Start>
auto await_result(Start start) {
    return asio::async_initiate<const asio::use_awaitable_t<executor>&, void(Result)>(
        [](auto&& handler, Start begin) {
            begin([h = std::forward<decltype(handler)>(handler)](Result r) mutable {
                h(std::move(r));
            });
        },
        use_task, std::move(start));
}

/// A connected byte stream. At most one read and one write are outstanding. Completions come from
/// the I/O thread, never from inside the call that started them.
class stream {
public:
    virtual ~stream() = default;
    virtual void start_read(mutable_buffer into, io_handler done) = 0;
    /// Writes all of it. The memory must stay until `done` is called; the span itself need not.
    virtual void start_write(std::span<const const_buffer> from, io_handler done) = 0;
    /// What is outstanding completes with operation_aborted.
    virtual void close() noexcept = 0;

    auto read_some(mutable_buffer into) {
        return await_result<io_result>(
            [this, into](io_handler done) { start_read(into, std::move(done)); });
    }
    auto write(std::span<const const_buffer> from) {
        return await_result<io_result>(
            [this, from](io_handler done) { start_write(from, std::move(done)); });
    }
};

struct connect_result {
    std::error_code error;
    std::unique_ptr<stream> connected;
};
using connect_handler = unique_function<void(connect_result)>;

/// A listening socket, for brokers.
class acceptor {
public:
    virtual ~acceptor() = default;
    virtual std::uint16_t port() const = 0;
    virtual void start_accept(connect_handler done) = 0;
    virtual void close() noexcept = 0;

    auto accept() {
        return await_result<connect_result>(
            [this](connect_handler done) { start_accept(std::move(done)); });
    }
};

} // namespace kcpp::runtime
