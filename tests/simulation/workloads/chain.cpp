// Three groups, each of which reads a topic and writes the next. Members come, leave and die, and
// everything breaks; in the end every record has gone all the way, in the order of its key.

#include "chain_ledger.hpp"
#include "copying.hpp"
#include "shared.hpp"
#include "workload.hpp"

#include <deque>

namespace kcpp::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t stages = 3;

std::string topic(std::size_t hop) {
    return "chain-" + std::to_string(hop);
}

std::string group_of(std::size_t stage) {
    return "stage-" + std::to_string(stage);
}

class chain_run {
public:
    explicit chain_run(scenario& run)
        : run_(run), random_(run.random("workload")), ledger_(run, topics()),
          chaos_(run, draw_chaos()) {
        for (std::size_t stage = 1; stage <= stages; ++stage) {
            terms_.push_back(draw_group_terms(group_of(stage), random_));
            terms_.back().session = terms_.front().session; // the brokers have one for all
            consumed_.emplace_back(run, group_of(stage));
        }
    }

    void go() {
        make_cluster();
        chaos_.start();
        start_source();
        for (std::size_t stage = 1; stage <= stages; ++stage) {
            const auto members = random_.between(1, 2);
            for (std::int64_t i = 1; i <= members; ++i)
                start_member(stage, group_of(stage) + "-member-" + std::to_string(i), i == 1);
            of(stage).watch_commits();
        }
        run_.start_thread("main", "", [this] { see_to_the_end(); });
        run_.run(seconds(900));
        ledger_.check();
        for (std::size_t stage = 1; stage <= stages; ++stage)
            of(stage).check_content({topic(stage - 1)});
    }

private:
    static std::vector<std::string> topics() {
        std::vector<std::string> all;
        for (std::size_t hop = 0; hop <= stages; ++hop)
            all.push_back(topic(hop));
        return all;
    }

    nemesis_options draw_chaos() {
        auto chaos = chaos_of(group_of(static_cast<std::size_t>(random_.between(1, stages))));
        chaos.on_expired = [this](const std::string& member) {
            for (auto& group : consumed_)
                group.expired(member);
        };
        return chaos;
    }

    void make_cluster() {
        const auto brokers = static_cast<std::int32_t>(random_.between(1, 3));
        auto settings = draw_cluster_settings(random_);
        settings.consumer_groups = {terms_.front().session, terms_.front().session / 4};
        run_.start_cluster(brokers, settings);
        const auto partitions = static_cast<std::int32_t>(random_.between(1, 3));
        for (const auto& name : ledger_.topics())
            run_.create_topic(name, partitions, static_cast<std::int16_t>(brokers));
    }

    void start_source() {
        run_.start_thread("source", "source", [this] {
            auto through = run_.make_client("source", impatient_client());
            copier first(run_, ledger_, through, "source", topic(0), seconds(5));
            const auto keys = static_cast<std::uint64_t>(random_.between(1, 6));
            const auto most_pause = random_.between(1, 400);
            for (auto left = random_.between(20, 120); left > 0; --left) {
                const auto key = static_cast<std::uint32_t>(random_.below(keys));
                first.send(ledger_.begin(key), "key-" + std::to_string(key));
                if (random_.below(3) == 0)
                    run_.world.sleep(milliseconds(random_.between(0, most_pause)));
            }
            if (!first.wait(runtime::after(run_.now(), seconds(300))))
                run_.problems.add("not all could be written");
            written_.set();
        });
    }

    /// Lives one life after the other; one member of each stage lives until all is done.
    void start_member(std::size_t stage, const std::string& name, bool to_the_end) {
        run_.start_thread(name, name, [this, stage, name, to_the_end] {
            run_.world.sleep(milliseconds(random_.below(3000)));
            auto through = run_.make_client(name, impatient_client());
            const auto lives = to_the_end ? 1 : random_.between(1, 4);
            for (std::int64_t i = 1; i <= lives && !over_.stop_requested(); ++i) {
                live(stage, through, name, " life " + std::to_string(i), to_the_end);
                run_.world.sleep(milliseconds(random_.below(2000)));
            }
        });
    }

    void live(std::size_t stage, client& through, const std::string& client_name,
              const std::string& which, bool to_the_end) {
        const std::string name = client_name + which;
        const bool dies = !to_the_end && random_.below(2) == 0;
        auto plan = draw_member_plan(stage, to_the_end);
        plan.executor = io_thread_of(run_, client_name);
        if (dies) plan.options.close_timeout = milliseconds(0); // it takes no leave of anybody
        const auto death = dies ? runtime::after(run_.now(), plan.life) : runtime::never;
        copier next(run_, ledger_, through, name, topic(stage), plan.options.close_timeout);
        plan.begin_work = [&](const consumer_record& record) { next.send_copy(record); };
        plan.end_work = [&] { return next.wait(death); };
        group_member(run_, of(stage), through, name, std::move(plan)).live(over_.get_token());
    }

    member_plan draw_member_plan(std::size_t stage, bool to_the_end) {
        member_plan plan;
        plan.how = reading(random_.below(readings));
        plan.end = farewell(random_.below(farewells));
        plan.excused = [this](const error& why) { return is_excused(why); };
        plan.topics = {topic(stage - 1)};
        plan.life = to_the_end ? runtime::duration(std::chrono::hours(1))
                               : runtime::duration(milliseconds(random_.between(100, 12'000)));
        plan.most_work = milliseconds(random_.between(0, 60));
        plan.options = draw_member_options(terms_[stage - 1], plan.how, random_);
        return plan;
    }

    bool is_excused(const error& why) const {
        const bool mended = run_.now() > runtime::after(calm_since_, seconds(15));
        return !mended && is_of_broken_cluster(why);
    }

    bool all_arrived() const {
        for (std::size_t stage = 1; stage <= stages; ++stage)
            if (!consumed_[stage - 1].all_done({topic(stage - 1)})) return false;
        return true;
    }

    void see_to_the_end() {
        run_.world.block(written_, std::nullopt);
        chaos_.wait_for_calm();
        calm_since_ = run_.now();
        // Members that were given up must be missed first, and what hangs be given up: in each
        // stage after the other, at worst.
        const auto until = runtime::after(run_.now(), seconds(60));
        while (!all_arrived() && run_.now() < until)
            run_.world.sleep(milliseconds(50));
        for (std::size_t stage = 1; stage <= stages && !all_arrived(); ++stage)
            run_.problems.add("after all is well again, " + group_of(stage) + " is here" +
                              of(stage).describe());
        over_.request_stop();
        run_.world.sleep(seconds(10));
    }

    consume_ledger& of(std::size_t stage) { return consumed_[stage - 1]; }

    scenario& run_;
    testing::random_stream random_;
    chain_ledger ledger_;
    std::vector<group_terms> terms_;
    std::deque<consume_ledger> consumed_; // of each stage
    nemesis chaos_;
    runtime::time_point calm_since_ = runtime::never;
    detail::event written_;
    std::stop_source over_;
};

} // namespace

void chain(scenario& run) {
    chain_run(run).go();
}

} // namespace kcpp::simulation
