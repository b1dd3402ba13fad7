#include "base/text.hpp"

namespace kcpp::base {

text_piece::text_piece(in_digits_t, std::chrono::milliseconds duration) noexcept {
    constexpr long long second = 1000;
    const long long count = duration.count();
    const bool in_seconds = count >= second || count <= -second;

    char* end = digits_;
    const auto put = [&](std::string_view text) { end += text.copy(end, text.size()); };
    end = std::to_chars(end, digits_ + sizeof digits_, in_seconds ? count / second : count).ptr;
    if (in_seconds) {
        const long long rest = count % second < 0 ? -(count % second) : count % second;
        const char fraction[] = {'.', static_cast<char>('0' + rest / 100),
                                 static_cast<char>('0' + rest / 10 % 10),
                                 static_cast<char>('0' + rest % 10)};
        std::string_view shown(fraction, rest == 0 ? 0 : sizeof fraction);
        while (shown.ends_with('0'))
            shown.remove_suffix(1);
        put(shown);
    }
    put(in_seconds ? " s" : " ms");
    view_ = {digits_, static_cast<std::size_t>(end - digits_)};
}

std::string join(std::initializer_list<text_piece> pieces) {
    std::size_t size = 0;
    for (const text_piece& piece : pieces)
        size += piece.view().size();
    std::string joined;
    joined.reserve(size);
    for (const text_piece& piece : pieces)
        joined += piece.view();
    return joined;
}

} // namespace kcpp::base
