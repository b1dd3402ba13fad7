// Consumers without a group that jump about in partitions of their own choice, while somebody
// writes and everything breaks.

#include "consume_ledger.hpp"
#include "nemesis.hpp"
#include "private_parts.hpp"
#include "produce_checker.hpp"
#include "shared.hpp"
#include "workload.hpp"

#include <algorithm>
#include <set>

namespace kcpp::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// One consumer and what it should be given next, on a simulated thread.
class reader {
public:
    reader(scenario& run, std::string name, std::vector<topic_partition> places,
           std::function<bool(const error&)> excused)
        : run_(run), name_(std::move(name)), places_(std::move(places)),
          excused_(std::move(excused)), random_(run.random(name_)), ledger_(run, ""),
          me_(ledger_.open_member(name_)), client_(run.make_client(name_, impatient_client())),
          consumer_(client_, draw_options()) {
        run_.must_end(name_, core_of(consumer_));
    }

    void read_until(const detail::event& enough) {
        assign_anew();
        while (!enough.is_set())
            act();
    }

    /// All is well: everything can be read.
    void read_the_rest() {
        if (auto resumed = consumer_.resume(assigned()); !resumed) hear("resume", resumed.error());
        paused_.clear();
        const auto until = runtime::after(run_.now(), seconds(30));
        while (!ledger_.all_read(assigned()) && run_.now() < until)
            poll();
        if (!ledger_.all_read(assigned()))
            run_.problems.add(name_ + " does not get on although all is well again");
    }

    void close() { (void)consumer_.close(); }
    void check_content(const std::vector<std::string>& topics) { ledger_.check_content(topics); }

private:
    consumer_options draw_options() {
        consumer_options o;
        o.offset_reset = offset_reset::earliest;
        draw_fetch_limits(o, random_);
        return o;
    }

    std::vector<topic_partition> assigned() const { return {assigned_.begin(), assigned_.end()}; }
    topic_partition any_assigned() {
        return *std::next(assigned_.begin(),
                          static_cast<std::ptrdiff_t>(random_.below(assigned_.size())));
    }

    void act() {
        const auto chosen = random_.below(100);
        if (chosen < 60)
            poll();
        else if (chosen < 72)
            seek();
        else if (chosen < 76)
            seek_to_beginning();
        else if (chosen < 80)
            seek_to_end();
        else if (chosen < 87)
            pause();
        else if (chosen < 95)
            resume();
        else if (chosen < 97)
            assign_anew();
        else
            run_.world.sleep(milliseconds(random_.below(500)));
        look_at_position();
    }

    void poll() {
        const auto batch = consumer_.poll(milliseconds(random_.below(300)));
        if (!batch) return hear("poll", batch.error());
        for (const consumer_record& r : *batch) {
            if (paused_.contains({std::string(r.topic()), r.partition()}))
                run_.problems.add(name_ + " is given what it has paused");
            ledger_.handed_out(me_, r);
        }
    }

    void seek() {
        const auto place = any_assigned();
        const auto end =
            run_.brokers().state.find_partition(place.topic, place.partition)->high_watermark();
        const auto to = static_cast<offset_t>(random_.between(0, end));
        tell("seeks " + to_string(place) + " at " + std::to_string(to));
        check("seek", consumer_.seek(place, to));
        ledger_.moved(me_, place, to);
    }

    void seek_to_beginning() {
        const auto place = any_assigned();
        tell("seeks the beginning of " + to_string(place));
        check("seek", consumer_.seek_to_beginning({place}));
        ledger_.moved(me_, place, 0);
    }

    void seek_to_end() {
        const auto place = any_assigned();
        tell("seeks the end of " + to_string(place));
        check("seek", consumer_.seek_to_end({place}));
        ledger_.moved_to_end(me_, place);
    }

    void pause() {
        const auto place = any_assigned();
        tell("pauses " + to_string(place));
        check("pause", consumer_.pause({place}));
        paused_.insert(place);
    }

    void resume() {
        if (paused_.empty()) return;
        const auto place = *paused_.begin();
        tell("resumes " + to_string(place));
        check("resume", consumer_.resume({place}));
        paused_.erase(place);
    }

    /// What stays is read on where it was; what is new begins at the beginning.
    void assign_anew() {
        std::set<topic_partition> chosen{places_[random_.below(places_.size())]};
        for (const topic_partition& place : places_)
            if (random_.below(2) == 0) chosen.insert(place);
        std::vector<topic_partition> added, dropped;
        std::ranges::set_difference(chosen, assigned_, std::back_inserter(added));
        std::ranges::set_difference(assigned_, chosen, std::back_inserter(dropped));
        ledger_.revoked(me_, dropped);
        ledger_.assigned(me_, added);
        for (const topic_partition& place : dropped)
            paused_.erase(place);
        assigned_ = std::move(chosen);
        consumer_.assign(assigned());
    }

    void look_at_position() {
        const auto place = any_assigned();
        const auto said = consumer_.position(place);
        if (said && !ledger_.is_next(place, *said))
            run_.problems.add(name_ + " says that it reads on at " + std::to_string(*said) +
                              " of " + to_string(place));
    }

    void check(const char* what, const result<void>& done) {
        if (!done) run_.problems.add(name_ + " cannot " + what + ": " + done.error().message());
    }

    void hear(const char* what, const error& why) {
        tell("cannot " + std::string(what) + ": " + why.message());
        if (!excused_(why)) check(what, why);
        run_.world.sleep(milliseconds(200));
    }

    void tell(const std::string& what) {
        if (run_.told()) run_.note(name_ + ' ' + what);
    }

    scenario& run_;
    std::string name_;
    std::vector<topic_partition> places_;
    std::function<bool(const error&)> excused_;
    testing::random_stream random_;
    consume_ledger ledger_;
    consume_ledger::member me_;
    client client_;
    consumer consumer_;
    std::set<topic_partition> assigned_;
    std::set<topic_partition> paused_;
};

nemesis_options read_chaos() {
    using testing::api;
    nemesis_options o;
    o.failing = {api::produce, api::fetch, api::fetch, api::metadata, api::list_offsets};
    return o;
}

class read_run {
public:
    explicit read_run(scenario& run)
        : run_(run), random_(run.random("workload")), produced_(run), chaos_(run, read_chaos()) {}

    void go() {
        make_cluster();
        chaos_.start();
        start_writer(run_, produced_, random_, written_);
        run_.start_thread("main", "", [this] {
            run_.world.block(written_, std::nullopt);
            chaos_.wait_for_calm();
            calm_since_ = run_.now();
            enough_.set();
        });
        for (std::int64_t i = random_.between(1, 3); i > 0; --i)
            start_reader("reader-" + std::to_string(i));
        run_.run(seconds(900));
        check_stored(run_, produced_);
    }

private:
    void make_cluster() {
        const auto brokers = static_cast<std::int32_t>(random_.between(1, 3));
        run_.start_cluster(brokers, draw_cluster_settings(random_));
        std::vector<std::string> names;
        for (std::int64_t i = random_.between(1, 2); i > 0; --i) {
            names.push_back("topic-" + std::to_string(i));
            const auto partitions = static_cast<std::int32_t>(random_.between(1, 4));
            run_.create_topic(names.back(), partitions, static_cast<std::int16_t>(brokers));
            for (partition_id p = 0; p < partitions; ++p)
                places_.push_back({names.back(), p});
        }
        produced_.set_topics(std::move(names));
    }

    void start_reader(const std::string& name) {
        run_.start_thread(name, name, [this, name] {
            reader one(run_, name, places_, [this](const error& why) { return is_excused(why); });
            one.read_until(enough_);
            one.read_the_rest();
            one.close();
            one.check_content(produced_.topics());
        });
    }

    bool is_excused(const error& why) const {
        return run_.now() <= runtime::after(calm_since_, seconds(15)) && is_of_broken_cluster(why);
    }

    scenario& run_;
    testing::random_stream random_;
    produce_ledger produced_;
    nemesis chaos_;
    std::vector<topic_partition> places_;
    detail::event written_;
    detail::event enough_;
    runtime::time_point calm_since_ = runtime::never;
};

} // namespace

void read(scenario& run) {
    read_run(run).go();
}

} // namespace kcpp::simulation
