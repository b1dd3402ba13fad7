#include "runtime/real/name_lookup.hpp"
#include "runtime/real/real_runtime.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace kcpp::runtime {
namespace {

using namespace std::chrono_literals;

/// What a look-up came to, waited for by the test's thread.
struct answer {
    std::latch there{1};
    lookup_result found;
};

void ask(real_runtime& rt, const std::string& host, time_point until, answer& into) {
    rt.execute([&rt, host, until, &into] {
        rt.start_lookup(host, 9092, until, [&into](lookup_result r) {
            into.found = std::move(r);
            into.there.count_down();
        });
    });
}

/// A look-up that hangs until the test lets it go: there is one look-up thread for the process.
struct hanging {
    std::shared_ptr<std::latch> entered = std::make_shared<std::latch>(1);
    std::shared_ptr<std::latch> released = std::make_shared<std::latch>(1);

    ~hanging() { released->count_down(); }
    blocking_lookup lookup() const {
        return [entered = entered, released = released](const std::string&, std::uint16_t port) {
            entered->count_down();
            released->wait();
            return lookup_result{{}, {{"127.0.0.9", port}}};
        };
    }
};

TEST(name_lookup, numeric_addresses_are_recognized) {
    address found;
    EXPECT_TRUE(numeric_address("127.0.0.1", 1, found));
    EXPECT_EQ(found, (address{"127.0.0.1", 1}));
    EXPECT_TRUE(numeric_address("::1", 2, found));
    EXPECT_TRUE(numeric_address("fe80::1%1", 2, found));
    for (const std::string name : {"localhost", "", "127.0.0", "1.2.3.4.5", "a.example"})
        EXPECT_FALSE(numeric_address(name, 1, found)) << name;
}

TEST(name_lookup, numeric_addresses_never_reach_the_look_up_thread) {
    const hanging stuck;
    const auto rt = real_runtime::start(stuck.lookup());
    answer named, numeric;
    ask(*rt, "slow.example", never, named);
    stuck.entered->wait();
    ask(*rt, "10.1.2.3", never, numeric);
    numeric.there.wait();
    EXPECT_EQ(numeric.found.addresses, (std::vector<address>{{"10.1.2.3", 9092}}));
    rt->stop();
    named.there.wait();
    rt->join(10s);
}

TEST(name_lookup, the_look_up_thread_answers) {
    const auto rt = real_runtime::start([](const std::string& host, std::uint16_t port) {
        EXPECT_EQ(host, "kafka.example");
        return lookup_result{{}, {{"10.0.0.1", port}, {"10.0.0.2", port}}};
    });
    answer found;
    ask(*rt, "kafka.example", never, found);
    found.there.wait();
    EXPECT_FALSE(found.found.error);
    EXPECT_EQ(found.found.addresses,
              (std::vector<address>{{"10.0.0.1", 9092}, {"10.0.0.2", 9092}}));
    rt->stop();
    rt->join(10s);
}

TEST(name_lookup, the_system_knows_localhost) {
    const auto found = system_lookup("localhost", 9092);
    ASSERT_FALSE(found.error) << found.error.message();
    ASSERT_FALSE(found.addresses.empty());
    EXPECT_TRUE(found.addresses[0].ip == "127.0.0.1" || found.addresses[0].ip == "::1");
    EXPECT_EQ(found.addresses[0].port, 9092);
}

TEST(name_lookup, the_system_says_what_it_does_not_know) {
    const auto found = system_lookup("name.invalid", 9092); // RFC 6761: never resolves
    ASSERT_TRUE(found.error);
    EXPECT_STREQ(found.error.category().name(), "kcpp.lookup");
    EXPECT_FALSE(found.error.message().empty());
    EXPECT_TRUE(found.addresses.empty());
}

TEST(name_lookup, one_that_hangs_ends_by_its_deadline) {
    const hanging stuck;
    const auto rt = real_runtime::start(stuck.lookup());
    answer late;
    ask(*rt, "slow.example", after(rt->now(), 20ms), late);
    late.there.wait();
    EXPECT_EQ(late.found.error, std::errc::timed_out);
    rt->stop();
    rt->join(10s);
}

TEST(name_lookup, one_that_hangs_does_not_delay_the_end) {
    const hanging stuck;
    auto rt = real_runtime::start(stuck.lookup());
    answer abandoned;
    ask(*rt, "slow.example", never, abandoned);
    stuck.entered->wait();
    rt->stop();
    abandoned.there.wait();
    EXPECT_EQ(abandoned.found.error, std::errc::operation_canceled);
    const std::weak_ptr<real_runtime> watched = rt;
    rt->join(1h);
    rt.reset();
    EXPECT_TRUE(watched.expired()) << "the look-up thread, still stuck, holds nothing of it";
}

TEST(name_lookup, an_answer_that_comes_too_late_is_dropped) {
    const auto rt = [] {
        const hanging stuck;
        auto made = real_runtime::start(stuck.lookup());
        answer late;
        ask(*made, "slow.example", after(made->now(), 1ms), late);
        late.there.wait();
        return made;
    }();
    // The look-up thread is free again when it answers this one.
    answer next;
    ask(*rt, "other.example", never, next);
    next.there.wait();
    EXPECT_EQ(next.found.addresses.size(), 1u);
    rt->stop();
    rt->join(10s);
}

TEST(name_lookup, after_the_end_nothing_is_looked_up) {
    const auto rt =
        real_runtime::start([](const std::string&, std::uint16_t) { return lookup_result(); });
    answer refused;
    std::latch held(1);
    // Both wait in the queue when it stops.
    rt->execute([&] { held.wait(); });
    rt->stop();
    ask(*rt, "kafka.example", never, refused);
    held.count_down();
    refused.there.wait();
    EXPECT_TRUE(refused.found.error == std::errc::timed_out || refused.found.addresses.empty());
    rt->join(10s);
}

} // namespace
} // namespace kcpp::runtime
