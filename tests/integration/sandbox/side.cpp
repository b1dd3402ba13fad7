#include "side.hpp"

#include "../wait_until.hpp"

#include <cstring>
#include <random>
#include <stdexcept>

namespace kcpp::integration {

namespace {

constexpr std::int16_t code(broker_errc e) {
    return static_cast<std::int16_t>(e);
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size())
        text.replace(at, what.size(), with);
}

} // namespace

std::optional<std::string> cut_behind(const std::optional<std::string>& text, const char* end) {
    const auto at = text ? text->find(end) : std::string::npos;
    return at == std::string::npos ? text : text->substr(0, at + std::strlen(end));
}

side::side(std::uint16_t port) : any_(port) {}

void side::write(const std::string& what, std::string text) {
    for (const auto& [value, name] : masks_)
        replace_all(text, value, name);
    told_ += what + ": " + text + '\n';
}

void side::mask(std::string value, std::string name) {
    masks_.emplace_back(std::move(value), std::move(name));
}

std::string side::fresh(const std::string& as) {
    static std::mt19937_64 random{std::random_device{}()};
    const std::string name = "twin-" + as + '-' + std::to_string(random() % 1'000'000'000'000);
    mask(name, as);
    return name;
}

raw_client& side::at(std::int32_t broker) {
    auto& client = brokers_[broker];
    if (client) return *client;
    for (const auto& b : any_.ask(protocol::metadata::request{}).brokers)
        if (b.node_id == broker)
            client = std::make_unique<raw_client>(static_cast<std::uint16_t>(b.port));
    if (!client) throw std::runtime_error("there is no broker " + std::to_string(broker));
    return *client;
}

protocol::metadata::topic_metadata side::describe(const std::string& topic) {
    protocol::metadata::request q;
    q.topics->emplace_back().name = topic;
    return any_.ask(q).topics.at(0);
}

std::string side::create_topic(const std::string& as, std::int32_t partitions,
                               std::vector<std::pair<std::string, std::string>> configs) {
    const std::string name = fresh(as);
    protocol::create_topics::request q;
    auto& t = q.topics.emplace_back();
    t.name = name;
    t.num_partitions = partitions;
    t.replication_factor = 1;
    for (auto& [key, value] : configs)
        t.configs.push_back({key, value});
    if (const auto r = any_.ask(q).topics.at(0); r.error_code != 0)
        throw std::runtime_error("no topic " + as + ": " + r.error_message.value_or(""));
    wait_until([&] { return describe(name).error_code == 0; }, "the topic is not known");
    mask(to_string(id_of(name)), as + "-id");
    for (std::int32_t p = 0; p < partitions; ++p)
        wait_until(
            [&] {
                protocol::list_offsets::request ends;
                auto& asked = ends.topics.emplace_back();
                asked.name = name;
                asked.partitions.emplace_back().index = p;
                asked.partitions[0].timestamp = -1;
                return leader_of(name, p).ask(ends).topics.at(0).partitions.at(0).error_code == 0;
            },
            "a leader does not lead");
    return name;
}

protocol::uuid side::id_of(const std::string& topic) {
    return describe(topic).topic_id;
}

raw_client& side::leader_of(const std::string& topic, std::int32_t partition) {
    std::int32_t leader = -1;
    wait_until(
        [&] {
            for (const auto& p : describe(topic).partitions)
                if (p.index == partition) leader = p.leader_id;
            return leader != -1;
        },
        "nobody leads");
    return at(leader);
}

void side::wait_for_producer_ids() {
    protocol::init_producer_id::request q;
    q.transactional_id.reset();
    wait_until([&] { return any_.ask(q).error_code == 0; }, "it gives out no producer ids");
}

std::string side::name_group(const std::string& as) {
    return fresh(as);
}

raw_client& side::coordinator_of(const std::string& group) {
    std::int32_t found = -1;
    wait_until(
        [&] {
            protocol::find_coordinator::request q;
            q.keys = {group};
            const auto r = any_.ask(q).coordinators.at(0);
            if (r.error_code != 0) return false;
            found = r.node_id;
            protocol::describe_groups::request ready;
            ready.groups = {group};
            const auto state = at(found).ask(ready).groups.at(0).error_code;
            return state == 0 || state == code(broker_errc::group_id_not_found);
        },
        "the group has no coordinator");
    return at(found);
}

protocol::produce::request side::produce(const std::string& topic,
                                         const std::vector<std::byte>& batch, std::int16_t acks) {
    protocol::produce::request q;
    q.acks = acks;
    q.timeout_ms = 10000;
    auto& t = q.topics.emplace_back();
    t.name = topic;
    t.topic_id = id_of(topic);
    t.partitions.push_back({0, batch});
    return q;
}

protocol::fetch::request side::fetch(const std::string& topic, std::int64_t offset) {
    protocol::fetch::request q;
    q.min_bytes = 1;
    q.max_bytes = 1 << 20;
    auto& t = q.topics.emplace_back();
    t.name = topic;
    t.topic_id = id_of(topic);
    auto& p = t.partitions.emplace_back();
    p.fetch_offset = offset;
    p.max_bytes = 1 << 20;
    return q;
}

} // namespace kcpp::integration
