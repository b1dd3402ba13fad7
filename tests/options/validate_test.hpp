#pragma once

#include "options/validate.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace kcpp::options {

/// "" if all is well, otherwise the sentence.
inline std::string said(const std::optional<error>& wrong) {
    if (!wrong) return "";
    EXPECT_EQ(*wrong, client_errc::invalid_option);
    return wrong->message();
}

} // namespace kcpp::options
