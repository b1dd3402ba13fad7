#include "runtime/signal.hpp"
#include "runtime/stream.hpp"
#include "sending.hpp"

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>

#include <coroutine>
#include <exception>

namespace kcpp::simulation {

namespace {

/// The least a coroutine can be: it begins at once and nobody waits for it.
struct plain_coroutine {
    struct promise_type {
        plain_coroutine get_return_object() noexcept { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        [[noreturn]] void unhandled_exception() { throw; }
    };
};

/// `co_await` lets virtual time pass.
struct pause_in {
    pause_in(const sender_context& by, runtime::duration span)
        : w_(by.run.world), participant_(by.client), span_(span) {}
    bool await_ready() const noexcept { return span_ == runtime::duration{}; }
    void await_suspend(std::coroutine_handle<> waiting) {
        w_.at(runtime::after(w_.now(), span_), [&w = w_, who = participant_, waiting] {
            w.when_thawed(who, [waiting] { waiting.resume(); });
        });
    }
    void await_resume() const noexcept {}

private:
    testing::world& w_;
    std::string participant_;
    runtime::duration span_;
};

/// What a sending coroutine works on.
struct sending {
    sending(sender_context by, std::function<void()> when_done)
        : my(std::move(by)), records(my), done(std::move(when_done)) {}

    sender_context my;
    record_maker records;
    std::function<void()> done;

    void check_thread() {
        if (!my.run.runtime_of(my.client).on_io_thread())
            my.run.problems.add(my.name + " was resumed on another thread");
    }
    /// Over: the producer is let go of, which may be the last one.
    void end() {
        auto last = std::move(my.through);
        done();
    }
};

/// Waits for room and for each record, and takes failures as exceptions.
plain_coroutine send_plainly(std::shared_ptr<sending> self) {
    sender_context& my = self->my;
    for (std::size_t i = 0; i < my.plan.records; ++i) {
        const auto next = self->records.next();
        std::optional<error> failed;
        try {
            co_await my.through->space_for(next->value.size());
        } catch (const kafka_error& e) {
            failed = e.detail();
        }
        self->check_thread();
        auto told = my.through->send(next->record());
        my.ledger.accepted(next->id);
        try {
            const record_metadata where = co_await told;
            my.ledger.ended(next->id, where);
        } catch (const kafka_error& e) {
            my.ledger.ended(next->id, e.detail());
        }
        self->check_thread();
        co_await pause_in(my, self->records.pause());
    }
    self->end();
}

/// Sends a few at a time, then takes their outcomes as values.
runtime::task<> send_with_asio(std::shared_ptr<sending> self) {
    sender_context& my = self->my;
    std::deque<std::pair<record_id, future<record_metadata>>> under_way;
    for (std::size_t i = 0; i < my.plan.records; ++i) {
        const auto next = self->records.next();
        under_way.emplace_back(next->id, my.through->send(next->record()));
        my.ledger.accepted(next->id);
        if (i + 1 < my.plan.records && self->records.random().below(4) != 0) continue;
        while (!under_way.empty()) {
            auto [id, told] = std::move(under_way.front());
            under_way.pop_front();
            const auto when = told.ready() ? heard::later : heard::at_once;
            const auto begin = [&told](auto handler) { told.then(std::move(handler)); };
            const auto outcome = co_await runtime::await_result<result<record_metadata>>(begin);
            my.ledger.ended(id, outcome, when);
            self->check_thread();
        }
        const auto until = runtime::after(my.run.now(), self->records.pause());
        co_await runtime::sleep_until(my.run.runtime_of(my.client), until);
    }
    self->end();
}

} // namespace

void start_plain_coroutine(sender_context by, std::function<void()> done) {
    auto& io = by.run.world.io();
    auto self = std::make_shared<sending>(std::move(by), std::move(done));
    asio::post(io, [self] { send_plainly(self); });
}

void start_asio_coroutine(sender_context by, std::function<void()> done) {
    auto& run = by.run;
    auto self = std::make_shared<sending>(std::move(by), std::move(done));
    asio::co_spawn(run.world.io(), send_with_asio(self), [&run](std::exception_ptr failure) {
        if (failure) run.problems.add("a sending coroutine ended with an exception");
    });
}

} // namespace kcpp::simulation
