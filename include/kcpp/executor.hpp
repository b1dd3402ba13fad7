#pragma once

#include <kcpp/function.hpp>

namespace [[gnu::visibility("default")]] kcpp {

/// A place of the application's own where work can be run: a thread pool, an event loop. Made from
/// an Asio executor by `kcpp::executor_for` in kcpp/asio.hpp. `execute` may be called from any
/// thread and must not run the work inside the call.
class executor {
public:
    virtual ~executor() = default;
    virtual void execute(unique_function<void()> work) = 0;
};

} // namespace kcpp
