#include "consumer/group/protocol_choice.hpp"

#include "consumer/core.hpp"
#include "consumer/group/consumer_protocol/standing.hpp"
#include "network/backoff.hpp"
#include "protocol/consumer_group_heartbeat.hpp"
#include "protocol/describe_groups.hpp"
#include "protocol/metadata.hpp"
#include "protocol/offset_commit.hpp"

#include <optional>
#include <string>

namespace kcpp::consuming {

namespace {

/// With the member's id of its own choice (KIP-1082), offsets by topic id, and the names of those.
constexpr std::int16_t heartbeat_needed = 1, commit_needed = 10, metadata_needed = 10;

/// Calls the request off, once it is known in which version it would go out.
struct only_look {
    std::int16_t& version;

    template <class Request>
    result<void> operator()(Request&, std::int16_t negotiated) const {
        version = negotiated;
        return error(client_errc::cancelled, "only the version is of interest");
    }
};

/// The version in which the coordinator would take it; -1 if it does not.
template <class Request>
runtime::task<result<std::int16_t>> version_of(std::shared_ptr<group_coordinator> coordinator,
                                               network::call_options limits) {
    const Request never_sent;
    std::int16_t version = -1;
    const only_look look{version};
    auto outcome =
        co_await coordinator->ask(cluster::purpose::coordinator, never_sent, limits, look);
    if (version < 0 && outcome.error() != client_errc::unsupported_version)
        co_return outcome.error();
    co_return version;
}

/// Why it has to be the classic protocol; nothing if it need not.
runtime::task<result<std::optional<std::string>>> look(std::shared_ptr<core> owner,
                                                       network::call_options limits) {
    const auto coordinator = owner->coordinator();
    const auto heartbeat =
        co_await version_of<protocol::consumer_group_heartbeat::request>(coordinator, limits);
    if (!heartbeat) co_return heartbeat.error();
    const auto commit = co_await version_of<protocol::offset_commit::request>(coordinator, limits);
    if (!commit) co_return commit.error();
    const auto metadata = co_await version_of<protocol::metadata::request>(coordinator, limits);
    if (!metadata) co_return metadata.error();
    if (*heartbeat < heartbeat_needed || *commit < commit_needed || *metadata < metadata_needed)
        co_return std::optional<std::string>(
            "the brokers do not have all of the consumer protocol");
    protocol::describe_groups::request asked;
    asked.groups.push_back(coordinator->group());
    auto said = co_await coordinator->ask(cluster::purpose::coordinator, asked, limits);
    if (!said) co_return said.error();
    if (said->body.groups.size() != 1)
        co_return error(client_errc::protocol_error, "DescribeGroups was not answered");
    const auto& group = said->body.groups[0];
    const auto code = static_cast<broker_errc>(group.error_code);
    if (moves_coordinator(code)) coordinator->forget();
    // This it says of groups under the consumer protocol, too.
    if (code == broker_errc::group_id_not_found) co_return std::optional<std::string>();
    if (error failure(code, "DescribeGroups"); code != broker_errc::none && failure.retriable())
        co_return failure;
    if (code != broker_errc::none)
        co_return std::optional<std::string>("the group may not be described");
    if (!group.members.empty())
        co_return std::optional<std::string>("the group has members under the classic protocol");
    co_return std::optional<std::string>();
}

} // namespace

runtime::task<group_protocol> choose_protocol(std::shared_ptr<core> owner) {
    const consumer_options& options = owner->options();
    if (options.group_protocol != group_protocol::automatic) co_return options.group_protocol;
    cluster::core& cluster = owner->cluster();
    std::optional<std::string> reason;
    if (!options.assignment_strategies.empty()) reason = "assignment_strategies asks for it";
    network::backoff pauses(cluster.options().retry_backoff, cluster.options().retry_backoff_max);
    while (!reason && !owner->stopped()) {
        network::call_options limits;
        limits.limits.timeout = cluster.options().request_timeout;
        auto found = co_await look(owner, limits);
        if (found && !*found) {
            owner->log().info("group ", options.group_id, ": by the consumer protocol (KIP-848)");
            co_return group_protocol::consumer;
        }
        if (found)
            reason = **found;
        else if (!found.error().retriable())
            reason = found.error().message();
        else
            co_await cluster.pause(pauses.next(cluster.rt().random()), runtime::never);
    }
    owner->log().info("group ", options.group_id,
                      ": by the classic protocol: ", reason.value_or("the consumer was closed"));
    co_return group_protocol::classic;
}

} // namespace kcpp::consuming
