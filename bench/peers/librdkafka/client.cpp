#include "peers/librdkafka/client.hpp"

#include <array>
#include <stdexcept>

namespace bench::rdkafka {

configuration::configuration(const settings& s) {
    set("bootstrap.servers", s.bootstrap);
}

void configuration::set(const std::string& name, const std::string& value) {
    std::array<char, 512> why{};
    if (rd_kafka_conf_set(held_.get(), name.c_str(), value.c_str(), why.data(), why.size()) !=
        RD_KAFKA_CONF_OK)
        throw std::runtime_error(why.data());
}

void configuration::set(const properties& all) {
    for (const std::string& entry : all) {
        const auto equals = entry.find('=');
        if (equals == entry.npos) throw std::runtime_error("no NAME=VALUE: " + entry);
        set(entry.substr(0, equals), entry.substr(equals + 1));
    }
}

std::size_t configuration::number(const std::string& name) const {
    std::array<char, 64> value{};
    std::size_t size = value.size();
    if (rd_kafka_conf_get(held_.get(), name.c_str(), value.data(), &size) != RD_KAFKA_CONF_OK)
        throw std::runtime_error("no such property: " + name);
    return std::stoul(value.data());
}

client make_client(rd_kafka_type_t type, configuration from) {
    std::array<char, 512> why{};
    client made(rd_kafka_new(type, from.get(), why.data(), why.size()));
    if (!made) throw std::runtime_error(why.data());
    from.release(); // the client has it now
    return made;
}

topic make_topic(const client& of, const std::string& name) {
    topic made(rd_kafka_topic_new(of.get(), name.c_str(), nullptr));
    if (!made) throw std::runtime_error(rd_kafka_err2str(rd_kafka_last_error()));
    return made;
}

std::string version() {
    return std::string("librdkafka ") + rd_kafka_version_str();
}

} // namespace bench::rdkafka
