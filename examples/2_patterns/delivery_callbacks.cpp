// Tells each record's outcome by a callback: the fastest way to send, without an allocation per
// record.

#include <kcpp/producer.hpp>

#include <atomic>
#include <iostream>
#include <string>

int main(int count, char** words) try {
    kcpp::producer producer{{.bootstrap_servers = count > 1 ? words[1] : "localhost:9092"}};

    std::atomic<int> stored = 0, failed = 0;
    for (int i = 0; i < 1000; ++i) {
        // What the record is made of may be gone when send returns. The callback runs on kcpp's I/O
        // thread and must not block there.
        producer.send({.topic = "orders", .key = std::to_string(i), .value = "paid"},
                      [&](kcpp::result<kcpp::record_metadata> outcome) {
                          if (outcome)
                              ++stored;
                          else
                              ++failed;
                      });
    }
    producer.flush().get(); // every callback has run when this is over
    std::cout << stored << " stored, " << failed << " failed\n";
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
