#pragma once

#include "nemesis.hpp"
#include "produce_ledger.hpp"
#include "receiving.hpp"
#include "scenario.hpp"

#include <kcpp/client.hpp>
#include <kcpp/consumer.hpp>
#include <kcpp/executor.hpp>

#include <memory>
#include <string>
#include <utility>

// What more than one workload needs.
namespace kcpp::simulation {

/// How soon brokers give each other up, some of it drawn.
testing::cluster_settings draw_cluster_settings(testing::random_stream& random);

/// Options of clients that give up soon, so that much happens in a run.
client_options impatient_client();

/// How much is fetched at once: from a record or two to all there is.
void draw_fetch_limits(consumer_options& into, testing::random_stream& random);

/// What all members of a group have in common.
struct group_terms {
    std::string group;
    group_protocol protocol;
    /// As the brokers have it, under the consumer protocol.
    std::chrono::milliseconds session;
    assignment_strategy strategy;
};
group_terms draw_group_terms(std::string group, testing::random_stream& random);

consumer_options draw_member_options(const group_terms& terms, reading how,
                                     testing::random_stream& random);

/// Where a member's handlers may run inside `poll_async`.
std::shared_ptr<executor> io_thread_of(scenario& run, const std::string& client);

/// Everything breaks that a group depends on, and its members are given up.
nemesis_options chaos_of(std::string group);

/// Somebody who writes what the others read: a client and a thread of their own, which set
/// `written` at the end. `random` is used on that thread.
void start_writer(scenario& run, produce_ledger& into, testing::random_stream& random,
                  detail::event& written);

/// Whether applications hear of this when the cluster cannot be reached, or of topics that brokers
/// deny.
bool is_of_broken_cluster(const error& why);

} // namespace kcpp::simulation
