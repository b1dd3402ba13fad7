// Sends with librdkafka, through its C API: the checker has to find what is known of it.

#include "worker.hpp"

#include <array>
#include <iostream>
#include <librdkafka/rdkafka.h>
#include <memory>
#include <stdexcept>

namespace {

/// One record under way.
struct sent_record {
    const chaos::place* where;
    std::int64_t id;
    std::int64_t at = chaos::now();
};

void told(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    const std::unique_ptr<sent_record> record(static_cast<sent_record*>(message->_private));
    auto& book = *static_cast<chaos::ledger*>(opaque);
    const auto status = rd_kafka_message_status(message);
    const bool stored = message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
    const auto kind = stored                                        ? chaos::outcome::delivered
                      : status == RD_KAFKA_MSG_STATUS_NOT_PERSISTED ? chaos::outcome::not_written
                                                                    : chaos::outcome::unknown;
    book.told(kind, record->id, record->where->topic, record->where->partition,
              stored ? message->offset : -1, record->at,
              stored ? "" : rd_kafka_err2name(message->err));
}

rd_kafka_t* connect(const chaos::settings& s, chaos::ledger& book) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char why[512];
    const auto set = [&](const char* name, const std::string& value) {
        if (rd_kafka_conf_set(conf, name, value.c_str(), why, sizeof why) != RD_KAFKA_CONF_OK)
            throw std::runtime_error(why);
    };
    set("bootstrap.servers", s.text("bootstrap"));
    set("client.id", "chaos");
    set("enable.idempotence", "true");
    set("linger.ms", "5");
    set("message.timeout.ms", s.text("delivery-timeout-ms"));
    set("request.timeout.ms", s.text("request-timeout-ms"));
    set("socket.timeout.ms", s.text("request-timeout-ms"));
    rd_kafka_conf_set_opaque(conf, &book);
    rd_kafka_conf_set_dr_msg_cb(conf, told);
    rd_kafka_t* producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (producer == nullptr) throw std::runtime_error(why);
    return producer;
}

void send(rd_kafka_t* producer, const chaos::place& where, std::int64_t id, std::string value) {
    auto record = std::make_unique<sent_record>(sent_record{&where, id});
    const std::array<rd_kafka_vu_t, 5> parts{{
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u = {.cstr = where.topic.c_str()}},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u = {.i32 = where.partition}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u = {.mem = {value.data(), value.size()}}},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u = {.i = RD_KAFKA_MSG_F_COPY}},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u = {.ptr = record.get()}},
    }};
    if (rd_kafka_error_t* error = rd_kafka_produceva(producer, parts.data(), parts.size()))
        throw std::runtime_error(rd_kafka_error_string(error));
    record.release(); // until it is told
}

} // namespace

int main(int count, char** words) try {
    const chaos::settings s(count, words);
    const int worker = s.number("worker");
    const auto all = chaos::places(s);
    chaos::ledger book;
    rd_kafka_t* producer = connect(s, book);
    std::cerr << "librdkafka " << rd_kafka_version_str() << '\n';
    std::jthread polls([&](const std::stop_token& stop) {
        while (!stop.stop_requested())
            rd_kafka_poll(producer, 50);
    });
    chaos::drive(s, all, book, [&](std::int64_t id, const chaos::place& where) {
        send(producer, where, id, chaos::value(where, worker, id));
    });
    rd_kafka_flush(producer, 2 * s.number("delivery-timeout-ms"));
    polls.request_stop();
    polls.join();
    rd_kafka_destroy(producer);
    book.flush();
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
