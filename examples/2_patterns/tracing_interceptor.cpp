// Gives every record a trace id on its way out, and counts what becomes of them.

#include <kcpp/producer.hpp>

#include <atomic>
#include <iostream>
#include <memory>
#include <string>

class tracing final : public kcpp::producer_interceptor {
public:
    void before_send(kcpp::outgoing_record& record) override {
        record.add_header("trace-id", "trace-" + std::to_string(next_++));
    }

    void after_ack(const kcpp::result<kcpp::record_metadata>& outcome) override {
        ++(outcome ? delivered : failed);
    }

    std::atomic<int> delivered = 0;
    std::atomic<int> failed = 0;

private:
    std::atomic<int> next_ = 1;
};

int main(int count, char** words) try {
    auto traces = std::make_shared<tracing>();
    kcpp::producer producer{{.bootstrap_servers = count > 1 ? words[1] : "localhost:9092"},
                            {.interceptors = {traces}}};
    for (const char* order : {"tea", "milk", "sugar"})
        producer.send({.topic = "orders", .value = order});
    producer.flush().get();

    const auto done = producer.metrics();
    std::cout << traces->delivered << " delivered, " << traces->failed << " failed, "
              << done.total.bytes << " bytes in " << done.total.batches << " batches\n";
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
