#include "consumer/group/classic/topic_matcher.hpp"

#include "base/text.hpp"

#include <kcpp/error.hpp>

#include <algorithm>
#include <cctype>
#include <locale>
#include <string_view>
#include <vector>

namespace kcpp::consuming {

namespace {

/// Standard libraries compile and match by recursion, one call or more for each character that an
/// expression stands for: this many they do in half a megabyte of stack.
constexpr std::size_t largest = 1000;

/// Most expressions backtrack, and a hundred characters may take them for ever. This one follows
/// all ways at once.
constexpr auto syntax = std::regex::ECMAScript | std::regex::nosubs
#ifdef __GLIBCXX__
                        | std::regex_constants::__polynomial
#endif
    ;

/// How many characters and classes an expression comes to once its repetitions are written out. It
/// need not be well formed.
class written_out {
public:
    explicit written_out(std::string_view expression) : rest_(expression) {
        while (!rest_.empty() && size() <= largest)
            take();
    }
    std::size_t size() const {
        std::size_t sum = 0;
        for (const std::size_t open : groups_)
            sum += open + 1;
        return sum;
    }

private:
    char next() {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    void add(std::size_t size) {
        last_ = size;
        groups_.back() += size;
    }
    void take() {
        switch (next()) {
        case '\\': rest_.remove_prefix(std::min<std::size_t>(rest_.size(), 1)); break;
        case '[': skip_class(); break;
        case '(': groups_.push_back(0); return;
        case ')': return close();
        case '{': return repeat();
        default: break;
        }
        add(1);
    }
    void skip_class() {
        while (!rest_.empty()) {
            const char c = next();
            if (c == ']') return;
            if (c == '\\' && !rest_.empty()) next();
        }
    }
    void close() {
        if (groups_.size() == 1) return;
        const std::size_t size = groups_.back();
        groups_.pop_back();
        add(size + 1);
    }
    void repeat() {
        std::size_t most = 0, number = 0;
        while (!rest_.empty() && rest_.front() != '}') {
            const char c = next();
            const bool digit = c >= '0' && c <= '9';
            number = digit ? std::min(number * 10 + static_cast<std::size_t>(c - '0'), largest) : 0;
            most = std::max(most, number);
        }
        groups_.back() += last_ * most;
        last_ *= most;
    }

    std::string_view rest_;
    std::vector<std::size_t> groups_{0}; // those that are open
    std::size_t last_ = 0;
};

error refused(const topic_pattern& pattern, std::string_view why) {
    return error(client_errc::invalid_argument,
                 base::text("topic_pattern(\"", pattern.expression(), "\") ", why));
}

} // namespace

result<topic_matcher> topic_matcher::compile(const topic_pattern& pattern) {
    if (pattern.expression().empty()) return refused(pattern, "is empty and would match no topic");
    if (written_out(pattern.expression()).size() > largest)
        return refused(pattern, base::text("is too large: written out it has more than ", largest,
                                           " characters and classes; subscribe to names instead"));
    try {
        std::regex compiled;
        // Whatever the program's locale is, a topic's name is ASCII.
        compiled.imbue(std::locale::classic());
        compiled.assign(pattern.expression(), syntax);
        return topic_matcher(std::move(compiled));
    } catch (const std::regex_error& e) {
        return refused(pattern, base::text("is not a regular expression: ", e.what()));
    }
}

bool topic_matcher::matches(const std::string& name) const {
    try {
        return std::regex_match(name, expression_);
    } catch (const std::regex_error&) {
        // Some standard libraries give up what gets too hard for them.
        return false;
    }
}

} // namespace kcpp::consuming
