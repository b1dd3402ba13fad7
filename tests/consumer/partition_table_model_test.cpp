// Any sequence of what an application and a broker may do, against the simplest model there is: one
// number per partition. (reliability F: librdkafka 4261, 4636, 3471, 4117)

#include "table_fixture.hpp"

#include <algorithm>
#include <random>

namespace kcpp::consuming::test {
namespace {

using namespace std::chrono_literals;

class partition_table_model : public table_fixture {
protected:
    struct model {
        offset_t next = -1;
        bool paused = false;
    };

    unsigned below(unsigned n) { return static_cast<unsigned>(random()) % n; }
    topic_partition any() {
        const topic_partition all[] = {a0, a1, b0};
        return all[below(3)];
    }

    /// A record's value is its offset, so that any record handed out tells whether it is the right
    /// one.
    void fetch_some() {
        // What is under way at a broker that led it before may be asked of the next one, too.
        for (const auto& target : plan().targets)
            if (below(4) == 0 || !is_under_way(*target.place)) under_way.push_back(target);
    }
    bool is_under_way(const topic_partition& place) const {
        return std::ranges::any_of(under_way,
                                   [&](const fetch_target& t) { return *t.place == place; });
    }
    void answer_one() {
        if (under_way.empty()) return;
        const auto which =
            static_cast<std::ptrdiff_t>(below(static_cast<unsigned>(under_way.size())));
        const fetch_target target = under_way[static_cast<std::size_t>(which)];
        under_way.erase(under_way.begin() + which);
        if (below(5) == 0) return;
        std::vector<std::string> values;
        for (unsigned i = 0; i <= below(4); ++i)
            values.push_back(std::to_string(target.from.offset + i));
        arrive(target, std::move(values));
    }
    void hand_out_some() {
        if (!in_hand || !table.is_current(*in_hand)) in_hand = table.take();
        if (in_hand && table.is_paused(*in_hand)) {
            table.put_back(std::move(in_hand));
            return;
        }
        for (unsigned i = below(4); in_hand && i > 0; --i) {
            if (in_hand->next() != fetched::step::record) {
                table.finish(std::move(in_hand));
                return;
            }
            model& expected = models[in_hand->place()];
            ASSERT_FALSE(expected.paused) << "handed out while paused";
            ASSERT_EQ(in_hand->record().offset, expected.next) << to_string(in_hand->place());
            ASSERT_EQ(in_hand->record().value.text(), std::to_string(expected.next));
            in_hand->complete();
            ++expected.next;
            ++handed_out;
            table.advance(*in_hand);
        }
    }
    void reassign() {
        std::vector<topic_partition> chosen;
        for (const auto& p : {a0, a1, b0})
            if (below(3) != 0) chosen.push_back(p);
        table.assign(chosen, start::by_policy);
        for (auto it = models.begin(); it != models.end();)
            it = std::find(chosen.begin(), chosen.end(), it->first) == chosen.end()
                     ? models.erase(it)
                     : std::next(it);
        for (const auto& p : chosen)
            models.try_emplace(p);
        for (const auto& asked : unplaced()) {
            models[*asked.place].next = 100;
            table.found(asked, {100, -1});
        }
    }
    void move_about() {
        const topic_partition p = any();
        switch (below(3)) {
        case 0: {
            const auto to = static_cast<offset_t>(below(1000));
            if (table.seek(p, {to, -1})) models[p].next = to;
            break;
        }
        case 1:
            if (table.pause(p)) models[p].paused = true;
            break;
        default:
            if (table.resume(p)) models[p].paused = false;
        }
        if (below(20) == 0) table.drop_paused();
    }
    void step() {
        switch (below(8)) {
        case 0: move_about(); break;
        case 1: below(20) == 0 ? reassign() : hand_out_some(); break;
        case 2: fetch_some(); break;
        case 3:
        case 4: answer_one(); break;
        default: hand_out_some();
        }
        if (below(50) == 0 && !under_way.empty()) table.failed(under_way.front(), now + 1s);
        if (below(20) == 0) now += 100ms;
        expect_plan_holds_only_if_it_is_the_same();
    }
    void expect_plan_holds_only_if_it_is_the_same() {
        const bool holds = table.still_holds(last_plan, now);
        const fetch_plan fresh = plan();
        if (holds) {
            ASSERT_EQ(last_plan.targets, fresh.targets);
            ASSERT_EQ(last_plan.left_out, fresh.left_out);
            ++held;
        }
        if (below(3) == 0) last_plan = fresh;
    }

    /// Whatever happened before, every partition goes on once nobody keeps it from it.
    void expect_all_go_on() {
        for (const auto& p : table.assignment()) {
            ASSERT_TRUE(table.resume(p));
            models[p].paused = false;
        }
        now += 1s;
        const auto before = models;
        for (int i = 0; i < 500; ++i) {
            fetch_some();
            answer_one();
            hand_out_some();
        }
        for (const auto& [place, was] : before)
            ASSERT_GT(models[place].next, was.next) << to_string(place) << " is stuck";
    }

    fetch_plan last_plan;
    int held = 0;
    std::size_t handed_out = 0;
    std::mt19937 random;
    std::map<topic_partition, model> models;
    std::vector<fetch_target> under_way;
    std::unique_ptr<fetched> in_hand;
};

TEST_F(partition_table_model,
       every_partition_is_handed_out_from_its_position_on_without_gap_or_repeat) {
    for (unsigned seed = 1; seed <= 50; ++seed) {
        random.seed(seed);
        if (in_hand) table.put_back(std::move(in_hand));
        reassign();
        for (int i = 0; i < 4000; ++i) {
            step();
            if (HasFatalFailure()) FAIL() << "seed " << seed << ", step " << i;
            for (const auto& [place, expected] : models)
                ASSERT_EQ(table.next(place)->offset, expected.next)
                    << to_string(place) << ", seed " << seed << ", step " << i;
        }
        expect_all_go_on();
        if (HasFatalFailure()) FAIL() << "seed " << seed;
    }
    // These seeds give 40,063: that a table gets stingy should not go unnoticed either.
    EXPECT_GT(handed_out, 36'000u);
    EXPECT_GT(held, 1000);
}

} // namespace
} // namespace kcpp::consuming::test
