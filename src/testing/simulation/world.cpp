#include "testing/simulation/world.hpp"

#include <algorithm>

namespace kcpp::testing {

namespace {

/// Virtual time starts well away from zero, so that a forgotten initialiser shows.
constexpr runtime::time_point the_beginning{std::chrono::hours(1)};

/// A thread gets its turn before the work of the I/O threads is done, in a million cases: real
/// ones do not wait for one another.
constexpr std::uint64_t chance_of_a_thread = 150'000;

/// Far more than a real run needs in one moment.
constexpr std::uint64_t most_steps_at_once = 500'000;

} // namespace

world::world(std::uint64_t seed)
    : seed_(seed), now_(the_beginning), scheduling_(seed, "scheduling") {}

world::~world() = default;

runtime::duration world::elapsed() const noexcept {
    return now_ - the_beginning;
}

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

void world::start_thread(std::string name, std::function<void()> body, std::string participant) {
    auto fresh = std::make_unique<thread>();
    fresh->number = ++threads_made_;
    fresh->name = std::move(name);
    fresh->participant = std::move(participant);
    fresh->stack = std::make_unique<fiber>(std::move(body));
    fresh->until = now_;
    threads_.push_back(std::move(fresh));
}

bool world::may_run(const thread& each) const {
    const bool ready = each.until <= now_ || (each.waits_for && each.waits_for->is_set());
    return ready && !frozen(each.participant);
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

void world::freeze(const std::string& participant) {
    frozen_.try_emplace(participant);
}

void world::thaw(const std::string& participant) {
    auto ended = frozen_.extract(participant);
    if (!ended) return;
    thawed_[participant] = now_;
    for (auto& what : ended.mapped())
        at(now_, std::move(what));
}

bool world::frozen(const std::string& participant) const {
    return !frozen_.empty() && frozen_.contains(participant);
}

runtime::time_point world::thawed_last(const std::string& participant) const {
    const auto found = thawed_.find(participant);
    return found == thawed_.end() ? runtime::time_point{} : found->second;
}

void world::when_thawed(const std::string& participant, unique_function<void()> what) {
    const auto found = frozen_.find(participant);
    if (found == frozen_.end())
        at(now_, std::move(what));
    else
        found->second.push_back(std::move(what));
}

bool world::run_a_thread() {
    std::size_t ready = 0;
    thread* chosen = nullptr;
    for (const auto& each : threads_)
        if (may_run(*each) && scheduling_.below(++ready) == 0) chosen = each.get();
    if (chosen == nullptr) return false;
    current_ = chosen;
    chosen->until = runtime::never;
    chosen->stack->resume();
    current_ = nullptr;
    if (!chosen->stack->ended()) return true;
    const auto failure = chosen->stack->failure();
    std::erase_if(threads_, [&](const auto& each) { return each.get() == chosen; });
    if (failure) std::rethrow_exception(failure);
    return true;
}

bool world::step(runtime::time_point limit) {
    if (++steps_at_now_ > most_steps_at_once)
        throw spinning("virtual time stands still, and everything goes on; " + who_waits());
    if (scheduling_.chance(chance_of_a_thread) && run_a_thread()) return true;
    io_.restart();
    in_handler_ = true;
    const auto ran = io_.poll_one();
    in_handler_ = false;
    if (ran != 0) return true;
    if (run_a_thread()) return true;
    return pass_time(limit);
}

bool world::pass_time(runtime::time_point limit) {
    auto next = events_.empty() ? runtime::never : events_.begin()->first.first;
    for (const auto& each : threads_)
        if (!frozen(each->participant)) next = std::min(next, each->until);
    if (next == runtime::never) return false;
    if (next > limit) {
        now_ = limit;
        return false;
    }
    if (next > now_) {
        now_ = next;
        steps_at_now_ = 0;
    }
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
    steps_at_now_ = 0;
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

void world::mix(std::uint64_t what) noexcept {
    hash_ = (hash_ ^ what) * 0x100000001b3ULL;
    hash_ ^= hash_ >> 29;
}

} // namespace kcpp::testing
