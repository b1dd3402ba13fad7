// Reads any text as a properties file. What is accepted passes or fails validation, with a sentence
// either way.

#include "options/validate.hpp"

#include <kcpp/properties.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace {

void must_speak(const std::optional<kcpp::error>& wrong) {
    if (wrong && wrong->message().empty()) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto read = kcpp::properties::parse(text, "fuzz.properties");
    if (!read) {
        // Every complaint names the line.
        if (!read.error().message().starts_with("fuzz.properties:")) std::abort();
        return 0;
    }
    must_speak(kcpp::options::validate(read->client));
    must_speak(kcpp::options::validate(read->producer, read->client));
    must_speak(kcpp::options::validate(read->consumer, read->client));
    return 0;
}
