#include "sending.hpp"

#include <kcpp/error.hpp>

#include <algorithm>
#include <stop_token>

namespace kcpp::simulation {

producer_record outgoing::record() const {
    producer_record r;
    r.topic = topic;
    if (key) r.key = bytes_view(*key);
    r.value = bytes_view(value);
    r.headers = headers_view(headers);
    r.partition = partition;
    r.timestamp = timestamp;
    return r;
}

record_maker::record_maker(const sender_context& by)
    : run_(by.run), ledger_(by.ledger), client_(by.client), plan_(by.plan),
      random_(by.run.random(by.name)),
      sender_(by.ledger.open_sender(by.name, by.client, by.options)) {}

runtime::duration record_maker::pause() {
    if (random_.below(3) != 0) return {};
    return runtime::duration(random_.between(0, plan_.most_pause.count()));
}

std::shared_ptr<outgoing> record_maker::next() {
    auto o = std::make_shared<outgoing>();
    const auto topic = static_cast<std::uint32_t>(random_.below(ledger_.topics().size()));
    o->topic = ledger_.topics()[topic];
    if (random_.below(3) == 0) o->key = "key-" + std::to_string(random_.below(20));
    const auto* known = run_.brokers().state.find_topic(o->topic);
    if (known != nullptr && random_.below(4) == 0)
        o->partition = static_cast<partition_id>(random_.below(known->partitions.size()));
    if (random_.below(2) == 0)
        o->timestamp =
            run_.runtime_of(client_).wall_now() - std::chrono::milliseconds(random_.below(5000));
    if (random_.below(4) == 0) {
        o->header = "trace-" + std::to_string(random_.below(1000));
        o->headers.push_back({"trace", o->header});
    }
    const bool large = random_.below(30) == 0;
    const std::size_t bytes = random_.below(large ? plan_.most_bytes * 20 : plan_.most_bytes);
    o->id = ledger_.begin(sender_, topic, o->partition, o->timestamp);
    const bytes_view key = o->key ? bytes_view(*o->key) : bytes_view();
    const bytes_view header = o->headers.empty() ? bytes_view() : bytes_view(o->header);
    o->value = make_value(o->id, o->topic, o->partition, key, header, bytes);
    return o;
}

sender_thread::sender_thread(sender_context by) : my_(std::move(by)), records_(my_) {}

void sender_thread::run() {
    for (std::size_t i = 0; i < my_.plan.records; ++i) {
        const bool any = my_.plan.how == style::mixed;
        send(any ? style(records_.random().below(5)) : my_.plan.how);
        if (records_.random().chance(my_.plan.flush_chance)) flush();
        if (const auto pause = records_.pause(); pause != runtime::duration{})
            my_.run.world.sleep(pause);
    }
    take_futures();
    while (awaited_callbacks_ != 0) {
        all_called_.reset();
        my_.run.world.block(all_called_, std::nullopt);
    }
    my_.through = nullptr;
}

void sender_thread::send(style how) {
    switch (how) {
    case style::one_by_one: return send_one_by_one();
    case style::futures: return send_for_later();
    case style::callbacks: return send_with_callback();
    case style::recallable: return send_and_perhaps_call_back();
    default: return try_to_send();
    }
}

void sender_thread::send_one_by_one() {
    auto o = records_.next();
    auto told = my_.through->send(o->record());
    my_.ledger.accepted(o->id);
    const auto id = o->id;
    // The memory is the sender's again, and something else by now.
    *o = {};
    my_.ledger.ended(id, told.result());
}

void sender_thread::send_for_later() {
    const auto o = records_.next();
    auto told = my_.through->send(o->record());
    my_.ledger.accepted(o->id);
    futures_.emplace_back(o->id, std::move(told));
    if (records_.random().below(8) == 0) take_futures();
}

void sender_thread::send_and_perhaps_call_back() {
    const auto o = records_.next();
    std::stop_source stop;
    auto& random = records_.random();
    if (random.below(2) == 0) {
        const auto after = std::chrono::microseconds(random.between(0, 400'000));
        my_.run.world.at(runtime::after(my_.run.now(), after), [stop] { stop.request_stop(); });
    }
    auto told = my_.through->send(o->record(), stop.get_token());
    my_.ledger.accepted(o->id);
    futures_.emplace_back(o->id, std::move(told));
    if (random.below(8) == 0) take_futures();
}

void sender_thread::take_futures() {
    while (!futures_.empty()) {
        auto [id, told] = std::move(futures_.front());
        futures_.pop_front();
        const auto when = told.ready() ? heard::later : heard::at_once;
        my_.ledger.ended(id, told.result(), when);
    }
}

delivery_callback sender_thread::note_outcome(const record_id& id) {
    ++awaited_callbacks_;
    return [this, id](result<record_metadata> outcome) {
        if (!my_.run.runtime_of(my_.client).on_io_thread())
            my_.run.problems.add("a delivery callback was not called on the I/O thread");
        my_.ledger.ended(id, outcome);
        if (--awaited_callbacks_ == 0) all_called_.set();
    };
}

void sender_thread::send_with_callback() {
    const auto o = records_.next();
    my_.through->send(o->record(), note_outcome(o->id));
    my_.ledger.accepted(o->id);
}

void sender_thread::try_to_send() {
    const auto o = records_.next();
    const auto before = my_.run.now();
    const auto taken = my_.through->try_send(o->record(), note_outcome(o->id));
    if (my_.run.now() != before) my_.run.problems.add("try_send waited");
    if (taken) return my_.ledger.accepted(o->id);
    --awaited_callbacks_;
    my_.ledger.refused(o->id);
    if (taken.error() == client_errc::buffer_full)
        my_.through->space_for(o->value.size()).result_for(std::chrono::milliseconds(200));
}

void sender_thread::flush() {
    const auto sent = my_.ledger.senders()[records_.sender()].records.size();
    my_.run.note(my_.name + " flushes");
    (void)my_.through->flush().result();
    my_.run.note(my_.name + " has flushed");
    if (!std::ranges::all_of(futures_, [](const auto& each) { return each.second.ready(); }))
        my_.run.problems.add("flush ended before every future was ready");
    take_futures();
    if (!my_.ledger.all_ended(records_.sender(), sent))
        my_.run.problems.add("flush ended before every record had its outcome");
}

} // namespace kcpp::simulation
