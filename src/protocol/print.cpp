#include "protocol/codec.hpp"
#include "protocol/compare.hpp"

#include <charconv>
#include <string_view>

namespace kcpp::protocol::engine {

namespace {

class printer {
public:
    printer(std::string& out, std::int16_t version) : out_(out), version_(version) {}

    void structure(const layout& table, const void* at) {
        const auto* base = static_cast<const std::byte*>(at);
        out_ += '{';
        const std::size_t start = out_.size();
        for (const step& s : table.plain)
            if (s.rules.present.has(version_)) field(s, base + s.offset, start);
        for (const step& s : table.tagged)
            if (s.rules.present.has(version_) && !is_blank(table, s, base))
                field(s, base + s.offset, start);
        out_ += '}';
    }

private:
    void field(const step& s, const void* at, std::size_t start) {
        if (out_.size() != start) out_ += ',';
        if (s.type->optional) at = s.type->held(at);
        name(s.name, s.type->of == kind::records && at != nullptr);
        if (at == nullptr)
            out_ += "null";
        else if (s.type->array)
            array(*s.type, at);
        else
            value(*s.type, at);
    }

    /// Kafka's tools begin names in lower case, and tell the size of records.
    void name(std::string_view name, bool by_size) {
        out_ += '"';
        out_ += static_cast<char>(name[0] | 0x20);
        out_ += name.substr(1);
        out_ += by_size ? "SizeInBytes\":" : "\":";
    }

    void array(const shape& type, const void* at) {
        const elements list = type.items(at);
        const auto* first = static_cast<const std::byte*>(list.first);
        out_ += '[';
        for (std::size_t i = 0; i < list.count; ++i) {
            if (i != 0) out_ += ',';
            value(type, first + i * type.stride);
        }
        out_ += ']';
    }

    void value(const shape& type, const void* at) {
        switch (type.of) {
        case kind::boolean: out_ += *static_cast<const bool*>(at) ? "true" : "false"; return;
        case kind::int8: return number(*static_cast<const std::int8_t*>(at));
        case kind::int16: return number(*static_cast<const std::int16_t*>(at));
        case kind::int32: return number(*static_cast<const std::int32_t*>(at));
        case kind::int64: return number(*static_cast<const std::int64_t*>(at));
        case kind::id: return text(to_string(*static_cast<const uuid*>(at)));
        case kind::string: return text(*static_cast<const std::string*>(at));
        case kind::bytes: return base64(*static_cast<const bytes*>(at));
        case kind::records:
            return number(static_cast<std::int64_t>(static_cast<const records_view*>(at)->size()));
        case kind::structure: return structure(type.inside(), at);
        }
    }

    void number(std::int64_t n) {
        char digits[24];
        out_.append(digits, std::to_chars(digits, digits + sizeof digits, n).ptr);
    }

    void text(std::string_view from) {
        constexpr std::string_view hex = "0123456789abcdef";
        out_ += '"';
        for (const char c : from) {
            if (c == '"' || c == '\\') {
                out_ += '\\';
                out_ += c;
            } else if (static_cast<unsigned char>(c) < 0x20) {
                out_ += "\\u00";
                out_ += hex[static_cast<unsigned char>(c) >> 4];
                out_ += hex[static_cast<unsigned char>(c) & 15];
            } else {
                out_ += c;
            }
        }
        out_ += '"';
    }

    void base64(const bytes& from) {
        constexpr std::string_view alphabet =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        out_ += '"';
        for (std::size_t i = 0; i < from.size(); i += 3) {
            std::uint32_t three = 0;
            for (std::size_t j = i; j < i + 3; ++j)
                three = three << 8 | (j < from.size() ? static_cast<std::uint32_t>(from[j]) : 0);
            const std::size_t digits = from.size() - i == 1 ? 2 : from.size() - i == 2 ? 3 : 4;
            for (std::size_t j = 0; j < 4; ++j)
                out_ += j < digits ? alphabet[three >> (18 - 6 * j) & 63] : '=';
        }
        out_ += '"';
    }

    std::string& out_;
    std::int16_t version_;
};

} // namespace

std::string print(const message& what, const void* from, std::int16_t version) {
    std::string out;
    printer(out, version).structure(what.table(), from);
    return out;
}

} // namespace kcpp::protocol::engine
