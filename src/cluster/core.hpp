#pragma once

#include "cluster/connection_pool.hpp"
#include "cluster/coordinators.hpp"
#include "cluster/metadata.hpp"
#include "network/call.hpp"
#include "network/environment.hpp"
#include "runtime/promise.hpp"
#include "runtime/runtime.hpp"
#include "runtime/signal.hpp"

#include <kcpp/client_options.hpp>
#include <kcpp/future.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace kcpp::cluster {

/// What all roles share: connections, metadata, coordinators, one I/O thread.
///
/// Its users hold it by the pointer that `start` gives; when the last of them lets go it closes. It
/// keeps itself alive until all its coroutines have ended. Everything is for the I/O thread, except
/// where it says otherwise.
class core : public std::enable_shared_from_this<core> {
public:
    using make_runtime = std::function<std::shared_ptr<runtime::runtime>()>;

    /// Throws kafka_error for options that cannot be, before any runtime is made. Does no I/O.
    static std::shared_ptr<core> start(client_options options, const make_runtime& make);

    runtime::runtime& rt() noexcept { return *runtime_; }
    /// For promises. Any thread.
    std::shared_ptr<kcpp::detail::wait_context> wait_context() const noexcept { return runtime_; }
    const client_options& options() const noexcept { return options_; }
    const base::component_log& log() const noexcept { return env_.log; }
    cluster::metadata& metadata() noexcept { return metadata_; }
    connection_pool& pool() noexcept { return pool_; }
    cluster::coordinators& coordinators() noexcept { return coordinators_; }

    void spawn(runtime::task<> work) { tasks_.spawn(std::move(work)); }
    bool closing() const noexcept { return closing_; }
    error closed_error() const;
    /// Sleeps for `span`. False if that would reach beyond `until`, or the core is closing: then it
    /// is time to give up.
    runtime::task<bool> pause(runtime::duration span, runtime::time_point until);

    /// Runs a coroutine on the I/O thread and gives its outcome as a future. Any thread. `make` is
    /// called on the I/O thread and returns a task<result<T>>; with a closed core the outcome is
    /// `closed`.
    template <class T, class Make>
    future<T> run(Make make);

    /// One attempt: connects, asks, reads.
    template <class Request, class Adapt = network::as_it_is>
    runtime::task<result<network::answer<typename Request::response_type>>>
    call(std::int32_t node, channel over, const Request& request,
         const network::call_options& options, Adapt adapt = {});

    /// What any broker can answer, tried with one after the other until `until`.
    template <class Request, class Adapt = network::as_it_is>
    runtime::task<result<network::answer<typename Request::response_type>>>
    call_any(const Request& request, runtime::time_point until, Adapt adapt = {});

private:
    core(client_options options, std::shared_ptr<runtime::runtime> rt);
    /// The last user let go. Any thread.
    void release();
    static runtime::task<> shut_down(std::shared_ptr<core> self);
    template <class T, class Make>
    static runtime::task<> complete(std::shared_ptr<core> self, promise<T> to, Make make);
    /// Nothing of ours throws; whoever waits should hear of it all the same.
    error defect(std::exception_ptr thrown) const;
    error out_of_reach(const error& last, std::int16_t api_key) const;

    std::shared_ptr<runtime::runtime> runtime_;
    client_options options_;
    runtime::task_group tasks_;
    network::environment env_;
    connection_pool pool_;
    cluster::metadata metadata_;
    cluster::coordinators coordinators_;
    runtime::signal closing_signal_;
    bool closing_ = false;
    kcpp::detail::event closed_;
    /// Held from the start until the last coroutine has ended.
    std::shared_ptr<core> self_;
};

template <class Request, class Adapt>
runtime::task<result<network::answer<typename Request::response_type>>>
core::call(std::int32_t node, channel over, const Request& request,
           const network::call_options& options, Adapt adapt) {
    const auto give_up =
        std::min(options.limits.give_up, runtime::after(rt().now(), options.limits.timeout));
    auto conn = co_await pool_.get(node, over, give_up);
    if (!conn) co_return conn.error();
    co_return co_await network::call(*conn, options_.client_id, request, options, adapt);
}

template <class Request, class Adapt>
runtime::task<result<network::answer<typename Request::response_type>>>
core::call_any(const Request& request, runtime::time_point until, Adapt adapt) {
    network::backoff pause_between(options_.retry_backoff, options_.retry_backoff_max);
    for (;;) {
        if (closing_) co_return closed_error();
        const network::call_options limits{{options_.request_timeout, until}};
        auto answered = co_await call(pool_.any_node(), purpose::general, request, limits, adapt);
        if (answered) co_return answered;
        // What one server says that is none of Kafka's does not speak for the others.
        const bool stranger = answered.error() == client_errc::protocol_error;
        if (stranger ? pool_.nobody_speaks_kafka() : !answered.error().retriable())
            co_return answered;
        const bool again = co_await pause(pause_between.next(rt().random()), until);
        if (!again)
            co_return closing_ ? closed_error() : out_of_reach(answered.error(), Request::api_key);
    }
}

template <class T, class Make>
future<T> core::run(Make make) {
    promise<T> outcome(runtime_);
    auto waiting = outcome.get_future();
    runtime_->execute([self = shared_from_this(), outcome, make = std::move(make)]() mutable {
        if (self->closing_)
            outcome.complete(self->closed_error());
        else
            self->spawn(complete<T>(self, outcome, std::move(make)));
    });
    return waiting;
}

template <class T, class Make>
runtime::task<> core::complete(std::shared_ptr<core> self, promise<T> to, Make make) {
    std::optional<result<T>> outcome;
    try {
        result<T> got = co_await make();
        outcome.emplace(std::move(got));
    } catch (...) {
        outcome.emplace(self->defect(std::current_exception()));
    }
    // Not in there: this goes on with what waits for the outcome.
    to.complete(*std::move(outcome));
}

} // namespace kcpp::cluster
