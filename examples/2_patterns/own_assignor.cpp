// A group whose members get partitions by their weight, which each of them tells the leader.

#include <kcpp/consumer.hpp>

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

class by_weight final : public kcpp::partition_assignor {
public:
    explicit by_weight(unsigned char weight) : weight_(std::max<unsigned char>(weight, 1)) {}

    std::string_view name() const noexcept override { return "by-weight"; }

    std::vector<std::byte> user_data(const std::vector<std::string>&) override {
        return {std::byte{weight_}};
    }

    /// Each partition to the subscriber that has least for its weight.
    assignments assign(const std::vector<kcpp::member_subscription>& members,
                       const std::vector<kcpp::subscribed_topic>& topics) override {
        assignments given;
        const auto load = [&](const kcpp::member_subscription& m) {
            const auto weight = m.user_data.empty() ? 1 : std::to_integer<int>(m.user_data[0]);
            return static_cast<double>(given[m.id].partitions.size() + 1) / std::max(weight, 1);
        };
        for (const kcpp::subscribed_topic& topic : topics)
            for (kcpp::partition_id p = 0; p < topic.partitions; ++p) {
                const kcpp::member_subscription* least = nullptr;
                for (const kcpp::member_subscription& m : members)
                    if (std::ranges::find(m.topics, topic.name) != m.topics.end() &&
                        (least == nullptr || load(m) < load(*least)))
                        least = &m;
                given[least->id].partitions.push_back({topic.name, p}); // somebody subscribes to it
            }
        return given;
    }

private:
    unsigned char weight_;
};

int main(int count, char** words) try {
    using namespace std::chrono_literals;
    const auto weight = static_cast<unsigned char>(count > 2 ? std::stoi(words[2]) : 1);
    kcpp::consumer consumer{{.bootstrap_servers = count > 1 ? words[1] : "localhost:9092"},
                            {.group_id = "billing-by-weight",
                             .offset_reset = kcpp::offset_reset::earliest,
                             .assignment_strategies = {std::make_shared<by_weight>(weight)}}};
    consumer.subscribe({"orders"}, {.assigned = [](kcpp::rebalance_scope& scope) {
                           std::cout << "got " << scope.partitions().size() << " partitions\n";
                       }});

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
    }
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
