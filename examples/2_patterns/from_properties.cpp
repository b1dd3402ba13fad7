// Takes options from a file in Java's or librdkafka's spelling: from_properties kafka.properties

#include <kcpp/producer.hpp>
#include <kcpp/properties.hpp>

#include <iostream>

int main(int count, char** words) try {
    // A misspelled key is an error that names the nearest one.
    kcpp::properties options =
        kcpp::properties::load(count > 1 ? words[1] : "kafka.properties").value();
    options.client.client_id = "from-properties"; // plain structs: the program has the last word

    kcpp::producer producer{options.client, options.producer};
    auto stored = producer.send({.topic = "orders", .value = "paid"}).get();
    std::cout << "partition " << stored.partition << ", offset " << stored.offset << '\n';
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
