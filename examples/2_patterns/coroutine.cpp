// co_await works in every coroutine type. This one is the smallest there is; take your framework's.

#include <kcpp/admin.hpp>
#include <kcpp/producer.hpp>

#include <coroutine>
#include <exception>
#include <future>
#include <iostream>
#include <string>

struct task {
    struct promise_type {
        std::promise<void> ended;
        task get_return_object() { return {ended.get_future()}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() { ended.set_value(); }
        void unhandled_exception() { ended.set_exception(std::current_exception()); }
    };
    std::future<void> ended;
};

/// After the first co_await this runs on kcpp's I/O thread, where nothing may block;
/// `.via(executor)` would move it.
task send_some(kcpp::producer& producer, kcpp::admin& admin) {
    // With g++ 12 braced lists are used in a line before the one with co_await.
    auto described = admin.describe_topics({"orders"});
    auto topics = co_await described;
    std::cout << topics.front().second.value().partitions.size() << " partitions\n";

    for (int i = 0; i < 3; ++i) {
        const std::string key = "customer-" + std::to_string(i);
        co_await producer.space_for(100); // where send would have to wait for room in its buffer
        auto stored = co_await producer.send({.topic = "orders", .key = key, .value = "paid"});
        std::cout << key << " is in partition " << stored.partition << " at " << stored.offset
                  << '\n';
    }
}

int main(int count, char** words) try {
    kcpp::client client{{.bootstrap_servers = count > 1 ? words[1] : "localhost:9092"}};
    kcpp::producer producer{client};
    kcpp::admin admin{client};
    send_some(producer, admin).ended.get();
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
