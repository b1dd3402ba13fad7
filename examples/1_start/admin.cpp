// admin.cpp
#include <kcpp/admin.hpp>

#include <iostream>

int main() try {
    kcpp::admin admin{{.bootstrap_servers = "localhost:9092"}};

    for (auto& [topic, made] : admin.create_topics({{.name = "orders", .partitions = 6}}).get())
        std::cout << topic << ": " << (made ? "created" : made.error().message()) << '\n';

    auto cluster = admin.describe_cluster().get();
    for (const auto& broker : cluster.brokers)
        std::cout << "broker " << broker.id << " at " << broker.host << ':' << broker.port << '\n';
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
