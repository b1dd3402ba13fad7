#pragma once

#include <kcpp/client.hpp>
#include <kcpp/executor.hpp>
#include <kcpp/future.hpp>

#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/dispatch.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/version.hpp>

#include <atomic>
#include <exception>
#include <memory>
#include <system_error>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>

/// kcpp in programs that use Asio (standalone, 1.22 and newer). Link the target kcpp::asio.
namespace [[gnu::visibility("default")]] kcpp {

namespace detail {

/// While this thread hands a step over to an Asio executor. What the step does may be the last that
/// the executor's context is there for: nothing else is left to do in it, or an exception leaves
/// its run(), and its owner destroys it. So the step begins only when this is gone, and with it all
/// that touches the context here.
class handing_over {
public:
    handing_over() = default;
    handing_over(const handing_over&) = delete;
    handing_over& operator=(const handing_over&) = delete;
    ~handing_over() {
        done_->store(true);
        done_->notify_one();
    }
    template <class Step>
    auto then(Step step) const {
        return [step = std::move(step), done = done_, from = std::this_thread::get_id()]() mutable {
            if (std::this_thread::get_id() != from) done->wait(false);
            step();
        };
    }

private:
    std::shared_ptr<std::atomic<bool>> done_ = std::make_shared<std::atomic<bool>>(false);
};

/// An Asio handler that waits for an outcome and keeps its executor busy meanwhile.
template <class Handler>
struct waiting_handler {
    using executor = asio::associated_executor_t<Handler>;

    explicit waiting_handler(Handler handler)
        : handler(std::move(handler)),
          work(asio::make_work_guard(asio::get_associated_executor(this->handler))) {}

    Handler handler;
    asio::executor_work_guard<executor> work;
};

/// Calls a handler in its executor when the outcome of a future is there. `Call` turns the outcome
/// into the handler's arguments.
template <class Call>
struct start_waiting {
    template <class Handler, class T>
    void operator()(Handler&& handler, future<T> what) const {
        using kept = std::decay_t<Handler>;
        auto waits = std::make_unique<waiting_handler<kept>>(std::forward<Handler>(handler));
        std::move(what).then([waits = std::move(waits)](result<T> outcome) mutable {
            const handing_over here;
            const auto place = waits->work.get_executor();
            asio::dispatch(place, here.then([waits = std::move(waits),
                                             outcome = std::move(outcome)]() mutable {
                kept handler = std::move(waits->handler);
                waits.reset();
                Call()(std::move(handler), std::move(outcome));
            }));
        });
    }
};

struct call_with_code {
    template <class Handler, class T>
    void operator()(Handler&& handler, result<T> outcome) const {
        const std::error_code code = outcome ? std::error_code() : outcome.error().code();
        if constexpr (std::is_void_v<T>)
            std::forward<Handler>(handler)(code);
        else if (outcome)
            std::forward<Handler>(handler)(code, std::move(*outcome));
        else
            std::forward<Handler>(handler)(code, T());
    }
};

struct call_with_exception {
    template <class Handler, class T>
    void operator()(Handler&& handler, result<T> outcome) const {
        const std::exception_ptr failure =
            outcome ? std::exception_ptr() : std::make_exception_ptr(kafka_error(outcome.error()));
        if constexpr (std::is_void_v<T>)
            std::forward<Handler>(handler)(failure);
        else if (outcome)
            std::forward<Handler>(handler)(failure, std::move(*outcome));
        else
            std::forward<Handler>(handler)(failure, T());
    }
};

template <class T>
struct wait_signatures {
    using code = void(std::error_code, T);
    using exception = void(std::exception_ptr, T);
    template <class Token>
    static constexpr bool takes_code =
        std::is_invocable_v<std::decay_t<Token>&, std::error_code, T>;
};
template <>
struct wait_signatures<void> {
    using code = void(std::error_code);
    using exception = void(std::exception_ptr);
    template <class Token>
    static constexpr bool takes_code = std::is_invocable_v<std::decay_t<Token>&, std::error_code>;
};

/// With a number of its own for each Asio, so that a program built with another one is told.
client make_client(asio::io_context& lent, client_options options, int asio_version);

} // namespace detail

/// Waits for a future in Asio's way.
///
///     auto ack = co_await kcpp::async_wait(producer.send(record), asio::use_awaitable);
///
/// A coroutine (`use_awaitable`) and a `std::future` (`use_future`) get the value, or kafka_error
/// as an exception. A callback that takes `(std::error_code, T)`, or `(std::error_code)` where
/// there is no value, gets the code and an empty value. Either goes on in its associated executor,
/// which is kept busy meanwhile; a callback without one is called on kcpp's I/O thread. T must have
/// a default constructor.
template <class T, class Token>
auto async_wait(future<T> what, Token&& token) {
    using signatures = detail::wait_signatures<T>;
    if constexpr (signatures::template takes_code<Token>)
        return asio::async_initiate<Token, typename signatures::code>(
            detail::start_waiting<detail::call_with_code>(), token, std::move(what));
    else
        return asio::async_initiate<Token, typename signatures::exception>(
            detail::start_waiting<detail::call_with_exception>(), token, std::move(what));
}

/// A place for `future::via`: what follows is posted to an Asio executor. It does not keep the
/// executor's context running, but whoever joins a pool waits for what is being posted to it.
template <class AsioExecutor>
std::shared_ptr<executor> executor_for(AsioExecutor place) {
    class posting final : public executor {
    public:
        explicit posting(AsioExecutor place) : place_(std::move(place)) {}
        void execute(unique_function<void()> work) override {
            const detail::handing_over here;
            asio::post(place_, here.then(std::move(work)));
        }

    private:
        AsioExecutor place_;
    };
    return std::make_shared<posting>(std::move(place));
}

/// A client whose I/O happens in the application's own io_context instead of a thread of kcpp's.
///
/// The context is run by exactly one thread; a second one is noticed and logged as an error. It
/// outlives the client and everything made from it. Callbacks and coroutines go on in that thread,
/// and blocking there is refused (`client_errc::would_deadlock`). The client keeps the context
/// running while it has something to do: connections, until they are idle for too long.
///
/// Destroy the client while the context runs, or after it has stopped. While it runs, the
/// destructor waits, on another thread for at most 5 s, on the context's own not at all: then go on
/// running the context before it is destroyed. After it has stopped, the destructor runs it once
/// more until the client has closed, with whatever else is ready in it. Throws kafka_error for
/// options that cannot be, and std::logic_error if the program's Asio is another version than
/// kcpp's.
inline client make_client(asio::io_context& lent, client_options options) {
    return detail::make_client(lent, std::move(options), ASIO_VERSION);
}

} // namespace kcpp
