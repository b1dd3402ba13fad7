#include "admin/core.hpp"
#include "admin/sentences.hpp"
#include "admin/side_by_side.hpp"
#include "protocol/list_groups.hpp"

#include <kcpp/admin.hpp>

#include <map>

namespace kcpp::administration {

namespace {

namespace list_groups = protocol::list_groups;

/// What came of asking all brokers at once.
struct survey {
    std::map<std::string, group_listing> groups;
    std::optional<error> failure;
};

runtime::task<> ask_broker(std::shared_ptr<cluster::core> core, std::int32_t broker,
                           runtime::time_point until, survey* into) {
    const list_groups::request request;
    network::call_options options;
    options.limits = {core->options().request_timeout, until};
    auto said = co_await core->call(broker, cluster::purpose::general, request, options);
    if (!said) {
        into->failure = said.error();
    } else if (said->body.error_code != 0) {
        const item what{"", base::text("list groups of broker ", broker)};
        into->failure = refused(what, static_cast<broker_errc>(said->body.error_code), {}, broker);
    } else {
        // A group that has just moved is told of twice (C18).
        for (auto& g : said->body.groups)
            into->groups.try_emplace(g.group_id,
                                     group_listing{g.group_id, g.protocol_type, g.state, g.type});
    }
}

/// The groups of a broker that has gone are with others soon. So one failure makes all be asked
/// again: only a round in which each broker answered is complete.
runtime::task<result<std::vector<group_listing>>> list(std::shared_ptr<cluster::core> core) {
    const client_options& options = core->options();
    const auto until = runtime::after(core->rt().now(), options.api_timeout);
    network::backoff pauses(options.retry_backoff, options.retry_backoff_max);
    for (;;) {
        auto fresh = co_await core->metadata().ping(until);
        if (!fresh) co_return fresh.error();
        survey round;
        std::vector<runtime::task<>> calls;
        for (const auto& [id, broker] : core->metadata().current()->brokers)
            calls.push_back(ask_broker(core, id, until, &round));
        co_await side_by_side(core, std::move(calls));
        if (!round.failure) {
            std::vector<group_listing> all;
            for (auto& [id, group] : round.groups)
                all.push_back(std::move(group));
            co_return std::move(all);
        }
        if (!round.failure->retriable()) co_return *round.failure;
        const bool again = co_await core->pause(pauses.next(core->rt().random()), until);
        if (!again) co_return core->closing() ? core->closed_error() : *round.failure;
    }
}

} // namespace

} // namespace kcpp::administration

namespace kcpp {

future<std::vector<group_listing>> admin::list_groups() {
    return administration::in_use(core_).run<std::vector<group_listing>>(
        [](std::shared_ptr<cluster::core> client) {
            return administration::list(std::move(client));
        });
}

} // namespace kcpp
