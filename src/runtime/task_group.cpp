#include "runtime/task_group.hpp"

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>

namespace kcpp::runtime {

void task_group::spawn(task<void> work) {
    ++running_;
    // co_spawn itself would start it at once, in the middle of whatever the caller is about to do.
    asio::post(runtime_.get_executor(), [this, work = std::move(work)]() mutable {
        asio::co_spawn(runtime_.get_executor(), std::move(work),
                       [this](std::exception_ptr failure) {
                           if (failure && on_failure) on_failure(failure);
                           if (--running_ == 0 && on_empty) on_empty();
                       });
    });
}

} // namespace kcpp::runtime
