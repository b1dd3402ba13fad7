// produce.cpp
#include <kcpp/producer.hpp>

#include <iostream>

int main() try {
    kcpp::producer producer{{.bootstrap_servers = "localhost:9092"}};

    auto stored = producer.send({.topic = "orders", .key = "42", .value = "paid"}).get();
    std::cout << stored.topic << '-' << stored.partition << " at offset " << stored.offset << '\n';
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
