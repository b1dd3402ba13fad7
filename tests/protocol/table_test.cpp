// What the compiler does not check in a table.

#include "messages.hpp"
#include "protocol/all.hpp"

#include <gtest/gtest.h>

namespace kcpp::protocol {

namespace {

struct good {
    std::int32_t number = 7;
    std::optional<std::string> text;
    std::int16_t first_tag = 0;
    std::int16_t second_tag = 0;

    static constexpr field fields[] = {
        row<&good::number>("Number", since(0)),
        row<&good::text>("Text", since(0).nullable(2)),
        row<&good::first_tag>("FirstTag", since(1).tagged(0)),
        row<&good::second_tag>("SecondTag", since(1).tagged(1)),
    };
};

struct other {
    std::int32_t number = 0;
};

constexpr const void* owner = &detail::owner_mark<good>;

template <class... Rows>
void expect_flaw(const char* expected, Rows... rows) {
    const field fields[] = {rows...};
    try {
        detail::sound(fields, owner);
        ADD_FAILURE() << "nobody noticed that " << expected;
    } catch (const char* flaw) {
        EXPECT_STREQ(flaw, expected);
    }
}

void expect_members_in_order(const std::vector<step>& steps, const std::string& where) {
    for (std::size_t i = 1; i < steps.size(); ++i)
        EXPECT_LT(steps[i - 1].offset, steps[i].offset) << where << '.' << steps[i].name;
    for (const step& s : steps)
        if (s.type->inside != nullptr) {
            const std::string inner = where + '.' + s.name;
            expect_members_in_order(s.type->inside().plain, inner);
            expect_members_in_order(s.type->inside().tagged, inner);
        }
}

} // namespace

static_assert(detail::sound(good::fields, owner));

TEST(table, a_row_of_another_struct_is_refused) {
    expect_flaw("a row names a member of another struct", row<&other::number>("Number", since(0)));
}

TEST(table, nullable_and_optional_go_together) {
    expect_flaw("a nullable field must be a std::optional",
                row<&good::number>("Number", since(0).nullable()));
    expect_flaw("a std::optional field must be nullable", row<&good::text>("Text", since(0)));
}

TEST(table, tags_ascend) {
    expect_flaw("tags must ascend", row<&good::first_tag>("FirstTag", since(1).tagged(1)),
                row<&good::second_tag>("SecondTag", since(1).tagged(1)));
}

// Two members of one type with their names swapped would pass every comparison of bytes and of
// schemas.
TEST(table, rows_stand_in_the_order_of_the_members) {
    for (const any_message& m : every_message()) {
        expect_members_in_order(m.what->table().plain, m.name);
        expect_members_in_order(m.what->table().tagged, m.name);
    }
}

TEST(table, both_halves_of_an_api_have_the_same_versions) {
    all_requests::each([]<class Request>() {
        using response = typename Request::response_type;
        EXPECT_EQ(Request::api_key, response::api_key);
        EXPECT_EQ(Request::oldest, response::oldest) << name(key_of<Request>);
        EXPECT_EQ(Request::newest, response::newest) << name(key_of<Request>);
        EXPECT_EQ(Request::flexible_since, response::flexible_since) << name(key_of<Request>);
    });
}

} // namespace kcpp::protocol
