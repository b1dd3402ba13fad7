#include "scenarios.hpp"

// What leaders take and refuse, and how they know producers again.
namespace kcpp::integration {

namespace {

std::vector<std::byte> by_producer(std::int64_t id, std::int16_t epoch, std::int32_t sequence) {
    return batch_maker{.records = {{{}, "v"}},
                       .producer_id = id,
                       .producer_epoch = epoch,
                       .base_sequence = sequence}
        .make();
}

template <class Number>
std::vector<std::byte> changed(std::vector<std::byte> batch, std::size_t at, Number to) {
    wire::store_be(&batch[at], to);
    return batch_maker::sealed(std::move(batch));
}

/// The answer to one produce request in every version.
void in_every_version(side& s, const char* what, const protocol::produce::request& q,
                      std::int16_t from = 3) {
    for (std::int16_t version = from; version <= 13; ++version)
        s.tell(what, s.leader_of(q.topics[0].name), q, version);
}

} // namespace

void good_batches(side& s) {
    const auto t = s.create_topic("t");
    const auto batch = numbered(3);
    in_every_version(s, "good", s.produce(t, batch));
    s.tell("acks 1", s.leader_of(t), s.produce(t, batch, 1));
}

void refused_batches(side& s) {
    const auto t = s.create_topic("t", 1, {{"max.message.bytes", "200"}});
    const auto one = numbered(1);
    auto two = one;
    two.insert(two.end(), one.begin(), one.end());
    auto cut = one;
    cut.pop_back();
    auto flipped = one;
    flipped.back() ^= std::byte{1};
    const auto tell = [&](const char* what, const std::vector<std::byte>& batch) {
        auto r = s.leader_of(t).ask(s.produce(t, batch));
        // Kafka keeps most of its reasons to itself; the sandbox helps who develops against it.
        if (r.topics[0].partitions[0].record_errors.empty())
            r.topics[0].partitions[0].error_message.reset();
        s.write(what, protocol::print(r, protocol::newest_sent<protocol::produce::request>()));
    };
    tell("nothing", {});
    tell("a few bytes", std::vector<std::byte>(20));
    tell("two batches", two);
    tell("cut off", cut);
    tell("wrong crc", flipped);
    tell("format 1", changed(one, 16, std::int8_t{1}));
    tell("base offset", changed(one, 0, std::int64_t{7}));
    tell("too large", numbered(50));
    tell("count", changed(one, 57, std::int32_t{2}));
    tell("count 0", changed(one, 57, std::int32_t{0}));
    tell("offsets", changed(one, 23, std::int32_t{-1}));
    tell("offsets and count", changed(changed(one, 57, std::int32_t{2}), 23, std::int32_t{1}));
    tell("control", changed(one, 21, std::int16_t{0x20}));
    tell("no sequence", by_producer(7, 0, -1));
    tell("transactional", changed(by_producer(7, 0, 0), 21, std::int16_t{0x10}));
    in_every_version(s, "acks 2", s.produce(t, one, 2));
    auto elsewhere = s.produce(t, one);
    elsewhere.topics[0].partitions[0].index = 1;
    in_every_version(s, "no such partition", elsewhere);
    elsewhere.topics[0].topic_id = {};
    s.tell("no id", s.leader_of(t), elsewhere);
}

void refused_records(side& s) {
    const auto t = s.create_topic("t", 1, {{"cleanup.policy", "compact"}});
    const auto no_keys = batch_maker{.records = {{{}, "v"}, {"k", "v"}, {{}, "v"}}}.make();
    for (std::int16_t version = 3; version <= 13; ++version) {
        auto r = s.leader_of(t).ask(s.produce(t, no_keys), version);
        auto& one = r.topics[0].partitions[0];
        one.error_message = cut_behind(one.error_message, "in total"); // some are shown, too
        for (auto& e : one.record_errors)
            e.message = cut_behind(e.message, "without key");
        s.write("no key", protocol::print(r, version));
    }
    const auto timed = s.create_topic("timed", 1, {{"message.timestamp.before.max.ms", "1000"}});
    auto r = s.leader_of(timed).ask(s.produce(timed, numbered(2, 1000)));
    r.topics[0].partitions[0].record_errors[0].message.reset(); // tells what time it is
    r.topics[0].partitions[0].record_errors[1].message.reset();
    s.write("too old", protocol::print(r, protocol::newest_sent<protocol::produce::request>()));
}

void idempotence(side& s) {
    const auto t = s.create_topic("t");
    const auto store = [&](const char* what, std::int64_t id, std::int16_t epoch,
                           std::int32_t sequence) {
        auto r = s.leader_of(t).ask(s.produce(t, by_producer(id, epoch, sequence)));
        r.topics[0].partitions[0].error_message.reset();
        s.write(what + std::to_string(sequence),
                protocol::print(r, protocol::newest_sent<protocol::produce::request>()));
    };
    for (std::int32_t i = 0; i < 6; ++i)
        store("first ", 9, 0, i);
    for (std::int32_t i = 0; i < 6; ++i)
        store("again ", 9, 0, i);
    store("gap ", 9, 0, 7);
    store("next ", 9, 0, 6);
    store("new epoch, not from 0: ", 9, 1, 7);
    store("new epoch ", 9, 1, 0);
    store("old epoch, known ", 9, 0, 6);
    store("old epoch, next ", 9, 0, 7);
    store("unknown producer ", 10, 3, 77);
    store("unknown producer, next ", 10, 3, 78);
    store("before the wrap ", 11, 0, INT32_MAX);
    store("behind it ", 11, 0, 0);
    const auto kept = s.leader_of(t).ask(s.fetch(t, 0)).topics.at(0).partitions.at(0);
    std::string hex;
    for (const std::byte b : *kept.records)
        for (const int half : {4, 0})
            hex += "0123456789abcdef"[(std::to_integer<int>(b) >> half) & 15];
    s.write("stored", hex);
}

void producer_ids(side& s) {
    s.wait_for_producer_ids();
    for (std::int16_t version = 0; version <= 5; ++version) {
        protocol::init_producer_id::request q;
        q.transactional_id.reset();
        auto r = s.any().ask(q, version);
        r.producer_id = r.producer_id >= 0 ? 1 : r.producer_id;
        s.write("new", protocol::print(r, version));
    }
    protocol::init_producer_id::request q;
    q.transactional_id.reset();
    q.producer_id = 5;
    s.tell("half", s.any(), q);
    q.producer_id = -1;
    q.producer_epoch = 5;
    s.tell("other half", s.any(), q);
    q.producer_epoch = -1;
    q.transactional_id = "";
    s.tell("empty id", s.any(), q);
}

} // namespace kcpp::integration
