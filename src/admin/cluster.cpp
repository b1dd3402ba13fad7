#include "admin/core.hpp"
#include "admin/sentences.hpp"
#include "protocol/describe_cluster.hpp"
#include "protocol/metadata.hpp"

#include <kcpp/admin.hpp>

#include <algorithm>

namespace kcpp::administration {

namespace {

/// Both answers tell of the cluster in the same words.
template <class Response>
cluster_description from_wire(const Response& said, std::string cluster_id) {
    cluster_description cluster;
    cluster.cluster_id = std::move(cluster_id);
    cluster.controller = said.controller_id;
    for (const auto& b : said.brokers)
        cluster.brokers.push_back({b.node_id, b.host, b.port, b.rack.value_or("")});
    std::ranges::sort(cluster.brokers, {}, &broker_description::id);
    return cluster;
}

/// For brokers older than 2.8.
runtime::task<result<cluster_description>> from_metadata(std::shared_ptr<cluster::core> core,
                                                         runtime::time_point until) {
    protocol::metadata::request request;
    request.allow_auto_topic_creation = false;
    auto said = co_await core->call_any(request, until);
    if (!said) co_return said.error();
    co_return from_wire(said->body, said->body.cluster_id.value_or(""));
}

runtime::task<result<cluster_description>> describe(std::shared_ptr<cluster::core> core) {
    const auto until = runtime::after(core->rt().now(), core->options().api_timeout);
    const protocol::describe_cluster::request request;
    auto said = co_await core->call_any(request, until);
    if (!said && said.error() == client_errc::unsupported_version)
        co_return co_await from_metadata(core, until);
    if (!said) co_return said.error();
    if (said->body.error_code != 0) {
        const item what{"", "describe cluster"};
        co_return refused(what, static_cast<broker_errc>(said->body.error_code),
                          said->body.error_message, std::nullopt);
    }
    co_return from_wire(said->body, said->body.cluster_id);
}

} // namespace

} // namespace kcpp::administration

namespace kcpp {

future<cluster_description> admin::describe_cluster() {
    return administration::in_use(core_).run<cluster_description>(
        [](std::shared_ptr<cluster::core> client) {
            return administration::describe(std::move(client));
        });
}

} // namespace kcpp
