#pragma once

#include "testing/simulation/simulated_network.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace kcpp::simulation {

/// Reads along on the wire and tells every request and response in words.
class story_of_messages {
public:
    /// `broker_at` names the broker at a port.
    story_of_messages(testing::simulated_network& network,
                      std::function<std::string(std::uint16_t)> broker_at);

private:
    struct asked {
        std::int16_t api_key;
        std::int16_t version;
        std::int32_t correlation_id;
    };
    struct conversation {
        std::vector<std::byte> to_broker;
        std::vector<std::byte> to_client;
        std::deque<asked> open;
    };

    void hear(const testing::connection_name& who, testing::direction where,
              std::span<const std::byte> bytes);
    void tell_request(const testing::connection_name& who, conversation& in,
                      std::span<const std::byte> frame);
    void tell_response(const testing::connection_name& who, conversation& in,
                       std::span<const std::byte> frame);
    void tell(const testing::connection_name& who, const char* arrow, const asked& what,
              const std::string& content);

    testing::simulated_network& network_;
    std::function<std::string(std::uint16_t)> broker_at_;
    std::map<std::uint64_t, conversation> conversations_;
};

} // namespace kcpp::simulation
