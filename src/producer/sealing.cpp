// Where closed batches are compressed and framed: on the thread that closed them, unless that is
// the I/O thread and has better things to do.

#include "producer/core.hpp"

namespace kcpp::producing {

void core::finish(std::shared_ptr<batch> closed) {
    if (client_->rt().on_io_thread() && takes_long_to_seal(*closed, options_))
        return client_->spawn(seal_apart(shared_from_this(), std::move(closed)));
    const std::size_t bytes = closed->home.finish(*closed, context());
    sender_.tell(closed->home, bytes);
}

runtime::task<> core::seal_apart(std::shared_ptr<core> self, std::shared_ptr<batch> closed) {
    unique_function<void()> work = [closed, codec = self->options_.compression,
                                    level = self->options_.compression_level] {
        closed->seal(codec, level);
    };
    const bool done = co_await self->client_->rt().apart(std::move(work));
    // If not, it ends like any other that nobody takes.
    if (!done || self->stopped_) co_return;
    closed->home.let_go(*closed, self->budget_);
    self->sender_.wake();
}

} // namespace kcpp::producing
