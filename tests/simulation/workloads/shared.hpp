#pragma once

#include "produce_ledger.hpp"
#include "scenario.hpp"

#include <kcpp/client.hpp>
#include <kcpp/consumer.hpp>

#include <utility>

// What more than one workload needs.
namespace kcpp::simulation {

/// How soon brokers give each other up, some of it drawn.
testing::cluster_settings draw_cluster_settings(testing::random_stream& random);

/// Options of clients that give up soon, so that much happens in a run.
client_options impatient_client();

/// How much is fetched at once: from a record or two to all there is.
void draw_fetch_limits(consumer_options& into, testing::random_stream& random);

/// Somebody who writes what the others read: a client and a thread of their own, which set
/// `written` at the end. `random` is used on that thread.
void start_writer(scenario& run, produce_ledger& into, testing::random_stream& random,
                  detail::event& written);

/// Whether applications hear of this when the cluster cannot be reached, or of topics that brokers
/// deny.
bool is_of_broken_cluster(const error& why);

} // namespace kcpp::simulation
