// Commits now and then, and in any case before partitions go to another member: that one goes on
// where this one stopped. Start it twice to see it.

#include <kcpp/consumer.hpp>

#include <iostream>
#include <thread>

namespace {

void show(const char* what, const kcpp::rebalance_scope& scope) {
    std::cout << what;
    for (const kcpp::topic_partition& place : scope.partitions())
        std::cout << ' ' << to_string(place);
    std::cout << std::endl;
}

} // namespace

int main(int count, char** words) try {
    kcpp::consumer consumer{{.bootstrap_servers = count > 1 ? words[1] : "localhost:9092"},
                            {.group_id = "billing-rebalance",
                             .offset_reset = kcpp::offset_reset::earliest,
                             .auto_commit = false}};
    std::stop_source stop;
    std::jthread enter([&] { std::cin.get(), stop.request_stop(); });

    // Handlers run inside the loop below, on its thread; so they may use what the loop uses.
    int since_commit = 0;
    kcpp::rebalance_handlers handlers;
    handlers.assigned = [](auto& scope) { show("got", scope); };
    handlers.revoked = [&](auto& scope) {
        show("give up", scope);
        scope.commit().value();
        since_commit = 0;
    };
    handlers.lost = [](auto& scope) {
        show("lost", scope);
    }; // to somebody else already: too late to commit
    consumer.subscribe({"orders"}, handlers);

    for (const kcpp::consumer_record& record : consumer.records(stop.get_token())) {
        std::cout << record.key().text() << ": " << record.value().text() << '\n';
        if (++since_commit < 100) continue;
        consumer.commit(record).get();
        since_commit = 0;
    }
    consumer.close().value(); // runs `revoked` once more
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
