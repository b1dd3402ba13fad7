#include "consumer/fetch_session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace kcpp::consuming::test {
namespace {

using strings = std::vector<std::string>;

class fetch_session_test : public ::testing::Test {
protected:
    static wire::uuid id(std::uint8_t n) {
        wire::uuid made;
        made.bytes[15] = n;
        return made;
    }
    static fetch_target target(const std::string& topic, partition_id partition, offset_t from,
                               wire::uuid topic_id = id(1)) {
        fetch_target t;
        t.place = std::make_shared<const topic_partition>(topic_partition{topic, partition});
        t.from = {from, 3};
        t.leader_epoch = 5;
        t.topic_id = topic_id;
        return t;
    }
    static fetch_plan plan(std::vector<fetch_target> targets) {
        fetch_plan p;
        p.targets = std::move(targets);
        return p;
    }
    /// "5/0: a-0@7 -b-1": session 5, epoch 0, names a-0 from 7 on, forgets b-1.
    static std::string text(const fetch_session::message& m) {
        std::string t = std::to_string(m.id) + "/" + std::to_string(m.epoch) + ":";
        for (const auto& one : m.named)
            t += " " + to_string(*one.place) + "@" + std::to_string(one.from.offset);
        for (const auto& gone : m.no_more)
            t += " -" + gone.topic + "-" + std::to_string(gone.partition);
        return t;
    }
    std::string next(std::vector<fetch_target> targets) {
        const auto said = session.next(plan(std::move(targets)));
        named = said.named;
        return text(said);
    }
    /// The broker answers about all that it was named.
    void answer(std::int32_t session_id, broker_errc error = broker_errc::none) {
        protocol::fetch::response said;
        said.session_id = session_id;
        said.error_code = static_cast<std::int16_t>(error);
        for (const auto& one : named) {
            auto& topic = said.topics.emplace_back();
            topic.topic_id = one.topic_id;
            if (one.topic_id == wire::uuid{}) topic.name = one.place->topic;
            topic.partitions.emplace_back().index = one.place->partition;
        }
        session.answered(said);
    }
    void open(std::vector<fetch_target> targets) {
        next(std::move(targets));
        answer(5);
    }

    fetch_session session;
    std::vector<fetch_target> named;
};

TEST_F(fetch_session_test, the_first_request_names_everything) { // F1, KIP-227
    EXPECT_EQ(next({target("a", 0, 7), target("a", 1, 9)}), "0/0: a-0@7 a-1@9");
}

TEST_F(fetch_session_test, then_only_what_has_moved_is_named) { // F1
    open({target("a", 0, 7), target("a", 1, 9)});
    EXPECT_EQ(next({target("a", 0, 7), target("a", 1, 10)}), "5/1: a-1@10");
    answer(5);
    EXPECT_EQ(next({target("a", 0, 7), target("a", 1, 10)}), "5/2:");
}

TEST_F(fetch_session_test, a_new_leader_epoch_or_epoch_of_the_position_is_named) { // KIP-320
    open({target("a", 0, 7)});
    auto moved = target("a", 0, 7);
    moved.leader_epoch = 6;
    EXPECT_EQ(next({moved}), "5/1: a-0@7");
    answer(5);
    moved.from.epoch = -1;
    EXPECT_EQ(next({moved}), "5/2: a-0@7");
}

TEST_F(fetch_session_test, what_is_not_read_any_more_is_to_be_forgotten_and_may_come_back) {
    open({target("a", 0, 7), target("b", 1, 9, id(2))});
    EXPECT_EQ(next({target("a", 0, 7)}), "5/1: -b-1");
    answer(5);
    EXPECT_EQ(next({target("a", 0, 7), target("b", 1, 9, id(2))}), "5/2: b-1@9");
    answer(5);
    EXPECT_EQ(next({target("b", 1, 9, id(2))}), "5/3: -a-0");
}

TEST_F(fetch_session_test, a_partition_of_a_later_tenure_is_the_same_to_the_broker) {
    open({target("a", 0, 7)});
    auto later = target("a", 0, 7);
    later.version = 9;
    EXPECT_EQ(next({later}), "5/1:");
    protocol::fetch::topic_result of;
    of.topic_id = id(1);
    EXPECT_EQ(session.find(of, 0)->version, 9u);
}

TEST_F(fetch_session_test, a_topic_made_again_replaces_the_one_before) { // KIP-516
    open({target("a", 0, 7), target("b", 0, 1, id(2))});
    const auto said = session.next(plan({target("a", 0, 7), target("b", 0, 0, id(3))}));
    EXPECT_EQ(text(said), "5/1: b-0@0 -b-0");
    EXPECT_EQ(said.no_more, (std::vector<fetch_session::forgotten>{{"b", id(2), 0}}));
    protocol::fetch::topic_result old, made_again;
    old.topic_id = id(2);
    made_again.topic_id = id(3);
    EXPECT_EQ(session.find(old, 0), nullptr);
    EXPECT_EQ(session.find(made_again, 0)->from.offset, 0);
}

TEST_F(fetch_session_test, by_name_a_topic_made_again_is_not_forgotten_with_itself) {
    // Brokers forget after they have taken up what is new.
    const wire::uuid unknown;
    open({target("a", 0, 7, unknown), target("b", 0, 9, id(2))});
    EXPECT_EQ(next({target("a", 0, 7, unknown), target("b", 0, 0, id(3))}), "5/1: b-0@0");
}

TEST_F(fetch_session_test, a_session_does_not_go_from_names_to_ids) { // F1
    open({target("a", 0, 7, wire::uuid{})});
    EXPECT_EQ(next({target("a", 0, 7, id(1))}), "5/0: a-0@7");
    answer(6);
    EXPECT_EQ(next({target("a", 0, 7, id(1))}), "6/1:");
}

TEST_F(fetch_session_test, one_that_the_broker_has_not_is_opened_anew) { // F1
    open({target("a", 0, 7), target("a", 1, 9)});
    next({target("a", 0, 7), target("a", 1, 10)});
    answer(0, broker_errc::fetch_session_id_not_found);
    EXPECT_EQ(next({target("a", 0, 7), target("a", 1, 10)}), "0/0: a-0@7 a-1@10");
}

TEST_F(fetch_session_test, after_any_other_error_it_is_closed_and_opened_anew) { // F1
    open({target("a", 0, 7)});
    next({target("a", 0, 8)});
    answer(5, broker_errc::invalid_fetch_session_epoch);
    EXPECT_EQ(next({target("a", 0, 8)}), "5/0: a-0@8");
}

TEST_F(fetch_session_test, what_nobody_answered_closes_it_too) { // F1
    open({target("a", 0, 7)});
    next({target("a", 0, 8)});
    session.lost();
    EXPECT_EQ(next({target("a", 0, 8)}), "5/0: a-0@8");
}

TEST_F(fetch_session_test, a_broker_without_room_for_sessions_is_told_everything_each_time) {
    open({target("a", 0, 7)});
    session.lost();
    next({target("a", 0, 7)});
    answer(0);
    EXPECT_EQ(next({target("a", 0, 7)}), "0/0: a-0@7");
}

TEST_F(fetch_session_test, one_that_does_not_hold_all_that_was_named_is_not_relied_on) {
    next({target("a", 0, 7), target("a", 1, 9)});
    named.pop_back();
    answer(5);
    EXPECT_EQ(next({target("a", 0, 7), target("a", 1, 9)}), "5/0: a-0@7 a-1@9");
}

TEST_F(fetch_session_test, epochs_begin_again_with_one) { // F1
    EXPECT_EQ(fetch_session::epoch_after(1), 2);
    EXPECT_EQ(fetch_session::epoch_after(INT32_MAX), 1);
}

TEST_F(fetch_session_test, answers_are_told_by_id_or_by_name) {
    open({target("a", 0, 7)});
    protocol::fetch::topic_result by_id, by_name, stranger;
    by_id.topic_id = id(1);
    by_name.name = "a";
    stranger.name = "c";
    EXPECT_EQ(session.find(by_id, 0)->from.offset, 7);
    EXPECT_EQ(session.find(by_name, 0)->from.offset, 7);
    EXPECT_EQ(session.find(by_id, 1), nullptr);
    EXPECT_EQ(session.find(stranger, 0), nullptr);
}

} // namespace
} // namespace kcpp::consuming::test
