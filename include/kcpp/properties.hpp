#pragma once

#include <kcpp/client_options.hpp>
#include <kcpp/consumer_options.hpp>
#include <kcpp/producer_options.hpp>
#include <kcpp/result.hpp>

#include <filesystem>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace [[gnu::visibility("default")]] kcpp {

/// Options in the spelling of Java's and librdkafka's configuration, for moving from either:
/// `linger.ms=5` and `queue.buffering.max.ms=5` say the same.
///
/// One set of properties serves client, producer and consumer; each takes what concerns it. What is
/// not given has kcpp's default, raised where it would contradict what is given
/// (`delivery.timeout.ms` follows a long `request.timeout.ms`, as with Java).
///
/// Errors (`client_errc::invalid_option`) name the key, and the line of a file: an unknown key,
/// with the nearest known one; a value that cannot be, with what can; an option that kcpp does not
/// have, with what to do instead, unless its value asks for what kcpp does anyway; two spellings of
/// one option that contradict each other. Of two equal keys the last counts, as with Java. Errors
/// repeat no value of a key that may hold a secret. Whether the options agree with each other is
/// checked where they are used.
class properties {
public:
    /// From a `.properties` file, by the rules of `java.util.Properties`, in UTF-8: `key=value`,
    /// `key: value` or `key value` lines, `#` and `!` comments, backslash escapes and
    /// continuations. A file that cannot be read is an error with the system's code.
    static result<properties> load(const std::filesystem::path& file);
    static result<properties> load(const std::map<std::string, std::string>& entries);
    static result<properties>
    load(std::initializer_list<std::pair<const std::string, std::string>> entries);
    /// From the text of a `.properties` file; `name` stands for the file in errors.
    static result<properties> parse(std::string_view text, std::string_view name = "properties");

    client_options client{};
    producer_options producer{};
    consumer_options consumer{};
};

} // namespace kcpp
