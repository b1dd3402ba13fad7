#pragma once

#include <kcpp/bytes.hpp>

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] kcpp {

/// One header of a record (KIP-82), as a view: a name and a value that may be null. Names may
/// repeat; order is kept.
struct header {
    std::string_view name;
    bytes_view value;

    friend bool operator==(const header&, const header&) = default;
};

/// Headers that own their memory, for records that are kept.
class headers {
public:
    headers() = default;
    headers(std::initializer_list<header> list) {
        for (const header& h : list)
            add(h.name, h.value);
    }

    void add(std::string_view name, bytes_view value) {
        items_.push_back({std::string(name), value.to_string(), value.is_null()});
    }
    /// Removes all of that name.
    void remove(std::string_view name) {
        std::erase_if(items_, [name](const item& each) { return each.name == name; });
    }
    void clear() noexcept { items_.clear(); }
    std::size_t size() const noexcept { return items_.size(); }
    bool empty() const noexcept { return items_.empty(); }

    /// A view of header `i`, valid until the next change.
    header operator[](std::size_t i) const KCPP_LIFETIMEBOUND {
        const item& it = items_[i];
        return {it.name, it.null ? bytes_view() : bytes_view(it.value)};
    }

    friend bool operator==(const headers&, const headers&) = default;

private:
    struct item {
        std::string name;
        std::string value;
        bool null = false;
        friend bool operator==(const item&, const item&) = default;
    };
    std::vector<item> items_;
};

} // namespace kcpp
