#include "protocol/codec.hpp"
#include "protocol/compare.hpp"

namespace kcpp::protocol::engine {

namespace {

using wire::codec_error;

/// Counts where a writer writes.
class counter {
public:
    template <class Int>
    void integer(Int) noexcept {
        size_ += sizeof(Int);
    }
    void uvarint(std::uint32_t value) noexcept { size_ += wire::uvarint_size(value); }
    void raw(const void*, std::size_t size) noexcept { size_ += size; }
    void payload(std::span<const std::byte> bytes) noexcept { size_ += bytes.size(); }
    std::size_t size() const noexcept { return size_; }

private:
    std::size_t size_ = 0;
};

/// Writes to a writer, or to a counter: the size of a tagged field stands before it, and is counted
/// first.
template <class Sink>
class encoder {
public:
    encoder(Sink& out, std::int16_t version, bool flexible)
        : out_(out), version_(version), flexible_(flexible) {}

    codec_error error() const noexcept { return error_; }

    void structure(const layout& table, const void* at) {
        const auto* base = static_cast<const std::byte*>(at);
        for (const step& s : table.plain)
            if (s.rules.present.has(version_))
                field(s, base + s.offset);
            else
                check_dropped(table, s, base);
        if (!table.tagged.empty()) return tagged_fields(table, base);
        if (flexible_) out_.uvarint(0);
    }

private:
    void fail(codec_error error) {
        if (error_ == codec_error::ok) error_ = error;
    }

    /// A value that this version cannot carry may be lost only where the table says so, or if it
    /// says nothing.
    void check_dropped(const layout& table, const step& s, const std::byte* base) {
        if (!s.rules.may_drop && !is_blank(table, s, base)) fail(codec_error::not_in_version);
    }

    void field(const step& s, const void* at) {
        const bool null_allowed = s.rules.null.has(version_);
        if (s.type->optional) {
            at = s.type->held(at);
            if (at == nullptr) return null_allowed ? null(s) : fail(codec_error::null_not_allowed);
        }
        if (s.type->array) return array(s, at);
        if (s.type->of == kind::structure && null_allowed) out_.integer(std::int8_t{1});
        value(s, at);
    }

    void null(const step& s) {
        if (s.type->of == kind::structure && !s.type->array)
            out_.integer(std::int8_t{-1});
        else if (compact(s))
            out_.uvarint(0);
        else if (s.type->of == kind::string && !s.type->array)
            out_.integer(std::int16_t{-1});
        else
            out_.integer(std::int32_t{-1});
    }

    void array(const step& s, const void* at) {
        const elements list = s.type->items(at);
        length(s, list.count);
        const auto* each = static_cast<const std::byte*>(list.first);
        for (std::size_t i = 0; i < list.count; ++i, each += s.type->stride)
            value(s, each);
    }

    void value(const step& s, const void* at) {
        switch (s.type->of) {
        case kind::boolean: return out_.integer(std::int8_t{*static_cast<const bool*>(at)});
        case kind::int8: return out_.integer(*static_cast<const std::int8_t*>(at));
        case kind::int16: return out_.integer(*static_cast<const std::int16_t*>(at));
        case kind::int32: return out_.integer(*static_cast<const std::int32_t*>(at));
        case kind::int64: return out_.integer(*static_cast<const std::int64_t*>(at));
        case kind::id: return out_.raw(at, sizeof(uuid));
        case kind::string: return string(s, *static_cast<const std::string*>(at));
        case kind::bytes: return owned_bytes(s, *static_cast<const bytes*>(at));
        case kind::records: return records(s, *static_cast<const records_view*>(at));
        case kind::structure: return structure(s.type->inside(), at);
        }
    }

    void string(const step& s, const std::string& text) {
        if (text.size() > INT16_MAX) return fail(codec_error::too_long);
        if (compact(s))
            out_.uvarint(static_cast<std::uint32_t>(text.size() + 1));
        else
            out_.integer(static_cast<std::int16_t>(text.size()));
        out_.raw(text.data(), text.size());
    }

    void owned_bytes(const step& s, const bytes& from) {
        length(s, from.size());
        out_.raw(from.data(), from.size());
    }

    void records(const step& s, records_view from) {
        length(s, from.size());
        out_.payload(from);
    }

    void length(const step& s, std::size_t size) {
        if (size > INT32_MAX) return fail(codec_error::too_long);
        if (compact(s))
            out_.uvarint(static_cast<std::uint32_t>(size + 1));
        else
            out_.integer(static_cast<std::int32_t>(size));
    }

    bool compact(const step& s) const { return flexible_ && s.rules.compact_too; }

    void tagged_fields(const layout& table, const std::byte* base) {
        std::uint32_t count = 0;
        for (const step& s : table.tagged) {
            if (is_blank(table, s, base)) continue;
            if (s.rules.present.has(version_))
                ++count;
            else if (!s.rules.may_drop)
                fail(codec_error::not_in_version);
        }
        if (flexible_) out_.uvarint(count);
        if (count == 0) return;
        for (const step& s : table.tagged)
            if (s.rules.present.has(version_) && !is_blank(table, s, base))
                tagged_field(s, base + s.offset);
    }

    void tagged_field(const step& s, const void* at) {
        counter size;
        encoder<counter>(size, version_, flexible_).field(s, at);
        out_.uvarint(static_cast<std::uint32_t>(s.rules.tag));
        out_.uvarint(static_cast<std::uint32_t>(size.size()));
        field(s, at);
    }

    template <class>
    friend class encoder;

    Sink& out_;
    std::int16_t version_;
    bool flexible_;
    codec_error error_ = codec_error::ok;
};

} // namespace

codec_error encode(const message& what, wire::writer& out, const void* from, std::int16_t version) {
    if (version < what.oldest || version > what.newest) return codec_error::unknown_version;
    const auto start = out.here();
    encoder to(out, version, version >= what.flexible_since);
    to.structure(what.table(), from);
    if (to.error() != codec_error::ok) out.rewind(start);
    return to.error();
}

std::size_t encoded_size(const message& what, const void* from, std::int16_t version) {
    counter size;
    encoder(size, version, version >= what.flexible_since).structure(what.table(), from);
    return size.size();
}

} // namespace kcpp::protocol::engine
