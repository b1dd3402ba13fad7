#pragma once

#include "orders.hpp"

#include <kcpp/client.hpp>
#include <kcpp/consumer.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <future>
#include <stop_token>
#include <string>
#include <vector>

namespace quickstart {

/// One of the group's members. They share a client; each is used by one thread at a time.
class member {
public:
    member(std::string name, kcpp::client& client, const std::string& group);

    const std::string& name() const noexcept { return name_; }
    std::size_t records() const noexcept { return records_; }
    /// "0, 2, 4"
    std::string partitions() const;

    /// Polls until this member has its share and `shared_out` says that everybody has.
    void join(const std::string& topic, const std::function<bool()>& shared_out,
              std::stop_token stop);
    /// Reads until all orders have arrived, and commits what was read.
    void read(orders& expected, std::stop_token stop);
    /// Ends a poll that waits. Any thread.
    void wake() noexcept { consumer_.wake(); }
    /// Leaves the group.
    void leave() { consumer_.close().value(); }

    /// How many partitions it had when it last looked. Any thread.
    std::size_t share() const noexcept { return share_; }

private:
    std::string name_;
    kcpp::consumer consumer_;
    std::size_t records_ = 0;
    std::atomic<std::size_t> share_{0};
};

} // namespace quickstart
