#include "story.hpp"

#include "protocol/all.hpp"
#include "protocol/frame.hpp"
#include "wire_frames.hpp"

#include <algorithm>

namespace kcpp::simulation {

namespace {

constexpr std::size_t most_told = 700;

using printer = std::string (*)(std::span<const std::byte>, std::int16_t version);

/// How to read an API's messages; the request without its header, the response with it.
struct readers {
    printer request;
    printer response;
};

template <class Request>
std::string print_request(std::span<const std::byte> body, std::int16_t version) {
    Request q;
    if (protocol::decode(q, body, version) != wire::codec_error::ok) return "(cannot be read)";
    return protocol::print(q, version);
}

template <class Response>
std::string print_response(std::span<const std::byte> frame, std::int16_t version) {
    Response r;
    std::int32_t correlation = 0;
    if (protocol::decode_response(correlation, r, frame, version) != wire::codec_error::ok)
        return "(cannot be read)";
    return protocol::print(r, version);
}

const readers* find_readers(std::int16_t api_key) {
    static const auto all = [] {
        std::map<std::int16_t, readers> table;
        protocol::all_requests::each([&]<class Request>() {
            table[Request::api_key] = {&print_request<Request>,
                                       &print_response<typename Request::response_type>};
        });
        return table;
    }();
    const auto found = all.find(api_key);
    return found == all.end() ? nullptr : &found->second;
}

} // namespace

story_of_messages::story_of_messages(testing::simulated_network& network,
                                     std::function<std::string(std::uint16_t)> broker_at)
    : network_(network), broker_at_(std::move(broker_at)) {
    network_.taps.push_back(
        [this](const auto& who, auto where, auto bytes) { hear(who, where, bytes); });
}

void story_of_messages::hear(const testing::connection_name& who, testing::direction where,
                             std::span<const std::byte> bytes) {
    conversation& in = conversations_[who.number];
    const bool asking = where == testing::direction::to_broker;
    auto& buffer = asking ? in.to_broker : in.to_client;
    buffer.insert(buffer.end(), bytes.begin(), bytes.end());
    cut_frames(buffer, [&](std::span<const std::byte> frame) {
        asking ? tell_request(who, in, frame) : tell_response(who, in, frame);
    });
}

void story_of_messages::tell_request(const testing::connection_name& who, conversation& in,
                                     std::span<const std::byte> frame) {
    wire::reader reader(frame);
    protocol::request_header header;
    if (protocol::decode_header(header, reader) != wire::codec_error::ok) return;
    const asked what{header.api_key, header.api_version, header.correlation_id};
    in.open.push_back(what);
    const auto* known = find_readers(what.api_key);
    tell(who, "->", what,
         known ? known->request(frame.last(reader.remaining()), what.version) : std::string());
}

void story_of_messages::tell_response(const testing::connection_name& who, conversation& in,
                                      std::span<const std::byte> frame) {
    if (frame.size() < 4) return;
    const auto correlation = wire::load_be<std::int32_t>(frame.data());
    // What stands before it was never answered.
    while (!in.open.empty() && in.open.front().correlation_id != correlation)
        in.open.pop_front();
    if (in.open.empty()) return;
    const asked what = in.open.front();
    in.open.pop_front();
    const auto* known = find_readers(what.api_key);
    tell(who, "<-", what, known ? known->response(frame, what.version) : std::string());
}

void story_of_messages::tell(const testing::connection_name& who, const char* arrow,
                             const asked& what, const std::string& content) {
    std::string line = who.client + ' ' + arrow + ' ' + broker_at_(who.port) + " (connection " +
                       std::to_string(who.number) + ")  " +
                       protocol::name(static_cast<protocol::api_key>(what.api_key)) + " v" +
                       std::to_string(what.version) + " #" + std::to_string(what.correlation_id) +
                       ' ' + content.substr(0, most_told);
    if (content.size() > most_told) line += " …";
    network_.in().note(line);
}

} // namespace kcpp::simulation
