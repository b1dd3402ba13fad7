#include "narrator.hpp"

#include <cstdio>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <unistd.h>

namespace quickstart {

namespace {

constexpr int text_width = 56;
constexpr int time_width = 8;
constexpr const char* line_again = "\r\x1b[K";

} // namespace

std::string with_commas(std::size_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t left = digits.size(); left > 3; left -= 3)
        digits.insert(left - 3, 1, ',');
    return digits;
}

std::string readable(clock::duration time) {
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    if (milliseconds < 1000) return std::to_string(milliseconds) + " ms";
    std::ostringstream seconds;
    seconds << std::fixed << std::setprecision(1) << static_cast<double>(milliseconds) / 1000
            << " s";
    return seconds.str();
}

narrator::narrator() : terminal_(isatty(STDOUT_FILENO) == 1) {}

void narrator::title(std::string_view text) {
    std::cout << '\n' << text << "\n\n";
}

void narrator::begin(std::string_view what) {
    begun_ = shown_ = clock::now();
    under_way_ = what;
    if (terminal_) std::cout << "  … " << what << std::flush;
}

void narrator::progress(std::size_t done, std::size_t total) {
    using namespace std::chrono_literals;
    if (!terminal_ || clock::now() - shown_ < 100ms) return;
    shown_ = clock::now();
    std::cout << line_again << "  … " << under_way_ << ": " << with_commas(done) << " of "
              << with_commas(total) << std::flush;
}

void narrator::done(std::string_view what, std::string_view extra) {
    const auto took = readable(clock::now() - begun_);
    if (terminal_) std::cout << line_again;
    std::cout << (terminal_ ? "  ✓ " : "  ") << std::left << std::setw(text_width) << what
              << std::right << std::setw(time_width) << took;
    if (!extra.empty()) std::cout << "   " << extra;
    std::cout << std::endl;
}

void narrator::detail(std::string_view text) {
    std::cout << (terminal_ ? "      " : "    ") << text << std::endl;
}

void narrator::failed(std::string_view why) {
    if (terminal_) std::cout << '\n';
    std::cout << std::flush;
    std::cerr << (terminal_ ? "  ✗ " : "  FAILED: ") << why << std::endl;
}

} // namespace quickstart
