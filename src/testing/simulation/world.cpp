#include "testing/simulation/world.hpp"

#include <algorithm>

namespace kcpp::testing {

namespace {

/// Virtual time starts well away from zero, so that a forgotten initialiser shows.
constexpr runtime::time_point the_beginning{std::chrono::hours(1)};

} // namespace

world::world(std::uint64_t seed)
    : seed_(seed), now_(the_beginning), scheduling_(seed, "scheduling") {}

world::~world() = default;

world::event_id world::at(runtime::time_point when, unique_function<void()> what) {
    const event_id id = next_event_++;
    const auto due = std::max(when, now_);
    events_.emplace(std::pair(due, id), std::move(what));
    due_.emplace(id, due);
    return id;
}

void world::cancel(event_id id) {
    const auto found = due_.find(id);
    if (found == due_.end()) return;
    events_.erase({found->second, id});
    due_.erase(found);
}

void world::start_thread(std::string name, std::function<void()> body) {
    auto fresh = std::make_unique<thread>();
    fresh->name = std::move(name);
    fresh->stack = std::make_unique<fiber>(std::move(body));
    fresh->until = now_;
    threads_.push_back(std::move(fresh));
}

bool world::thread::runnable() const {
    return waits_for != nullptr && waits_for->is_set();
}

bool world::block(detail::event& e, std::optional<std::chrono::nanoseconds> limit) {
    const auto until = limit ? runtime::after(now_, *limit) : runtime::never;
    if (fiber::current() == nullptr) {
        while (!e.is_set() && now_ < until)
            if (!step(until)) break;
        return e.is_set();
    }
    thread* self = current_;
    while (!e.is_set() && now_ < until) {
        self->waits_for = &e;
        self->until = until;
        fiber::yield();
    }
    self->waits_for = nullptr;
    return e.is_set();
}

void world::sleep(runtime::duration span) {
    detail::event never_set;
    block(never_set, span);
}

bool world::run_a_thread() {
    std::vector<thread*> ready;
    for (const auto& each : threads_)
        if (each->runnable() || each->until <= now_) ready.push_back(each.get());
    if (ready.empty()) return false;
    thread* chosen = ready[scheduling_.below(ready.size())];
    current_ = chosen;
    chosen->until = runtime::never;
    chosen->stack->resume();
    current_ = nullptr;
    if (!chosen->stack->ended()) return true;
    const auto failure = chosen->stack->failure();
    const auto name = chosen->name;
    std::erase_if(threads_, [&](const auto& each) { return each.get() == chosen; });
    if (failure) std::rethrow_exception(failure);
    return true;
}

bool world::step(runtime::time_point limit) {
    io_.restart();
    in_handler_ = true;
    const auto ran = io_.poll();
    in_handler_ = false;
    if (ran != 0) return true;
    if (fiber::current() == nullptr && run_a_thread()) return true;
    auto next = events_.empty() ? runtime::never : events_.begin()->first.first;
    for (const auto& each : threads_)
        next = std::min(next, each->until);
    if (next == runtime::never) return false;
    if (next > limit) {
        now_ = limit;
        return false;
    }
    now_ = std::max(now_, next);
    if (!events_.empty() && events_.begin()->first.first <= now_) {
        auto due = events_.extract(events_.begin());
        due_.erase(due.key().second);
        mix(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
        in_handler_ = true;
        due.mapped()();
        in_handler_ = false;
    }
    return true;
}

void world::run(runtime::duration limit) {
    const auto until = runtime::after(now_, limit);
    while (!threads_.empty()) {
        if (step(until)) continue;
        if (now_ >= until)
            throw std::runtime_error("the run did not end in the virtual time given; " +
                                     who_waits());
        throw stuck("nothing can happen any more; " + who_waits());
    }
}

void world::drain(runtime::duration limit) {
    const auto until = runtime::after(now_, limit);
    while (step(until)) {
    }
}

std::string world::who_waits() const {
    std::string names = "still waiting:";
    for (const auto& each : threads_)
        names += ' ' + each->name;
    return names;
}

void world::trace(std::string_view what) {
    for (char c : what)
        mix(static_cast<unsigned char>(c));
    if (tell) tell(now_, what);
}

void world::mix(std::uint64_t what) noexcept {
    hash_ = (hash_ ^ what) * 0x100000001b3ULL;
    hash_ ^= hash_ >> 29;
}

} // namespace kcpp::testing
