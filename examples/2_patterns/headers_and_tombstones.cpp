// Headers in all their forms, and the difference between an empty value and none.

#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>

#include <iostream>
#include <vector>

int main(int count, char** words) try {
    const kcpp::client_options here{.bootstrap_servers = count > 1 ? words[1] : "localhost:9092"};
    kcpp::producer producer{here};

    // In braces where the record is sent …
    auto first = producer
                     .send({.topic = "orders",
                            .key = "42",
                            .value = "paid",
                            .headers = {{"trace", "7f3a"}, {"retry", nullptr}}})
                     .get();
    // … or from any array of them, or from a kcpp::headers, which owns its bytes. Names may repeat.
    std::vector<kcpp::header> some{{"trace", "7f3b"}, {"trace", "7f3c"}};
    producer
        .send({.topic = "orders",
               .key = "42",
               .value = "",
               .headers = some,
               .partition = first.partition})
        .get();
    kcpp::headers kept;
    kept.add("reason", "the customer asked for it");
    // No value: a tombstone, with which a compacted topic forgets the key.
    producer
        .send({.topic = "orders",
               .key = "42",
               .value = kcpp::null,
               .headers = kept,
               .partition = first.partition})
        .get();

    kcpp::consumer consumer{here};
    const kcpp::topic_partition place{"orders", first.partition};
    consumer.assign({place});
    consumer.seek(place, first.offset).value();
    int left = 3;
    for (const kcpp::consumer_record& record : consumer.records()) {
        std::cout << record.key().text() << ": "
                  << (record.value().is_null() ? "(deleted)" : record.value().text());
        for (const auto& [name, value] : record.headers())
            std::cout << "  " << name << '=' << (value.is_null() ? "(null)" : value.text());
        std::cout << '\n';
        if (auto trace = record.headers().find("trace"))
            std::cout << "    last trace: " << trace->text() << '\n';
        if (--left == 0) break;
    }
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
