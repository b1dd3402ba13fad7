#include "options/option_error.hpp"
#include "options/properties_loader.hpp"

#include <kcpp/properties.hpp>

#include <cerrno>
#include <cstddef>
#include <fstream>

namespace kcpp {

namespace {

/// Far more than any configuration, and nothing to a machine.
constexpr std::size_t largest_file = 1024 * 1024;

result<std::string> read_file(const std::filesystem::path& file) {
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    std::string text(largest_file + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.is_open() || in.bad()) {
        const std::error_code why(errno, std::generic_category());
        return error(why ? why : make_error_code(client_errc::invalid_argument),
                     base::text("cannot read the properties file ", file.string(), ": ",
                                why ? why.message() : "no reason given"));
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > largest_file) {
        return options::option_error(file.string(), " has more than ", largest_file,
                                     " bytes and is hardly a properties file");
    }
    return text;
}

result<properties> load_entries(const std::vector<options::property_entry>& entries,
                                std::string_view name) {
    options::properties_loader loader(name);
    for (const options::property_entry& entry : options::last_of_each_key(entries)) {
        if (auto wrong = loader.take(entry)) return *std::move(wrong);
    }
    return std::move(loader).finish();
}

} // namespace

result<properties> properties::load(const std::filesystem::path& file) {
    const result<std::string> text = read_file(file);
    if (!text) return text.error();
    return parse(*text, file.filename().string());
}

result<properties> properties::load(const std::map<std::string, std::string>& entries) {
    std::vector<options::property_entry> list;
    for (const auto& [key, value] : entries)
        list.push_back({key, value});
    return load_entries(list, "properties");
}

result<properties>
properties::load(std::initializer_list<std::pair<const std::string, std::string>> entries) {
    return load(std::map<std::string, std::string>(entries));
}

result<properties> properties::parse(std::string_view text, std::string_view name) {
    const auto entries = options::read_properties(text, name);
    if (!entries) return entries.error();
    return load_entries(*entries, name);
}

} // namespace kcpp
