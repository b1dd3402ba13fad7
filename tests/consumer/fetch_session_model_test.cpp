// Any sequence of plans, answers, losses and errors, against the sessions of a broker.

#include "consumer/fetch_request.hpp"
#include "consumer/fetch_session.hpp"
#include "testing/model/fetch_session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace kcpp::consuming::test {
namespace {

class fetch_session_model : public ::testing::Test {
protected:
    using asked = std::map<topic_partition, offset_t>;

    unsigned below(unsigned n) { return static_cast<unsigned>(random()) % n; }

    void change_plan() {
        for (partition_id i = 0; i < 8; ++i) {
            const topic_partition place{i % 2 == 0 ? "even" : "odd", i};
            if (below(8) == 0) wanted.erase(place);
            if (below(4) == 0) wanted[place] = static_cast<offset_t>(below(100));
        }
        if (wanted.empty()) wanted[{"odd", 1}] = 0;
        // Topics get ids late, and others when they are deleted and made again.
        if (below(50) == 0) topic_id.bytes[0] = static_cast<std::uint8_t>(below(3));
    }
    fetch_plan plan() const {
        fetch_plan p;
        for (const auto& [place, offset] : wanted) {
            fetch_target t;
            t.place = std::make_shared<const topic_partition>(place);
            t.from = {offset, -1};
            t.topic_id = topic_id;
            p.targets.push_back(t);
        }
        return p;
    }
    static asked as_asked(const std::vector<testing::read_wish>& wishes) {
        asked all;
        for (const auto& w : wishes)
            all[{w.place.topic, w.place.partition}] = w.asked.fetch_offset;
        return all;
    }
    /// By name, whichever way the broker knows them.
    asked served(const protocol::fetch::request& q, bool by_id,
                 testing::fetch_session_cache::turn& turn) {
        turn = sessions.begin(q, by_id, {});
        if (by_id)
            for (auto& w : turn.wishes)
                w.place.topic = w.place.partition % 2 == 0 ? "even" : "odd";
        return as_asked(turn.wishes);
    }
    void exchange() {
        const auto now = plan();
        const bool by_id = knows_all_ids(now);
        const auto say =
            std::exchange(is_new_plan, false) ? client.next(now) : client.next_again(now);
        const auto q = fetch_request(say, {}, "", {}, 1);
        if (below(10) == 0) return client.lost(); // on the way there
        testing::fetch_session_cache::turn turn;
        const asked reads = served(q, by_id, turn);
        protocol::fetch::response r;
        r.error_code = static_cast<std::int16_t>(turn.error);
        if (turn.error == broker_errc::none) {
            ++answered;
            ASSERT_EQ(reads, wanted);
            std::vector<testing::read_answer> answers;
            for (const auto& w : turn.wishes) {
                auto& a = answers.emplace_back();
                a.place = w.place;
                a.result.index = w.place.partition;
            }
            r.session_id = sessions.finish(turn, answers, by_id, {});
            if (say.opens())
                for (const auto& t : now.targets) {
                    auto& topic = r.topics.emplace_back();
                    topic.name = t.place->topic;
                    topic.partitions.emplace_back().index = t.place->partition;
                }
        }
        if (below(10) == 0) return client.lost(); // on the way back
        client.answered(r);
    }

    std::mt19937 random;
    testing::fetch_session_cache sessions{[this] { return random(); }};
    fetch_session client;
    asked wanted;
    wire::uuid topic_id;
    bool is_new_plan = true;
    int answered = 0;
};

TEST_F(fetch_session_model, the_broker_always_reads_what_is_planned) { // F1
    for (int i = 0; i < 20'000 && !HasFatalFailure(); ++i) {
        if (below(3) != 0) {
            change_plan();
            is_new_plan = true;
        }
        exchange();
        // As a broker that was started again.
        if (below(200) == 0) sessions = testing::fetch_session_cache([this] { return random(); });
    }
    EXPECT_GT(answered, 15'000);
}

} // namespace
} // namespace kcpp::consuming::test
