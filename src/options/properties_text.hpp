#pragma once

#include <kcpp/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace kcpp::options {

/// One property as it was written. `line` counts from 1; 0: it came from a map, not from text.
struct property_entry {
    std::string key;
    std::string value;
    int line = 0;

    friend bool operator==(const property_entry&, const property_entry&) = default;
};

/// Where an entry stands, for errors: "client.properties:3", or the name alone for line 0.
std::string place_of(std::string_view name, int line);

/// The entries of a `.properties` file in their order, by the rules of `java.util.Properties.load`,
/// except that the text is UTF-8. Fails, naming the line, only for a `\u` escape that is none.
result<std::vector<property_entry>> read_properties(std::string_view text, std::string_view name);

} // namespace kcpp::options
