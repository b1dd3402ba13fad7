#pragma once

#include "consume_ledger.hpp"
#include "testing/simulation/random_stream.hpp"

#include <kcpp/consumer.hpp>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace kcpp::simulation {

/// How a member reads and commits.
enum class reading {
    /// `poll`, and `commit(batch)` once it is worked on.
    batches_by_hand,
    /// `poll`, and the library commits.
    batches_by_itself,
    /// `records()`, and the library commits.
    records_by_itself,
    /// `poll`, and the handler for revoked partitions commits.
    commit_when_revoked,
    /// `poll_async`, and the library commits.
    async_by_itself,
    /// `poll_async`, and the handler for revoked partitions has it committed.
    async_when_revoked,
    /// `records()`, and `commit(record)` now and then.
    records_by_hand,
};
inline constexpr std::size_t readings = 7, readings_that_commit_all = 6;

/// How a life as a member ends.
enum class farewell { close, unsubscribe, destroy };
inline constexpr std::size_t farewells = 3, farewells_that_commit = 2;

struct member_plan {
    reading how = reading::batches_by_itself;
    farewell end = farewell::close;
    runtime::duration life = std::chrono::seconds(5);
    /// How long a batch or a record is worked on, at most.
    runtime::duration most_work = std::chrono::milliseconds(5);
    consumer_options options;
    std::vector<std::string> topics;
    /// Matches these topics and no others. Empty: they are subscribed to by their names.
    std::string pattern{};
    /// Where handlers run inside `poll_async`.
    std::shared_ptr<kcpp::executor> executor{};
    /// Whether the application may be told of this, as things stand.
    std::function<bool(const error&)> excused;
    /// What else is done with a record, if anything.
    std::function<void(const consumer_record&)> begin_work{};
    /// Waits until that is done. If it says no, the member is as good as dead: it takes no leave.
    std::function<bool()> end_work{};
};

/// One member of a group, on a simulated thread of its client: joins, reads, commits, leaves.
class group_member {
public:
    group_member(scenario& run, consume_ledger& ledger, client& through, std::string name,
                 member_plan plan);

    /// Until its life is over, or `stop`.
    void live(std::stop_token stop);

private:
    rebalance_handlers handlers();
    void read_batches(const std::stop_token& stop);
    void read_records(const std::stop_token& stop);
    void hear(const char* what, const error& why);
    void handed_out(const consumer_record& record);
    bool work();
    bool work_on(const consumer_batch& batch);
    void leave();
    bool over(const std::stop_token& stop) const;

    scenario& run_;
    consume_ledger& ledger_;
    std::string name_;
    member_plan plan_;
    testing::random_stream random_;
    consume_ledger::member me_;
    runtime::time_point until_;
    bool dead_ = false;
    std::unique_ptr<consumer> consumer_;
};

} // namespace kcpp::simulation
