#include "messages.hpp"

#include "protocol/all.hpp"
#include "protocol/consumer_protocol.hpp"
#include "protocol/header.hpp"

#include <algorithm>
#include <stdexcept>

namespace kcpp::protocol {

namespace {

template <class Message>
any_message any(std::string name, int api_key = -1) {
    return {std::move(name), api_key, &message_of<Message>,
            [] { return std::shared_ptr<void>(std::make_shared<Message>()); }};
}

std::vector<any_message> collect() {
    std::vector<any_message> all;
    all_requests::each([&]<class Request>() {
        const std::string api = name(key_of<Request>);
        all.push_back(any<Request>(api + "Request", Request::api_key));
        all.push_back(any<typename Request::response_type>(api + "Response", Request::api_key));
    });
    all.push_back(any<request_header>("RequestHeader"));
    all.push_back(any<response_header>("ResponseHeader"));
    all.push_back(any<consumer_protocol::subscription>("ConsumerProtocolSubscription"));
    all.push_back(any<consumer_protocol::assignment>("ConsumerProtocolAssignment"));
    return all;
}

} // namespace

const std::vector<any_message>& every_message() {
    static const std::vector<any_message> all = collect();
    return all;
}

const any_message& find_message(const std::string& name) {
    const auto& all = every_message();
    const auto at = std::ranges::find(all, name, &any_message::name);
    if (at == all.end()) throw std::invalid_argument("no message " + name);
    return *at;
}

} // namespace kcpp::protocol
