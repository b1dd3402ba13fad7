#pragma once

#include "../../testing/batches.hpp"
#include "../../testing/raw_client.hpp"
#include "protocol/all.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kcpp::integration {

/// One of two clusters that are asked the same, frame by frame. Keeps what it answered, with names
/// and ids that cannot be the same on both sides masked.
class side {
public:
    /// `port` is any broker's.
    explicit side(std::uint16_t port);

    /// What the cluster answered so far, a line for each answer.
    const std::string& told() const { return told_; }

    /// Asks and keeps the answer. `what` says in the story what it was about.
    template <class Request>
    typename Request::response_type tell(const char* what, raw_client& to, const Request& q,
                                         std::int16_t version = protocol::newest_sent<Request>()) {
        auto r = to.ask(q, version);
        write(what, protocol::print(r, version));
        return r;
    }
    /// A line that is no answer.
    void write(const std::string& what, std::string text);
    /// From now on `value` is called `name` in the story.
    void mask(std::string value, std::string name);

    /// A topic of one replica, whose leaders are ready to serve it, under a name of its own that
    /// the story tells as `as`.
    std::string create_topic(const std::string& as, std::int32_t partitions = 1,
                             std::vector<std::pair<std::string, std::string>> configs = {});
    protocol::uuid id_of(const std::string& topic);
    raw_client& any() { return any_; }
    raw_client& leader_of(const std::string& topic, std::int32_t partition = 0);
    /// A young cluster has no ids to give out yet.
    void wait_for_producer_ids();
    /// A group's name that is used nowhere else.
    std::string name_group(const std::string& as);
    /// Ready to serve the group.
    raw_client& coordinator_of(const std::string& group);

    // requests as scenarios need them

    protocol::produce::request produce(const std::string& topic,
                                       const std::vector<std::byte>& batch, std::int16_t acks = -1);
    protocol::fetch::request fetch(const std::string& topic, std::int64_t offset);

private:
    raw_client& at(std::int32_t broker);
    protocol::metadata::topic_metadata describe(const std::string& topic);
    std::string fresh(const std::string& as);

    raw_client any_;
    std::map<std::int32_t, std::unique_ptr<raw_client>> brokers_;
    std::vector<std::pair<std::string, std::string>> masks_;
    std::string told_;
};

/// What stands up to `end` and with it, where it occurs: Kafka has more to say behind it.
std::optional<std::string> cut_behind(const std::optional<std::string>& text, const char* end);

} // namespace kcpp::integration
