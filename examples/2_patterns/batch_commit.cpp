// Reads a batch at a time and commits by hand when it has been worked on: after a crash nothing is
// lost, and what was not committed comes again.

#include <kcpp/consumer.hpp>

#include <iostream>
#include <thread>

int main(int count, char** words) try {
    using namespace std::chrono_literals;
    kcpp::consumer consumer{{.bootstrap_servers = count > 1 ? words[1] : "localhost:9092"},
                            {.group_id = "billing-batches",
                             .offset_reset = kcpp::offset_reset::earliest,
                             .auto_commit = false}};
    consumer.subscribe({"orders"});

    std::cout << "press Enter to end\n";
    std::stop_source stop;
    std::jthread enter([&] {
        std::cin.get();
        stop.request_stop();
        consumer.wake(); // a poll that waits returns at once
    });

    while (!stop.stop_requested()) {
        auto batch = consumer.poll(500ms).value();
        for (const kcpp::consumer_record& record : batch)
            std::cout << record.topic() << '-' << record.partition() << " at " << record.offset()
                      << ": " << record.value().text() << '\n';
        if (!batch.empty()) consumer.commit(batch).get();
    }
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
