#include <kcpp/bytes.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

using kcpp::bytes_view;

// Passed by value everywhere, into coroutines too, where g++ 12 wants trivial arguments.
static_assert(std::is_trivially_copyable_v<bytes_view>);
static_assert(std::is_trivially_destructible_v<bytes_view>);
static_assert(sizeof(bytes_view) == 2 * sizeof(void*));

// A number is not a pointer, and bytes are not wider things.
static_assert(!std::is_convertible_v<int, bytes_view>);
static_assert(!std::is_convertible_v<std::vector<int>, bytes_view>);
static_assert(!std::is_convertible_v<std::u16string, bytes_view>);
static_assert(!std::is_convertible_v<std::optional<std::string>, bytes_view>);

TEST(bytes_view, is_null_when_made_from_nothing) {
    EXPECT_TRUE(bytes_view().is_null());
    EXPECT_TRUE(bytes_view(nullptr).is_null());
    EXPECT_TRUE(bytes_view(kcpp::null).is_null());
    const char* nowhere = nullptr;
    EXPECT_TRUE(bytes_view(nowhere).is_null());
    EXPECT_TRUE(bytes_view().empty());
    EXPECT_EQ(bytes_view().text(), "");
    EXPECT_EQ(bytes_view().to_string(), "");
    EXPECT_TRUE(bytes_view().bytes().empty());
    EXPECT_EQ(bytes_view().begin(), bytes_view().end());
}

TEST(bytes_view, is_never_null_when_made_from_an_empty_range) {
    EXPECT_FALSE(bytes_view("").is_null());
    EXPECT_FALSE(bytes_view(std::string_view()).is_null());
    EXPECT_FALSE(bytes_view(std::vector<char>()).is_null());
    EXPECT_FALSE(bytes_view(std::span<const std::byte>()).is_null());
    EXPECT_FALSE(bytes_view(nullptr, 0).is_null());
    EXPECT_TRUE(bytes_view("").empty());
}

TEST(bytes_view, tells_null_from_empty) {
    EXPECT_EQ(bytes_view(), bytes_view(nullptr));
    EXPECT_EQ(bytes_view(""), bytes_view(std::string_view()));
    EXPECT_NE(bytes_view(), bytes_view(""));
    EXPECT_NE(bytes_view(""), bytes_view(nullptr));
}

TEST(bytes_view, shows_text_of_every_kind) {
    const std::string owned = "paid";
    const std::string_view view = owned;
    const char* pointer = owned.c_str();
    char array[] = "paid";
    EXPECT_EQ(bytes_view(owned).text(), "paid");
    EXPECT_EQ(bytes_view(view).text(), "paid");
    EXPECT_EQ(bytes_view(pointer).text(), "paid");
    EXPECT_EQ(bytes_view(array).text(), "paid");
    EXPECT_EQ(bytes_view("paid").text(), "paid");
    EXPECT_EQ(bytes_view(owned).data(), reinterpret_cast<const std::byte*>(owned.data()));
}

TEST(bytes_view, shows_bytes_of_every_kind) {
    const std::vector<char> chars = {'a', '\0', 'b'};
    const std::vector<unsigned char> octets = {'a', 0, 'b'};
    const std::array<std::uint8_t, 3> fixed = {'a', 0, 'b'};
    const std::vector<std::byte> bytes = {std::byte{'a'}, std::byte{0}, std::byte{'b'}};
    const unsigned char raw[] = {'a', 0, 'b'};
    std::byte raw_bytes[] = {std::byte{'a'}, std::byte{0}, std::byte{'b'}};
    const std::string_view expected("a\0b", 3);
    EXPECT_EQ(bytes_view(chars).text(), expected);
    EXPECT_EQ(bytes_view(octets).text(), expected);
    EXPECT_EQ(bytes_view(fixed).text(), expected);
    EXPECT_EQ(bytes_view(bytes).text(), expected);
    EXPECT_EQ(bytes_view(std::span(bytes)).text(), expected);
    EXPECT_EQ(bytes_view(raw).text(), expected);
    EXPECT_EQ(bytes_view(raw_bytes).text(), expected);
    EXPECT_EQ(bytes_view(raw, 3).text(), expected);
}

TEST(bytes_view, compares_the_bytes) {
    EXPECT_EQ(bytes_view("paid"), bytes_view(std::string("paid")));
    EXPECT_NE(bytes_view("paid"), bytes_view("pair"));
    EXPECT_NE(bytes_view("paid"), bytes_view("pai"));
}

TEST(bytes_view, can_be_iterated_and_copied_out) {
    std::string collected;
    for (const std::byte b : bytes_view("paid"))
        collected += static_cast<char>(b);
    EXPECT_EQ(collected, "paid");
    EXPECT_EQ(bytes_view("paid").to_string(), "paid");
    EXPECT_EQ(bytes_view("paid").bytes().size(), 4U);
}
