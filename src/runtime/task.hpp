#pragma once

#include "runtime/before_asio.hpp"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>

namespace kcpp::runtime {

/// The concrete executor: both worlds run an io_context, and a type-erased one costs half as much
/// again per step.
using executor = asio::io_context::executor_type;

/// A coroutine on the I/O thread.
template <class T = void>
using task = asio::awaitable<T, executor>;

inline constexpr asio::use_awaitable_t<executor> use_task{};

} // namespace kcpp::runtime
