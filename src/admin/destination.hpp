#pragma once

#include "admin/verdict_sheet.hpp"
#include "cluster/core.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kcpp::administration {

/// Which broker is asked for which items.
using routes = std::map<std::int32_t, std::vector<item_index>>;

/// Knows who must be asked. One per operation.
class destination {
public:
    explicit destination(std::shared_ptr<cluster::core> core) noexcept : core_(std::move(core)) {}
    destination(const destination&) = delete;
    destination& operator=(const destination&) = delete;
    virtual ~destination() = default;

    /// Routes for what is open. What has no route now fails on the sheet, for now or for good.
    virtual runtime::task<routes> find(sheet& items, runtime::time_point until) = 0;
    /// This broker could not be asked for these, or said that others must be asked (C16).
    virtual void forget(const sheet& items, const std::vector<item_index>& which,
                        std::int32_t node) = 0;

protected:
    std::shared_ptr<cluster::core> core_;
};

/// For what every broker knows.
class any_broker final : public destination {
public:
    using destination::destination;
    runtime::task<routes> find(sheet& items, runtime::time_point until) override;
    void forget(const sheet&, const std::vector<item_index>&, std::int32_t) override {}
};

/// For what changes the cluster. With KRaft every broker passes it on, and metadata names any one.
class controller final : public destination {
public:
    using destination::destination;
    runtime::task<routes> find(sheet& items, runtime::time_point until) override;
    void forget(const sheet&, const std::vector<item_index>&, std::int32_t) override {
        stale_ = true;
    }

private:
    bool stale_ = false;
};

/// For groups: items are named by their group's id.
class group_coordinators final : public destination {
public:
    using destination::destination;
    runtime::task<routes> find(sheet& items, runtime::time_point until) override;
    void forget(const sheet& items, const std::vector<item_index>& which,
                std::int32_t node) override;

private:
    runtime::task<> find_one(sheet* items, item_index i, runtime::time_point until, routes* into);
};

/// For what a certain broker has to be asked for, beside what any broker knows.
class own_broker final : public destination {
public:
    /// By item: the broker, or nothing if any will do.
    own_broker(std::shared_ptr<cluster::core> core,
               std::vector<std::optional<std::int32_t>> brokers) noexcept
        : destination(std::move(core)), brokers_(std::move(brokers)) {}
    runtime::task<routes> find(sheet& items, runtime::time_point until) override;
    void forget(const sheet&, const std::vector<item_index>&, std::int32_t) override {
        stale_ = true;
    }

private:
    std::vector<std::optional<std::int32_t>> brokers_;
    bool stale_ = true;
};

} // namespace kcpp::administration
