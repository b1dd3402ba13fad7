#pragma once

// For a shared kcpp, before anything else. Asio notes in a variable of each thread which io_context
// the thread runs. A program's own io_context, lent to kcpp, is run by the program's copy of Asio
// and worked on by kcpp's, which must find that note, or it follows a null pointer: so this one
// name of Asio's is shown, and the two copies share it.
#include "runtime/before_asio.hpp"

#include <asio/detail/noncopyable.hpp>

#pragma GCC visibility push(default)
namespace asio::detail {
class thread_context;
class thread_info_base;
} // namespace asio::detail
#include <asio/detail/call_stack.hpp>
#pragma GCC visibility pop
