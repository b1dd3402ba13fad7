// consume.cpp
#include <kcpp/consumer.hpp>

#include <iostream>

int main() try {
    kcpp::consumer consumer{{.bootstrap_servers = "localhost:9092"},
                            {.group_id = "billing", .offset_reset = kcpp::offset_reset::earliest}};
    consumer.subscribe({"orders"});

    for (const kcpp::consumer_record& record : consumer.records())
        std::cout << record.key().text() << ": " << record.value().text() << std::endl;
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
