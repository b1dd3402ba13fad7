// Sends without looking at each outcome. What fails all the same is told to a hook, and to the next
// flush.

#include <kcpp/producer.hpp>

#include <iostream>

int main(int count, char** words) try {
    kcpp::producer producer{
        {.bootstrap_servers = count > 1 ? words[1] : "localhost:9092"},
        {.max_block = std::chrono::seconds(1), .on_unobserved_failure = [](const kcpp::error& why) {
             std::cerr << "lost a record of " << why.topic() << ": " << why.message() << '\n';
         }}};

    producer.send({.topic = "orders", .value = "paid"});
    producer.send({.topic = "no-such-topic", .value = "paid"}); // the hook hears of this one

    if (auto flushed = producer.flush().result(); !flushed)
        std::cout << flushed.error().message() << '\n';
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
