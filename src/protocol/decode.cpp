#include "protocol/codec.hpp"

#include <cstring>

namespace kcpp::protocol::engine {

namespace {

using wire::codec_error;
using wire::length_format;

class decoder {
public:
    decoder(wire::reader& in, std::int16_t version, bool flexible)
        : in_(in), version_(version), flexible_(flexible) {}

    void structure(const layout& table, void* at) {
        auto* base = static_cast<std::byte*>(at);
        for (const step& s : table.plain)
            if (s.rules.present.has(version_)) field(s, base + s.offset);
        if (flexible_) tag_section(table, base);
    }

private:
    void field(const step& s, void* at) {
        if (s.type->array) return array(s, at);
        switch (s.type->of) {
        case kind::string:
        case kind::bytes:
        case kind::records: return nullable_sequence(s, at);
        case kind::structure: return nullable_structure(s, at);
        default: return fixed(s.type->of, at);
        }
    }

    void fixed(kind of, void* at) {
        switch (of) {
        case kind::boolean: *static_cast<bool*>(at) = in_.integer<std::int8_t>() != 0; return;
        case kind::int8: *static_cast<std::int8_t*>(at) = in_.integer<std::int8_t>(); return;
        case kind::int16: *static_cast<std::int16_t*>(at) = in_.integer<std::int16_t>(); return;
        case kind::int32: *static_cast<std::int32_t*>(at) = in_.integer<std::int32_t>(); return;
        case kind::int64: *static_cast<std::int64_t*>(at) = in_.integer<std::int64_t>(); return;
        default: break;
        }
        const auto from = in_.raw(sizeof(uuid));
        if (in_.ok()) std::memcpy(at, from.data(), from.size());
    }

    void nullable_sequence(const step& s, void* at) {
        const std::int64_t size = sequence_length(s, s.rules.null.has(version_));
        if (!in_.ok()) return;
        at = value_place(s, at, size >= 0);
        if (at != nullptr) sequence(s.type->of, at, static_cast<std::size_t>(size));
    }

    std::int64_t sequence_length(const step& s, bool null_allowed) {
        const bool in_place = s.type->of == kind::records;
        const auto classic =
            s.type->of == kind::string ? length_format::int16 : length_format::int32;
        return in_.length(compact(s) ? length_format::compact : classic, 1, in_place ? 0 : 1,
                          null_allowed);
    }

    void sequence(kind of, void* at, std::size_t size) {
        const auto from = in_.raw(size);
        if (of == kind::string)
            static_cast<std::string*>(at)->assign(reinterpret_cast<const char*>(from.data()), size);
        else if (of == kind::bytes)
            static_cast<bytes*>(at)->assign(from.begin(), from.end());
        else
            *static_cast<records_view*>(at) = from;
    }

    void nullable_structure(const step& s, void* at) {
        bool there = true;
        if (s.rules.null.has(version_)) {
            const auto marker = in_.integer<std::int8_t>();
            if (in_.ok() && marker != 1 && marker != -1) in_.fail(codec_error::bad_marker);
            there = marker == 1;
        }
        at = value_place(s, at, there);
        if (at != nullptr) structure(s.type->inside(), at);
    }

    void array(const step& s, void* at) {
        const shape& type = *s.type;
        const auto format = compact(s) ? length_format::compact : length_format::int32;
        const std::int64_t count =
            in_.length(format, least_bytes_of_element(s), type.stride, s.rules.null.has(version_));
        if (!in_.ok()) return;
        at = value_place(s, at, count >= 0);
        if (at != nullptr && count > 0)
            array_elements(s, type.fill(at, static_cast<std::size_t>(count)),
                           static_cast<std::size_t>(count));
    }

    void array_elements(const step& s, void* first, std::size_t count) {
        const shape& type = *s.type;
        auto* each = static_cast<std::byte*>(first);
        const std::byte* end = each + count * type.stride;
        if (type.of == kind::structure) {
            const layout& table = type.inside();
            for (; each != end && in_.ok(); each += type.stride)
                structure(table, each);
        } else if (type.of == kind::string || type.of == kind::bytes) {
            for (; each != end && in_.ok(); each += type.stride)
                sequence(type.of, each, static_cast<std::size_t>(sequence_length(s, false)));
        } else {
            for (; each != end; each += type.stride)
                fixed(type.of, each);
        }
    }

    std::size_t least_bytes_of_element(const step& s) const {
        return protocol::least_bytes_of_element(s, version_, flexible_);
    }

    bool compact(const step& s) const { return flexible_ && s.rules.compact_too; }

    /// Where a value goes; nothing if it is a null, which is stored at once.
    static void* value_place(const step& s, void* at, bool there) {
        if (!s.type->optional) return at;
        if (there) return s.type->emplace(at);
        s.type->reset(at);
        return nullptr;
    }

    void tag_section(const layout& table, std::byte* base) {
        const std::uint32_t count = in_.uvarint();
        std::int64_t last = -1;
        for (std::uint32_t i = 0; i != count && in_.ok(); ++i) {
            const std::uint32_t tag = in_.uvarint();
            const std::uint32_t size = in_.uvarint();
            if (!in_.ok()) return;
            if (tag <= last) return in_.fail(codec_error::bad_tag);
            if (size > in_.remaining()) return in_.fail(codec_error::truncated);
            last = tag;
            tagged_field(table, base, tag, size);
        }
    }

    void tagged_field(const layout& table, std::byte* base, std::uint32_t tag, std::uint32_t size) {
        const std::size_t rest = in_.remaining() - size;
        for (const step& s : table.tagged) {
            if (s.rules.tag != std::int64_t{tag} || !s.rules.present.has(version_)) continue;
            field(s, base + s.offset);
            if (in_.ok() && in_.remaining() != rest) in_.fail(codec_error::bad_tag);
            return;
        }
        in_.raw(size); // a newer peer's
    }

    wire::reader& in_;
    std::int16_t version_;
    bool flexible_;
};

} // namespace

codec_error decode(const message& what, void* into, wire::reader& in, std::int16_t version) {
    if (version < what.oldest || version > what.newest) in.fail(codec_error::unknown_version);
    if (in.ok()) decoder(in, version, version >= what.flexible_since).structure(what.table(), into);
    return in.error();
}

} // namespace kcpp::protocol::engine
