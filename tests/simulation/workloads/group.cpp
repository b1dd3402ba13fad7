// A group whose members come and go, on clients of their own, while somebody writes and everything
// breaks.

#include "produce_checker.hpp"
#include "shared.hpp"
#include "workload.hpp"

namespace kcpp::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* group_name = "group";

class group_run {
public:
    group_run(scenario& run, nemesis_options chaos)
        : run_(run), random_(run.random("workload")), produced_(run), consumed_(run, group_name),
          chaos_(run, hears_of_expired(std::move(chaos))) {}

    void go(bool with_faults) {
        with_faults_ = with_faults;
        make_cluster();
        if (with_faults)
            chaos_.start();
        else
            chaos_.calm().set();
        start_writer(run_, produced_, random_, written_);
        const auto members = random_.between(1, 4);
        for (std::int64_t i = 1; i <= members; ++i)
            start_member("member-" + std::to_string(i), i == 1);
        consumed_.watch_commits();
        run_.start_thread("main", "", [this] { see_to_the_end(); });
        run_.run(seconds(900));
        check_stored(run_, produced_);
        consumed_.check_content(produced_.topics());
        if (!with_faults) consumed_.check_once();
    }

private:
    nemesis_options hears_of_expired(nemesis_options chaos) {
        chaos.on_expired = [this](const std::string& member) { consumed_.expired(member); };
        return chaos;
    }

    void make_cluster() {
        const auto brokers = static_cast<std::int32_t>(random_.between(1, 3));
        auto settings = draw_cluster_settings(random_);
        settings.consumer_groups = {terms_.session, terms_.session / 4};
        if (racks_) settings.racks = {"a", "b", "c"};
        settings.rack_aware_reads = racks_ && random_.below(2) == 0;
        run_.start_cluster(brokers, settings);
        std::vector<std::string> names;
        for (std::int64_t i = random_.between(1, 2); i > 0; --i) {
            names.push_back("topic-" + std::to_string(i));
            run_.create_topic(names.back(), static_cast<std::int32_t>(random_.between(1, 4)),
                              static_cast<std::int16_t>(brokers));
        }
        produced_.set_topics(std::move(names));
    }

    member_plan draw_member_plan(const std::string& client, bool to_the_end) {
        member_plan plan;
        plan.executor = io_thread_of(run_, client);
        // Who does not commit all that was done must expect it again.
        plan.how = reading(random_.below(with_faults_ ? readings : readings_that_commit_all));
        plan.end = farewell(random_.below(with_faults_ ? farewells : farewells_that_commit));
        plan.excused = [this](const error& why) { return is_excused(why); };
        plan.topics = produced_.topics();
        if (random_.below(3) == 0) plan.pattern = "topic-[0-9]+";
        plan.life = to_the_end ? runtime::duration(std::chrono::hours(1))
                               : runtime::duration(milliseconds(random_.between(100, 12'000)));
        plan.most_work = milliseconds(random_.between(0, 60));
        plan.options = draw_member_options(terms_, plan.how, random_);
        return plan;
    }

    /// Lives one life after the other; one member lives until all is read.
    void start_member(const std::string& name, bool to_the_end) {
        run_.start_thread(name, name, [this, name, to_the_end] {
            run_.world.sleep(milliseconds(random_.below(3000)));
            auto connection = impatient_client();
            if (racks_) connection.rack = std::string(1, static_cast<char>('a' + random_.below(3)));
            auto through = run_.make_client(name, connection);
            const auto lives = to_the_end ? 1 : random_.between(1, 3);
            for (std::int64_t i = 1; i <= lives && !all_read_.stop_requested(); ++i) {
                group_member member(run_, consumed_, through, name + " life " + std::to_string(i),
                                    draw_member_plan(name, to_the_end));
                member.live(all_read_.get_token());
                run_.world.sleep(milliseconds(random_.below(2000)));
            }
        });
    }

    bool is_excused(const error& why) const {
        const bool mended = run_.now() > runtime::after(calm_since_, seconds(15));
        if (!with_faults_ || mended) return false;
        return is_of_broken_cluster(why);
    }

    void see_to_the_end() {
        run_.world.block(written_, std::nullopt);
        chaos_.wait_for_calm();
        calm_since_ = run_.now();
        // Members that were given up must be missed first, and what hangs be given up.
        const auto until = runtime::after(run_.now(), seconds(40));
        while (!consumed_.all_done(produced_.topics()) && run_.now() < until)
            run_.world.sleep(milliseconds(50));
        if (!consumed_.all_done(produced_.topics()))
            run_.problems.add("the group does not get on although all is well again" +
                              consumed_.describe());
        all_read_.request_stop();
        run_.world.sleep(seconds(10));
    }

    scenario& run_;
    testing::random_stream random_;
    produce_ledger produced_;
    consume_ledger consumed_;
    nemesis chaos_;
    group_terms terms_ = draw_group_terms(group_name, random_);
    bool racks_ = random_.below(3) == 0;
    bool with_faults_ = true;
    runtime::time_point calm_since_ = runtime::never;
    detail::event written_;
    std::stop_source all_read_;
};

} // namespace

void group(scenario& run) {
    group_run(run, chaos_of(group_name)).go(true);
}

void calm_group(scenario& run) {
    group_run(run, {}).go(false);
}

} // namespace kcpp::simulation
