#include "copying.hpp"

#include "private_parts.hpp"

namespace kcpp::simulation {

namespace {

/// What follows a record that was given up would be out of order: none is, however long it takes.
producer_options never_give_up(runtime::duration close_timeout) {
    producer_options o;
    o.delivery_timeout = std::chrono::minutes(10);
    o.max_block = o.delivery_timeout;
    o.close_timeout = std::chrono::duration_cast<std::chrono::milliseconds>(close_timeout);
    return o;
}

constexpr std::uint64_t most_bytes = 300;

} // namespace

copier::copier(scenario& run, chain_ledger& ledger, client& through, const std::string& name,
               std::string topic, runtime::duration close_timeout)
    : run_(run), topic_(std::move(topic)), outcomes_(new outcomes{run, ledger, name}),
      random_(run.random(name + " writes")), producer_(through, never_give_up(close_timeout)) {
    run_.must_end(name + "'s producer", core_of(producer_));
}

void copier::send(const record_id& id, bytes_view key) {
    const auto value = make_value(id, topic_, {}, key, {}, random_.below(most_bytes));
    ++outcomes_->under_way;
    producer_.send({.topic = topic_, .key = key, .value = value},
                   [to = outcomes_, id](const auto& stored) { to->ended(id, stored); });
}

void copier::outcomes::ended(const record_id& id, const result<record_metadata>& stored) {
    if (stored)
        ledger.acknowledged(id, *stored);
    else if (!over)
        run.problems.add(name + " cannot write: " + stored.error().message());
    if (--under_way == 0) none_left.set();
}

void copier::send_copy(const consumer_record& of) {
    // What is damaged is the consumer's ledger's finding.
    if (const auto told = read_value(of.topic(), of.key(), {}, of.value()))
        send(told->id, of.key());
}

bool copier::wait(runtime::time_point until) {
    while (outcomes_->under_way != 0 && run_.now() < until) {
        outcomes_->none_left.reset();
        run_.world.block(outcomes_->none_left, until - run_.now());
    }
    outcomes_->over = outcomes_->under_way != 0;
    if (outcomes_->over && run_.told())
        run_.note(outcomes_->name + " dies while " + std::to_string(outcomes_->under_way) +
                  " of its records are under way");
    return !outcomes_->over;
}

} // namespace kcpp::simulation
