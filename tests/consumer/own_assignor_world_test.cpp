// Groups that share out by an assignor of the application's own, and by racks.

#include "consumer_world.hpp"
#include "group/classic/lambda_assignor.hpp"

#include <memory>
#include <stdexcept>

namespace kcpp::consuming::test {
namespace {

using given = partition_assignor::assignments;
using members = std::vector<member_subscription>;
using topics = std::vector<subscribed_topic>;

class own_assignor_in_a_group : public consumer_world {
protected:
    using consumer_world::consumer_world;

    static consumer_options sharing_by(std::vector<partition_assignment_strategy> strategies) {
        auto options = in_group();
        options.assignment_strategies = std::move(strategies);
        return options;
    }
    std::string agreed_on() {
        return std::string(world.brokers->state.make_group("g").members.protocol());
    }
    std::size_t in_the_group() {
        return world.brokers->state.make_group("g").members.members().size();
    }
    bool is_stable(std::size_t count) {
        return world.brokers->state.make_group("g").members.state() ==
                   testing::group_state::stable &&
               in_the_group() == count;
    }
    void settle(const std::vector<consumer*>& all, std::size_t partitions = 3) {
        poll_until(all, [&] {
            std::size_t sum = 0;
            for (const consumer* c : all)
                sum += c->assignment().size();
            return is_stable(all.size()) && sum == partitions;
        });
    }
    /// What the consumer reports first, within a minute.
    error reported_by(consumer& c) {
        const auto until = world.rt->now() + 60s;
        while (world.rt->now() < until)
            if (auto polled = c.poll(100ms); !polled) return polled.error();
        return {client_errc::timed_out, "nothing was reported"};
    }
};

/// Everything to one member; that one is chosen by what it says.
std::shared_ptr<lambda_assignor> to_whoever_says(std::byte word) {
    return std::make_shared<lambda_assignor>([word](const members& all, const topics& t) {
        for (const member_subscription& m : all)
            if (m.user_data == std::vector{word}) return all_to(m, t);
        return given();
    });
}

TEST_F(own_assignor_in_a_group, decides_for_two_members) {
    const auto weak = to_whoever_says(std::byte{1}), strong = to_whoever_says(std::byte{1});
    weak->say = [](const strings&) { return std::vector{std::byte{0}}; };
    strong->say = [](const strings&) { return std::vector{std::byte{1}}; };
    std::vector<std::size_t> heard;
    strong->hear = [&](const member_assignment& mine, std::int32_t) {
        heard.push_back(mine.partitions.size());
    };
    consumer a(shared, sharing_by({weak})), b(shared, sharing_by({strong}));
    a.subscribe({"t"});
    poll_until({&a}, [&] { return is_stable(1); });
    b.subscribe({"t"});
    poll_until({&a, &b}, [&] { return b.assignment().size() == 3; });
    EXPECT_EQ(agreed_on(), "own");
    EXPECT_TRUE(a.assignment().empty());
    produce_numbered(10);
    EXPECT_EQ(sorted(read(b, 30)), numbered(10));
    EXPECT_EQ(heard, std::vector<std::size_t>{3});
}

TEST_F(own_assignor_in_a_group, gives_way_beside_a_member_that_does_not_list_it) {
    const auto own = std::make_shared<lambda_assignor>(
        [](const members& all, const topics& t) { return all_to(all.front(), t); });
    consumer a(shared, sharing_by({own, assignment_strategy::range}));
    consumer b(shared, sharing_by({assignment_strategy::range}));
    a.subscribe({"t"});
    settle({&a});
    EXPECT_EQ(agreed_on(), "own");
    b.subscribe({"t"});
    settle({&a, &b});
    EXPECT_EQ(agreed_on(), "range");
    EXPECT_EQ(a.assignment().size() + b.assignment().size(), 3U);
    EXPECT_FALSE(a.assignment().empty());
    EXPECT_FALSE(b.assignment().empty());
}

TEST_F(own_assignor_in_a_group, that_is_cooperative_moves_only_what_changes_hands) { // KIP-429
    const auto last = std::make_shared<lambda_assignor>(
        [](const members& all, const topics& t) {
            // One partition each, and the rest for the first.
            given gives;
            std::size_t turn = all.size();
            for (const subscribed_topic& topic : t)
                for (partition_id p = 0; p < topic.partitions; ++p)
                    gives[all[turn > 0 ? --turn : 0].id].partitions.push_back({topic.name, p});
            return gives;
        },
        "last-first", rebalance_protocol::cooperative);
    events first, second;
    consumer a(shared, sharing_by({last})), b(shared, sharing_by({last}));
    a.subscribe({"t"}, writing(first));
    settle({&a});
    b.subscribe({"t"}, writing(second));
    settle({&a, &b});
    ASSERT_EQ(first.size(), 3U);
    EXPECT_EQ(first[0], "assigned t-0 t-1 t-2");
    EXPECT_EQ(first[1].substr(0, 8), "revoked ");
    EXPECT_EQ(first[2], "assigned");
    ASSERT_EQ(second.size(), 2U);
    EXPECT_EQ(second[0], "assigned");
    EXPECT_EQ(second[1], "assigned" + first[1].substr(7));
}

void expect_blame(const error& said, const std::string& words) {
    EXPECT_EQ(said, client_errc::invalid_argument);
    EXPECT_NE(said.message().find(words), std::string::npos) << said.message();
}

TEST_F(own_assignor_in_a_group, that_throws_is_reported_and_its_member_leaves_at_once) {
    for (const std::string instance : {"", "static-1"}) {
        const auto broken = std::make_shared<lambda_assignor>(
            [](const members&, const topics&) -> given { throw std::runtime_error("broken"); });
        const auto good = std::make_shared<lambda_assignor>(
            [](const members& all, const topics& t) { return all_to(all.front(), t); });
        auto options = sharing_by({broken});
        options.group_instance_id = instance;
        consumer a(shared, options), b(shared, sharing_by({good}));
        a.subscribe({"t"});
        expect_blame(reported_by(a), "threw \"broken\" from assign");
        world.rt->run_for(1s);
        EXPECT_EQ(in_the_group(), 0U) << "also a static member: the others would wait for it";
        const auto before = world.rt->now();
        b.subscribe({"t"});
        settle({&b});
        EXPECT_LE(world.rt->now() - before, 5s);
        EXPECT_FALSE(a.poll(100ms)) << "it stays out";
    }
}

TEST_F(own_assignor_in_a_group, that_gives_nonsense_to_others_does_not_keep_them_waiting) {
    const auto own = std::make_shared<lambda_assignor>([](const members& all, const topics& t) {
        if (all.size() > 1) {
            auto gives = all_to(all.front(), t);
            gives[all.back().id] = gives[all.front().id];
            return gives;
        }
        return all_to(all.front(), t);
    });
    consumer a(shared, sharing_by({own})), b(shared, sharing_by({own}));
    a.subscribe({"t"});
    settle({&a});
    b.subscribe({"t"});
    expect_blame(reported_by(a), "to two members");
    poll_until({&b}, [&] { return is_stable(1) && b.assignment().size() == 3; });
}

TEST_F(own_assignor_in_a_group, that_cannot_say_anything_keeps_its_member_out) {
    const auto own =
        std::make_shared<lambda_assignor>([](const members&, const topics&) { return given(); });
    own->say = [](const strings&) -> std::vector<std::byte> { throw std::runtime_error("mute"); };
    consumer a(shared, sharing_by({own}));
    a.subscribe({"t"});
    expect_blame(reported_by(a), "threw \"mute\" from user_data");
    own->say = nullptr;
    a.unsubscribe().value();
    a.subscribe({"t"});
    poll_until({&a}, [&] { return is_stable(1); });
}

TEST_F(own_assignor_in_a_group, that_cannot_hear_is_reported_and_what_it_was_given_is_read) {
    const auto own = std::make_shared<lambda_assignor>(
        [](const members& all, const topics& t) { return all_to(all.front(), t); });
    own->hear = [](const member_assignment&, std::int32_t) { throw std::runtime_error("deaf"); };
    consumer a(shared, sharing_by({own}));
    a.subscribe({"t"});
    EXPECT_NE(reported_by(a).message().find("threw \"deaf\" from on_assignment"),
              std::string::npos);
    settle({&a});
}

TEST_F(own_assignor_in_a_group, makes_the_protocol_the_classic_one) {
    auto options = sharing_by({std::make_shared<lambda_assignor>(
        [](const members& all, const topics& t) { return all_to(all.front(), t); })});
    options.group_protocol = group_protocol::automatic;
    consumer a(shared, options);
    a.subscribe({"t"});
    settle({&a});
    EXPECT_EQ(agreed_on(), "own");
}

class racks_in_a_group : public own_assignor_in_a_group {
protected:
    racks_in_a_group() : own_assignor_in_a_group({.racks = {"a", "b", "c"}}) {
        testing::topic_wish wish{.name = "far", .replicas = {{3}, {2}, {1}}};
        world.brokers->state.create_topic(wish);
    }
    void expect_everybody_reads_nearby(assignment_strategy strategy) {
        client in_a = world.make_client({.rack = "a"}), in_b = world.make_client({.rack = "b"}),
               in_c = world.make_client({.rack = "c"});
        consumer a(in_a, sharing_by({strategy})), b(in_b, sharing_by({strategy})),
            c(in_c, sharing_by({strategy}));
        for (consumer* one : {&a, &b, &c})
            one->subscribe({"far"});
        settle({&a, &b, &c});
        EXPECT_EQ(a.assignment(), (std::vector<topic_partition>{{"far", 2}}));
        EXPECT_EQ(b.assignment(), (std::vector<topic_partition>{{"far", 1}}));
        EXPECT_EQ(c.assignment(), (std::vector<topic_partition>{{"far", 0}}));
    }
};

TEST_F(racks_in_a_group, under_range_members_read_what_has_a_copy_near_them) { // KIP-881
    expect_everybody_reads_nearby(assignment_strategy::range);
}

TEST_F(racks_in_a_group, under_sticky_members_read_what_has_a_copy_near_them) {
    expect_everybody_reads_nearby(assignment_strategy::sticky);
}

TEST_F(racks_in_a_group, under_cooperative_sticky_members_read_what_has_a_copy_near_them) {
    expect_everybody_reads_nearby(assignment_strategy::cooperative_sticky);
}

TEST_F(racks_in_a_group, an_own_assignor_is_told_the_racks_of_all) {
    std::vector<std::string> of_members;
    std::vector<std::vector<std::string>> of_copies;
    const auto own = std::make_shared<lambda_assignor>([&](const members& all, const topics& t) {
        of_members.clear();
        for (const member_subscription& m : all)
            of_members.push_back(m.rack);
        of_copies = t.front().racks;
        return all_to(all.front(), t);
    });
    client in_a = world.make_client({.rack = "a"});
    consumer a(in_a, sharing_by({own}));
    a.subscribe({"far"});
    settle({&a});
    EXPECT_EQ(of_members, strings{"a"});
    EXPECT_EQ(of_copies, (std::vector<strings>{{"c"}, {"b"}, {"a"}}));
}

TEST_F(racks_in_a_group, the_leader_shares_out_anew_when_copies_move_to_other_racks) {
    client in_a = world.make_client({.rack = "a", .metadata_max_age = 1s}),
           in_c = world.make_client({.rack = "c", .metadata_max_age = 1s});
    testing::topic_wish wish{.name = "two", .replicas = {{1}, {3}}};
    world.brokers->state.create_topic(wish);
    consumer a(in_a, sharing_by({assignment_strategy::range})),
        c(in_c, sharing_by({assignment_strategy::range}));
    a.subscribe({"two"});
    c.subscribe({"two"});
    settle({&a, &c}, 2);
    EXPECT_EQ(a.assignment(), (std::vector<topic_partition>{{"two", 0}}));
    world.brokers->state.find_broker(1)->rack = "c";
    world.brokers->state.find_broker(3)->rack = "a";
    poll_until({&a, &c}, [&] {
        return a.assignment() == std::vector<topic_partition>{{"two", 1}} &&
               c.assignment() == std::vector<topic_partition>{{"two", 0}};
    });
}

} // namespace
} // namespace kcpp::consuming::test
