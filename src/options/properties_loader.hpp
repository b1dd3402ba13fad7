#pragma once

#include "options/properties_text.hpp"
#include "options/supported_properties.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp::options {

/// As Java's: of several entries with one key the last counts, in its place.
std::vector<property_entry> last_of_each_key(const std::vector<property_entry>& entries);

/// Turns entries, each key at most once, into options.
class properties_loader {
public:
    /// `name` stands for where the entries come from, in errors.
    explicit properties_loader(std::string_view name) : name_(name) {}

    /// What is wrong with an entry; nothing if it was taken.
    std::optional<error> take(const property_entry& entry);

    /// The options, with defaults that follow from what was given, as Java and librdkafka let them.
    result<properties> finish() &&;

private:
    struct taken {
        const supported_property* row;
        property_entry entry;
    };

    error refusal(const property_entry& entry) const;
    std::optional<error> set(const supported_property& row, const property_entry& entry);
    std::optional<error> contradiction(const supported_property& row,
                                       const property_entry& entry) const;
    const property_entry* given(std::string_view key) const;
    std::optional<error> choose_level();
    void follow_given();

    std::string name_;
    std::vector<taken> taken_;
    draft draft_;
};

} // namespace kcpp::options
