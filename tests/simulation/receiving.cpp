#include "receiving.hpp"

#include "private_parts.hpp"

#include <kcpp/error.hpp>

namespace kcpp::simulation {

group_member::group_member(scenario& run, consume_ledger& ledger, client& through, std::string name,
                           member_plan plan)
    : run_(run), ledger_(ledger), name_(std::move(name)), plan_(std::move(plan)),
      random_(run.random(name_)), me_(ledger.open_member(name_)),
      until_(runtime::after(run.now(), plan_.life)),
      consumer_(std::make_unique<consumer>(through, plan_.options)) {
    run_.must_end(name_, core_of(*consumer_));
}

void group_member::live(std::stop_token stop) {
    if (run_.told()) run_.note(name_ + " begins");
    if (plan_.pattern.empty())
        consumer_->subscribe(plan_.topics, handlers());
    else
        consumer_->subscribe(topic_pattern(plan_.pattern), handlers());
    const bool by_record =
        plan_.how == reading::records_by_itself || plan_.how == reading::records_by_hand;
    while (!over(stop))
        by_record ? read_records(stop) : read_batches(stop);
    leave();
}

bool group_member::over(const std::stop_token& stop) const {
    return dead_ || stop.stop_requested() || run_.now() >= until_;
}

rebalance_handlers group_member::handlers() {
    rebalance_handlers h;
    h.executor = plan_.executor;
    h.assigned = [this](rebalance_scope& scope) { ledger_.assigned(me_, scope.partitions()); };
    h.revoked = [this](rebalance_scope& scope) {
        if (plan_.how == reading::commit_when_revoked) (void)scope.commit();
        if (plan_.how == reading::async_when_revoked) scope.commit_on_return();
        ledger_.revoked(me_, scope.partitions());
    };
    h.lost = [this](rebalance_scope& scope) { ledger_.lost(me_, scope.partitions()); };
    return h;
}

/// The application takes note, waits a while and goes on.
void group_member::hear(const char* what, const error& why) {
    const std::string told = name_ + " cannot " + what + ": " + why.message();
    if (run_.told()) run_.note(told);
    if (!plan_.excused(why)) run_.problems.add(told);
    run_.world.sleep(std::chrono::milliseconds(200));
}

void group_member::handed_out(const consumer_record& record) {
    ledger_.handed_out(me_, record);
    if (plan_.begin_work) plan_.begin_work(record);
}

/// False if the work was not done.
bool group_member::work() {
    if (random_.below(4) == 0)
        run_.world.sleep(runtime::duration(random_.between(0, plan_.most_work.count())));
    dead_ = plan_.end_work && !plan_.end_work();
    return !dead_;
}

bool group_member::work_on(const consumer_batch& batch) {
    for (const consumer_record& r : batch)
        handed_out(r);
    if (!work()) return false;
    for (const consumer_record& r : batch)
        ledger_.done({std::string(r.topic()), r.partition()}, r.offset());
    return true;
}

void group_member::read_batches(const std::stop_token& stop) {
    constexpr std::chrono::milliseconds patience(200);
    const bool async =
        plan_.how == reading::async_by_itself || plan_.how == reading::async_when_revoked;
    while (!over(stop)) {
        auto batch = async ? consumer_->poll_async(patience).result() : consumer_->poll(patience);
        if (!batch) {
            hear("poll", batch.error());
            continue;
        }
        if (!work_on(*batch)) return;
        if (plan_.how == reading::batches_by_hand && !batch->empty())
            (void)consumer_->commit(*batch).result();
    }
}

void group_member::read_records(const std::stop_token& stop) {
    std::stop_source enough;
    const auto first_stop = run_.world.at(until_, [enough]() mutable { enough.request_stop(); });
    const std::stop_callback second_stop(stop, [enough]() mutable { enough.request_stop(); });
    try {
        for (const consumer_record& r : consumer_->records(enough.get_token())) {
            handed_out(r);
            if (!work()) break;
            ledger_.done({std::string(r.topic()), r.partition()}, r.offset());
            if (plan_.how != reading::records_by_hand || random_.below(5) != 0) continue;
            auto committed = consumer_->commit(r);
            // Some wait for it, some do not.
            if (random_.below(2) == 0) (void)committed.result();
        }
    } catch (const kafka_error& e) {
        hear("read", e.detail());
    }
    run_.world.cancel(first_stop);
}

void group_member::leave() {
    if (run_.told()) run_.note(name_ + " leaves");
    switch (dead_ ? farewell::destroy : plan_.end) {
    case farewell::close: (void)consumer_->close(); break;
    case farewell::unsubscribe: (void)consumer_->unsubscribe(); break;
    case farewell::destroy: break;
    }
    // From here on it can be given nothing, and others may own what it had.
    ledger_.gone(me_);
    consumer_ = nullptr;
}

} // namespace kcpp::simulation
