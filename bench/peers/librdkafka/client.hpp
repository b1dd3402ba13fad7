#pragma once

#include "measure/settings.hpp"

#include <librdkafka/rdkafka.h>
#include <memory>
#include <string>
#include <vector>

namespace bench::rdkafka {

/// What is set beside the settings that all clients share: "name=value", in librdkafka's words.
using properties = std::vector<std::string>;

/// A configuration until a client is made from it. Throws std::runtime_error with librdkafka's
/// words.
class configuration {
public:
    explicit configuration(const settings& s);

    void set(const std::string& name, const std::string& value);
    void set(const properties& all);
    std::size_t number(const std::string& name) const;
    rd_kafka_conf_t* get() const noexcept { return held_.get(); }
    rd_kafka_conf_t* release() noexcept { return held_.release(); }

private:
    struct destroy {
        void operator()(rd_kafka_conf_t* c) const noexcept { rd_kafka_conf_destroy(c); }
    };
    std::unique_ptr<rd_kafka_conf_t, destroy> held_{rd_kafka_conf_new()};
};

struct destroy_client {
    void operator()(rd_kafka_t* c) const noexcept { rd_kafka_destroy(c); }
};
using client = std::unique_ptr<rd_kafka_t, destroy_client>;

struct destroy_topic {
    void operator()(rd_kafka_topic_t* t) const noexcept { rd_kafka_topic_destroy(t); }
};
using topic = std::unique_ptr<rd_kafka_topic_t, destroy_topic>;

client make_client(rd_kafka_type_t type, configuration from);
topic make_topic(const client& of, const std::string& name);

/// "librdkafka 2.16.1": the one that is loaded, which need not be the one compiled against.
std::string version();

} // namespace bench::rdkafka
