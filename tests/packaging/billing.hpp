#pragma once

#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>

#include <string>

/// The service that docs/testing.md tests: reads orders and writes a receipt for each. What it
/// wrote is stored before it commits what it read.
class billing {
public:
    explicit billing(const std::string& brokers)
        : client_({.bootstrap_servers = brokers}), producer_(client_),
          consumer_(client_, {.group_id = "billing",
                              .offset_reset = kcpp::offset_reset::earliest,
                              .auto_commit = false}) {
        consumer_.subscribe({"orders"});
    }

    /// Until that many orders have their receipts.
    void work_off(std::size_t orders) {
        for (std::size_t done = 0; done < orders;) {
            const auto batch = consumer_.poll(std::chrono::seconds(10)).value();
            for (const kcpp::consumer_record& order : batch)
                producer_.send(
                    {.topic = "receipts", .value = "paid: " + order.value().to_string()});
            producer_.flush().get();
            consumer_.commit(batch).get();
            done += batch.size();
        }
    }

private:
    kcpp::client client_;
    kcpp::producer producer_;
    kcpp::consumer consumer_;
};
