#pragma once

#include "member.hpp"
#include "narrator.hpp"
#include "orders.hpp"

#include <kcpp/admin.hpp>
#include <kcpp/client.hpp>
#include <kcpp/error.hpp>

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>

namespace quickstart {

/// What the quickstart does, step by step, over one client.
class story {
public:
    story(narrator& tell, const std::string& bootstrap, std::size_t records);

    /// Throws what went wrong; the topic is deleted then, too.
    void tell_all();

private:
    void look_at_cluster();
    void create_topic();
    void form_group();
    void write();
    void note_failure(const kcpp::error& why);
    /// How many records the group has not committed yet.
    std::size_t lag();
    void tell_lag();
    void read();
    void check();
    void clean_up();

    narrator& tell_;
    const std::string bootstrap_;
    kcpp::client client_;
    kcpp::admin admin_;
    orders orders_;
    std::list<member> members_;
    /// Of the topic and of the group.
    const std::string name_;
    std::size_t brokers_ = 0;
    std::mutex failure_mutex_;
    std::optional<kcpp::error> failure_;
};

} // namespace quickstart
