#include <kcpp/error.hpp>

#include <utility>

namespace kcpp {

struct error::detail {
    std::string sentence;
    error_place place;
    bool outcome_unknown = false;

    /// A code without a sentence still says something.
    static std::shared_ptr<const detail> make(const std::error_code& code, std::string sentence,
                                              error_place place, bool outcome_unknown) {
        if (sentence.empty()) sentence = code.message();
        return std::make_shared<const detail>(
            detail{std::move(sentence), std::move(place), outcome_unknown});
    }

    /// What an error that was moved from still answers with.
    static const detail& of(const std::shared_ptr<const detail>& held) noexcept {
        static const detail nothing{};
        return held ? *held : nothing;
    }
};

error::error(std::error_code code, std::string sentence, error_place place)
    : error(code, detail::make(code, std::move(sentence), std::move(place), false)) {}

error error::unknown_outcome(std::error_code code, std::string sentence, error_place place) {
    return {code, detail::make(code, std::move(sentence), std::move(place), true)};
}

const std::string& error::message() const noexcept {
    return detail::of(detail_).sentence;
}

std::string_view error::topic() const noexcept {
    return detail::of(detail_).place.topic;
}

std::optional<partition_id> error::partition() const noexcept {
    return detail::of(detail_).place.partition;
}

std::optional<std::int32_t> error::broker() const noexcept {
    return detail::of(detail_).place.broker;
}

bool error::is(condition c) const noexcept {
    if (c == condition::unknown_outcome) return detail::of(detail_).outcome_unknown;
    return code_ == make_error_condition(c);
}

kafka_error::kafka_error(error e) : std::system_error(e.code()), error_(std::move(e)) {}

} // namespace kcpp
