#pragma once

#include "admin/destination.hpp"
#include "admin/side_by_side.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

namespace kcpp::administration {

/// How long a broker may work on a request: its own answer, even a late one, says more than ours
/// that none came.
inline std::chrono::milliseconds broker_patience(cluster::core& core, runtime::time_point until) {
    const runtime::duration left =
        std::min<runtime::duration>(core.options().request_timeout, until - core.rt().now());
    const auto most_of_it = std::chrono::duration_cast<std::chrono::milliseconds>(left / 10 * 9);
    return std::max(most_of_it, std::chrono::milliseconds(1));
}

/// `Operation::adapt`, if there is one.
template <class Operation>
struct adapter {
    template <class Request>
    void operator()(Request& request, std::int16_t version) const {
        if constexpr (requires { Operation::adapt(request, version); })
            Operation::adapt(request, version);
    }
};

/// What `settle` needs of an operation:
///
///     struct delete_topics {
///         verdict_sheet<void> sheet;
///         std::unique_ptr<destination> to;
///         /// The request for these items.
///         request ask(const std::vector<item_index>& items, std::chrono::milliseconds patience);
///         /// If no newer version than this may be spoken.
///         static constexpr std::int16_t newest = 9;
///         /// If the request does not read the same in every version.
///         static void adapt(request& what, std::int16_t version);
///         /// Puts what was said about them onto the sheet.
///         void read(network::answer<response>& said, std::int32_t node);
///     };
template <class Operation>
runtime::task<> ask_one_broker(std::shared_ptr<cluster::core> core, Operation* operation,
                               std::int32_t node, std::vector<item_index> items,
                               runtime::time_point until) {
    sheet& account = operation->sheet;
    network::call_options options;
    options.limits = {core->options().request_timeout, until};
    options.leaves = account.leaves();
    if constexpr (requires { Operation::newest; }) options.newest = Operation::newest;
    const auto request = operation->ask(items, broker_patience(*core, until));
    constexpr adapter<Operation> adapt;
    auto said = co_await core->call(node, cluster::purpose::general, request, options, adapt);
    if (said) {
        account.begin_answer(node);
        operation->read(*said, node);
        account.end_answer(items);
    } else {
        account.fail(items, said.error());
    }
    std::erase_if(items, [&](item_index i) { return !account.is_open(i); });
    if (!items.empty()) operation->to->forget(account, items, node);
}

/// Asks whoever must be asked until every item has its verdict or the time for the operation is
/// over. What failed for a passing reason is asked for again after a growing pause, and nothing
/// else is.
template <class Operation>
auto settle(std::shared_ptr<cluster::core> core, Operation operation)
    -> runtime::task<result<decltype(operation.sheet.verdicts_in_order())>> {
    const client_options& options = core->options();
    const auto until = runtime::after(core->rt().now(), options.api_timeout);
    network::backoff pauses(options.retry_backoff, options.retry_backoff_max);
    sheet& account = operation.sheet;
    while (!account.settled()) {
        const routes found = co_await operation.to->find(account, until);
        std::vector<runtime::task<>> calls;
        for (const auto& [node, items] : found)
            calls.push_back(ask_one_broker(core, &operation, node, items, until));
        co_await side_by_side(core, std::move(calls));
        if (account.settled()) break;
        const bool again = co_await core->pause(pauses.next(core->rt().random()), until);
        if (again) continue;
        if (core->closing())
            account.give_up(core->closed_error());
        else
            account.give_up(
                error(client_errc::timed_out, base::text("not done within ", options.api_timeout)));
    }
    if (auto nobody = account.unreachable()) co_return *nobody;
    co_return operation.sheet.verdicts_in_order();
}

} // namespace kcpp::administration
