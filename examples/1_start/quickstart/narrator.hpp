#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace quickstart {

using clock = std::chrono::steady_clock;

/// 1234567 as "1,234,567".
std::string with_commas(std::size_t number);
/// "8 ms", "1.4 s".
std::string readable(clock::duration time);

/// Says on standard output what happens: a line per step and the time it took. A terminal gets
/// marks and a running count, anything else plain text.
class narrator {
public:
    narrator();

    void title(std::string_view text);
    /// A step begins. Each ends with `done`; if an exception ends it, its line stays as it is.
    void begin(std::string_view what);
    /// Seen on a terminal only.
    void progress(std::size_t done, std::size_t total);
    /// The step is over; `extra` stands behind the time.
    void done(std::string_view what, std::string_view extra = {});
    /// More about the last step.
    void detail(std::string_view text);
    void failed(std::string_view why);

private:
    bool terminal_;
    std::string under_way_;
    clock::time_point begun_{};
    clock::time_point shown_{};
};

} // namespace quickstart
