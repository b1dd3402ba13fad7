#include "options/checks.hpp"
#include "options/letters.hpp"
#include "options/strategy_names.hpp"
#include "options/validate.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace kcpp::options {

namespace {

using std::chrono::milliseconds;

/// The rule of the broker's JoinGroup (KIP-345).
std::optional<error> check_instance_id(const consumer_options& c) {
    constexpr std::size_t most = 249;
    const std::string& id = c.group_instance_id;
    if (id.empty()) return std::nullopt;
    const bool valid =
        id.size() <= most && id != "." && id != ".." && std::ranges::all_of(id, [](char ch) {
            return is_letter(ch) || is_digit(ch) || ch == '.' || ch == '_' || ch == '-';
        });
    if (!valid) {
        return option_error("consumer_options::group_instance_id (group.instance.id) is \"", id,
                            "\"; brokers take up to ", most,
                            " ASCII letters, digits, '.', '_' and '-'");
    }
    if (c.group_id.empty()) {
        return option_error("consumer_options::group_instance_id (group.instance.id) is \"", id,
                            "\", but there is no group; give group_id (group.id) too");
    }
    return std::nullopt;
}

std::optional<error> check_strategies(const consumer_options& c) {
    constexpr const char* option =
        "consumer_options::assignment_strategies (partition.assignment.strategy)";
    std::set<std::string_view> names;
    for (const partition_assignment_strategy& listed : c.assignment_strategies) {
        const auto* own = std::get_if<std::shared_ptr<partition_assignor>>(&listed);
        if (own != nullptr && !*own) return option_error(option, " holds a null assignor");
        const auto [name, is_new] = names.insert(name_of(listed));
        if (name->empty())
            return option_error(option, " holds an assignor whose name() is empty; members agree "
                                        "on a strategy by its name");
        if (auto wrong = first_wrong({checked_text{option, *name}})) return wrong;
        if (!is_new) return option_error(option, " names a strategy twice");
    }
    return std::nullopt;
}

std::optional<error> check_group(const consumer_options& c) {
    if (auto wrong = check_instance_id(c)) return wrong;
    if (c.heartbeat_interval >= c.session_timeout) {
        return option_error("consumer_options::heartbeat_interval (heartbeat.interval.ms) is ",
                            c.heartbeat_interval,
                            ", not less than session_timeout (session.timeout.ms) with ",
                            c.session_timeout, "; a third of it is usual");
    }
    if (c.group_protocol == group_protocol::consumer && !c.assignment_strategies.empty()) {
        return option_error("consumer_options::assignment_strategies "
                            "(partition.assignment.strategy) is for the classic protocol, and "
                            "group_protocol (group.protocol) asks for the consumer protocol, under "
                            "which the brokers share out; leave it empty, or use server_assignor "
                            "(group.remote.assignor)");
    }
    if (c.group_protocol == group_protocol::classic && !c.server_assignor.empty()) {
        return option_error("consumer_options::server_assignor (group.remote.assignor) is for the "
                            "consumer protocol, and group_protocol (group.protocol) asks for the "
                            "classic one; leave it empty, or use assignment_strategies "
                            "(partition.assignment.strategy)");
    }
    return check_strategies(c);
}

std::optional<error> check_interceptors(const consumer_options& c) {
    if (std::ranges::find(c.interceptors, nullptr) == c.interceptors.end()) return std::nullopt;
    return option_error("consumer_options::interceptors has a null pointer in it");
}

std::optional<error> check_fetch(const consumer_options& c) {
    if (auto wrong = first_wrong({
            checked_number{"consumer_options::max_poll_records (max.poll.records)",
                           number(c.max_poll_records), 1},
            checked_number{"consumer_options::max_poll_bytes", number(c.max_poll_bytes), 1,
                           std::numeric_limits<std::int64_t>::max()},
            checked_number{"consumer_options::fetch_min_bytes (fetch.min.bytes)", c.fetch_min_bytes,
                           0},
            checked_number{"consumer_options::fetch_max_bytes (fetch.max.bytes)", c.fetch_max_bytes,
                           1},
            checked_number{"consumer_options::partition_fetch_bytes (max.partition.fetch.bytes)",
                           c.partition_fetch_bytes, 1},
            checked_number{"consumer_options::buffer_bytes", number(c.buffer_bytes), 1,
                           std::numeric_limits<std::int64_t>::max()},
        })) {
        return wrong;
    }
    if (c.fetch_min_bytes > c.fetch_max_bytes) {
        return option_error("consumer_options::fetch_min_bytes (fetch.min.bytes) is ",
                            c.fetch_min_bytes,
                            ", more than fetch_max_bytes (fetch.max.bytes) with ",
                            c.fetch_max_bytes, "; every fetch would wait in vain");
    }
    return std::nullopt;
}

} // namespace

std::optional<error> validate(const consumer_options& consumer) {
    if (auto wrong = first_wrong(
            {checked_text{"consumer_options::group_id (group.id)", consumer.group_id}})) {
        return wrong;
    }
    constexpr milliseconds none{0};
    if (auto wrong = first_wrong({
            {"consumer_options::auto_commit_interval (auto.commit.interval.ms)",
             consumer.auto_commit_interval},
            {"consumer_options::session_timeout (session.timeout.ms)", consumer.session_timeout},
            {"consumer_options::heartbeat_interval (heartbeat.interval.ms)",
             consumer.heartbeat_interval},
            {"consumer_options::max_poll_interval (max.poll.interval.ms)",
             consumer.max_poll_interval},
            {"consumer_options::fetch_max_wait (fetch.max.wait.ms)", consumer.fetch_max_wait, none},
            {"consumer_options::close_timeout", consumer.close_timeout, none},
        })) {
        return wrong;
    }
    if (auto wrong = check_group(consumer)) return wrong;
    if (auto wrong = check_interceptors(consumer)) return wrong;
    return check_fetch(consumer);
}

std::optional<error> validate(const consumer_options& consumer, const client_options& client) {
    if (auto wrong = validate(consumer)) return wrong;
    if (consumer.fetch_max_wait >= client.request_timeout) {
        return option_error("consumer_options::fetch_max_wait (fetch.max.wait.ms) is ",
                            consumer.fetch_max_wait,
                            ", not less than client_options::request_timeout "
                            "(request.timeout.ms) with ",
                            client.request_timeout, "; idle fetches would time out");
    }
    // What librdkafka asks for too: room for the response around the records.
    constexpr std::size_t overhead = 512;
    const std::size_t needed = static_cast<std::size_t>(consumer.fetch_max_bytes) + overhead;
    if (needed > client.max_response_bytes) {
        return option_error("consumer_options::fetch_max_bytes (fetch.max.bytes) is ",
                            consumer.fetch_max_bytes,
                            ", too much for client_options::max_response_bytes (librdkafka: "
                            "receive.message.max.bytes) with ",
                            client.max_response_bytes, "; raise that to ", needed, " at least");
    }
    return std::nullopt;
}

} // namespace kcpp::options
