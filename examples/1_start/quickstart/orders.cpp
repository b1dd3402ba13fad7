#include "orders.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace quickstart {

namespace {

constexpr std::size_t most_customers = 1000;

/// The number behind `before`, which is all that the text consists of.
std::optional<std::size_t> number_behind(std::string_view before, std::string_view text) {
    if (!text.starts_with(before)) return std::nullopt;
    text.remove_prefix(before.size());
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

} // namespace

orders::orders(std::size_t count)
    : count_(count), customers_(std::clamp(count, std::size_t(1), most_customers)),
      next_(customers_), last_arrival_(clock::now()) {}

void orders::arrived(const kcpp::consumer_record& record) {
    const auto customer = number_behind("customer-", record.key().text());
    const auto number = number_behind("order ", record.value().text());
    if (!customer || *customer >= customers_ || !number) {
        ++misplaced_;
        return;
    }
    // One member at a time reads a partition, and so a key; the loop of another one sees what this
    // one wrote.
    auto& next = next_[*customer];
    if (*number < next) {
        ++repeated_;
    } else if (*number > next) {
        ++misplaced_;
    } else {
        ++next;
        last_arrival_ = clock::now();
        ++read_;
    }
}

} // namespace quickstart
