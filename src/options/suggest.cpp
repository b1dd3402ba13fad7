#include "options/suggest.hpp"

#include "options/letters.hpp"
#include "options/other_properties.hpp"
#include "options/supported_properties.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace kcpp::options {

namespace {

/// How many letters must be put in, left out, changed or swapped with their neighbour (optimal
/// string alignment).
std::size_t edits_between(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({last[j] + 1, current[j - 1] + 1, changed});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) current[j] = std::min(current[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, current);
    }
    return last[b.size()];
}

std::string normal(std::string_view key) {
    std::string plain(key);
    for (char& c : plain)
        c = c == '_' || c == '-' ? '.' : lower(c);
    return plain;
}

class nearest {
public:
    explicit nearest(std::string_view key) : wanted_(normal(key)), edits_(1 + key.size() / 5) {}

    void consider(std::string_view name) {
        if (name.empty() || name.ends_with('*')) return;
        const std::size_t apart =
            std::max(name.size(), wanted_.size()) - std::min(name.size(), wanted_.size());
        if (apart > edits_) return;
        const std::size_t edits = edits_between(wanted_, normal(name));
        if (edits > edits_ || (found_ && edits == edits_)) return;
        edits_ = edits;
        found_ = name;
    }
    std::optional<std::string_view> found() const noexcept { return found_; }

private:
    std::string wanted_;
    std::size_t edits_; ///< the most that is taken
    std::optional<std::string_view> found_;
};

} // namespace

std::optional<std::string_view> suggestion_for(std::string_view key) {
    constexpr std::size_t longest_name = 64;
    if (key.size() > longest_name) return std::nullopt;
    nearest best(key);
    for (const supported_property& p : supported_properties()) {
        for (const std::string_view name : p.spellings)
            best.consider(name);
    }
    for (const unsupported_property& p : unsupported_properties())
        best.consider(p.name);
    for (const ignored_property& p : ignored_properties())
        best.consider(p.name);
    return best.found();
}

} // namespace kcpp::options
