#include "admin/destination.hpp"

#include "admin/side_by_side.hpp"

#include <algorithm>

namespace kcpp::administration {

namespace {

error not_in_cluster(std::int32_t broker) {
    return error(broker_errc::broker_not_available,
                 base::text("broker ", broker, " is not part of the cluster now; ",
                            "describe_cluster() tells which are"),
                 {.broker = broker});
}

} // namespace

runtime::task<routes> any_broker::find(sheet& items, runtime::time_point) {
    routes found;
    found[core_->pool().any_node()] = items.open();
    co_return found;
}

runtime::task<routes> controller::find(sheet& items, runtime::time_point until) {
    routes found;
    const auto waiting = items.open();
    auto known = core_->metadata().current();
    if (stale_ || !known->brokers.contains(known->controller)) {
        auto asked = co_await core_->metadata().ping(until);
        if (!asked) {
            items.fail(waiting, asked.error());
            co_return found;
        }
        stale_ = false;
        known = core_->metadata().current();
    }
    if (known->brokers.contains(known->controller)) {
        found[known->controller] = waiting;
    } else {
        stale_ = true;
        items.fail(waiting, error(broker_errc::not_controller,
                                  "the cluster has no controller at the moment"));
    }
    co_return found;
}

runtime::task<routes> group_coordinators::find(sheet& items, runtime::time_point until) {
    routes found;
    std::vector<runtime::task<>> searches;
    for (item_index i : items.open())
        searches.push_back(find_one(&items, i, until, &found));
    co_await side_by_side(core_, std::move(searches));
    co_return found;
}

runtime::task<> group_coordinators::find_one(sheet* items, item_index i, runtime::time_point until,
                                             routes* into) {
    const std::string id = items->at(i).name;
    auto node = co_await core_->coordinators().find(cluster::coordinator_type::group, id, until);
    if (node)
        (*into)[*node].push_back(i);
    else
        items->fail({&i, 1}, node.error());
}

void group_coordinators::forget(const sheet& items, const std::vector<item_index>& which,
                                std::int32_t node) {
    for (item_index i : which)
        core_->coordinators().forget(cluster::coordinator_type::group, items.at(i).name, node);
}

runtime::task<routes> own_broker::find(sheet& items, runtime::time_point until) {
    routes found;
    const auto waiting = items.open();
    const bool somebody =
        std::ranges::any_of(waiting, [&](item_index i) { return brokers_[i].has_value(); });
    if (stale_ && somebody) {
        auto asked = co_await core_->metadata().ping(until);
        if (!asked) {
            items.fail(waiting, asked.error());
            co_return found;
        }
        stale_ = false;
    }
    const auto known = core_->metadata().current();
    const std::int32_t any = core_->pool().any_node();
    for (item_index i : waiting) {
        const std::int32_t wanted = brokers_[i].value_or(any);
        if (wanted == any || known->brokers.contains(wanted))
            found[wanted].push_back(i);
        else
            items.fail({&i, 1}, not_in_cluster(wanted));
    }
    co_return found;
}

} // namespace kcpp::administration
