#include "testing/simulation/fiber.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace kcpp::testing {

TEST(fiber, runs_until_it_yields_and_goes_on_where_it_was) {
    std::string told;
    fiber f([&] {
        told += 'a';
        fiber::yield();
        told += 'c';
    });
    f.resume();
    told += 'b';
    EXPECT_FALSE(f.ended());
    f.resume();
    EXPECT_TRUE(f.ended());
    EXPECT_EQ(told, "abc");
}

TEST(fiber, knows_which_one_runs) {
    const fiber* seen = nullptr;
    fiber f([&] { seen = fiber::current(); });
    EXPECT_EQ(fiber::current(), nullptr);
    f.resume();
    EXPECT_EQ(seen, &f);
    EXPECT_EQ(fiber::current(), nullptr);
}

TEST(fiber, keeps_what_escapes_its_body) {
    fiber f([] { throw std::runtime_error("escaped"); });
    f.resume();
    ASSERT_TRUE(f.ended());
    EXPECT_THROW(std::rethrow_exception(f.failure()), std::runtime_error);
}

TEST(fiber, exceptions_under_way_stay_with_their_fiber) {
    // Each yields inside a catch block, and ends it while the other one is inside its own.
    const auto body = [](const char* name, std::string& told) {
        return [name, &told] {
            try {
                throw std::runtime_error(name);
            } catch (const std::exception& e) {
                fiber::yield();
                told += e.what();
                try {
                    throw;
                } catch (const std::exception& again) {
                    told += again.what();
                }
            }
            told += std::uncaught_exceptions() == 0 && !std::current_exception() ? '.' : '!';
        };
    };
    std::string told;
    fiber a(body("a", told)), b(body("b", told));
    a.resume();
    b.resume();
    EXPECT_EQ(std::current_exception(), nullptr);
    a.resume();
    b.resume();
    EXPECT_EQ(told, "aa.bb.");
}

TEST(fiber, cannot_resume_another) {
    fiber inner([] {});
    fiber outer([&] { inner.resume(); });
    outer.resume();
    EXPECT_THROW(std::rethrow_exception(outer.failure()), std::logic_error);
    inner.resume();
}

} // namespace kcpp::testing
