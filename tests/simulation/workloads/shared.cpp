#include "shared.hpp"

#include "sending.hpp"

namespace kcpp::simulation {

using std::chrono::milliseconds;
using std::chrono::seconds;

testing::cluster_settings draw_cluster_settings(testing::random_stream& random) {
    testing::cluster_settings settings;
    settings.groups.min_session_timeout = milliseconds(100);
    settings.replica_lag_time_max = milliseconds(random.between(200, 3000));
    settings.broker_session_timeout = milliseconds(random.between(500, 3000));
    return settings;
}

client_options impatient_client() {
    client_options o;
    o.request_timeout = seconds(1);
    o.connect_timeout = milliseconds(500);
    o.connect_timeout_max = seconds(1);
    o.api_timeout = seconds(5);
    return o;
}

void draw_fetch_limits(consumer_options& into, testing::random_stream& random) {
    into.max_poll_records = static_cast<std::size_t>(random.between(1, 50));
    into.fetch_max_wait = milliseconds(random.between(10, 500));
    into.partition_fetch_bytes = static_cast<std::int32_t>(random.between(100, 20'000));
    into.fetch_max_bytes =
        static_cast<std::int32_t>(random.between(into.partition_fetch_bytes, 50'000));
    into.buffer_bytes = static_cast<std::size_t>(random.between(into.fetch_max_bytes, 200'000));
}

group_terms draw_group_terms(std::string group, testing::random_stream& random) {
    group_terms terms;
    terms.group = std::move(group);
    terms.protocol = random.below(2) == 0 ? group_protocol::consumer : group_protocol::classic;
    terms.session = milliseconds(random.between(1000, 4000));
    terms.strategy = assignment_strategy(
        random.between(static_cast<int>(assignment_strategy::round_robin),
                       static_cast<int>(assignment_strategy::cooperative_sticky)));
    return terms;
}

consumer_options draw_member_options(const group_terms& terms, reading how,
                                     testing::random_stream& random) {
    const bool by_brokers = terms.protocol == group_protocol::consumer;
    consumer_options o;
    o.group_id = terms.group;
    o.offset_reset = offset_reset::earliest;
    o.auto_commit = how == reading::batches_by_itself || how == reading::records_by_itself ||
                    how == reading::async_by_itself;
    o.group_protocol = terms.protocol;
    if (by_brokers)
        o.server_assignor = random.below(2) == 0 ? "uniform" : "range";
    else
        o.assignment_strategies = {terms.strategy};
    if (!by_brokers && terms.strategy != assignment_strategy::cooperative_sticky) {
        // What all have in common decides, and what most like best of that.
        o.assignment_strategies.push_back(assignment_strategy::range);
        if (random.below(4) == 0) std::swap(o.assignment_strategies[0], o.assignment_strategies[1]);
    }
    o.auto_commit_interval = milliseconds(random.between(50, 2000));
    o.session_timeout = by_brokers ? terms.session : milliseconds(random.between(1000, 4000));
    o.heartbeat_interval = o.session_timeout / 4;
    o.max_poll_interval = milliseconds(random.between(5000, 10'000));
    draw_fetch_limits(o, random);
    o.close_timeout = milliseconds(random.between(500, 3000));
    return o;
}

namespace {

class io_thread final : public executor {
public:
    explicit io_thread(testing::simulated_runtime& rt) : rt_(rt) {}
    void execute(unique_function<void()> work) override { rt_.execute(std::move(work)); }

private:
    testing::simulated_runtime& rt_;
};

} // namespace

std::shared_ptr<executor> io_thread_of(scenario& run, const std::string& client) {
    return std::make_shared<io_thread>(run.runtime_of(client));
}

nemesis_options chaos_of(std::string group) {
    using testing::api;
    nemesis_options o;
    o.failing = {api::produce,          api::fetch,
                 api::metadata,         api::list_offsets,
                 api::offset_commit,    api::offset_fetch,
                 api::join_group,       api::sync_group,
                 api::heartbeat,        api::leave_group,
                 api::find_coordinator, api::consumer_group_heartbeat};
    o.group = std::move(group);
    return o;
}

void start_writer(scenario& run, produce_ledger& into, testing::random_stream& random,
                  detail::event& written) {
    run.start_thread("writer", "writer", [&run, &into, &random, &written] {
        producer_options options;
        options.delivery_timeout = seconds(5);
        options.compression = compression(random.below(5));
        sender_plan plan;
        plan.how = style::callbacks;
        // Often more than the readers keep up with.
        const bool many = random.below(2) == 0;
        plan.records = static_cast<std::size_t>(random.between(20, many ? 600 : 150));
        plan.most_pause = milliseconds(random.between(1, 400));
        auto through = run.make_client("writer", impatient_client());
        sender_thread sender({run, into, std::make_shared<producer>(through, options), "writer",
                              "writer", options, plan});
        sender.run();
        written.set();
    });
}

bool is_of_broken_cluster(const error& why) {
    return why.retriable() || why == client_errc::timed_out ||
           why == broker_errc::unknown_topic_or_partition;
}

} // namespace kcpp::simulation
