#pragma once

#include "protocol/codec.hpp"

#include <memory>
#include <string>
#include <vector>

namespace kcpp::protocol {

/// A type of message, for tests that walk over all of them.
struct any_message {
    std::string name; ///< Kafka's: "ProduceRequest"
    int api_key;      ///< -1 for headers and the consumer protocol
    const message* what;
    std::shared_ptr<void> (*make)();
};

/// Requests and responses of every API, the headers, and the consumer protocol.
const std::vector<any_message>& every_message();

/// The message of that name, which must be there.
const any_message& find_message(const std::string& name);

} // namespace kcpp::protocol
