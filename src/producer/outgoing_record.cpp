#include <kcpp/producer_interceptor.hpp>

#include <utility>

namespace kcpp {

void outgoing_record::set_value(bytes_view value) {
    if (value.is_null()) {
        now_.value = nullptr;
        return;
    }
    // The new value may be part of the old one.
    auto copy = value.to_string();
    value_ = std::move(copy);
    now_.value = *value_;
}

void outgoing_record::add_header(std::string_view name, bytes_view value) {
    auto& own = own_headers();
    own.add(name, value);
    now_.headers = own;
}

void outgoing_record::remove_headers(std::string_view name) {
    // The name may be that of one of them.
    const std::string copy(name);
    auto& own = own_headers();
    own.remove(copy);
    now_.headers = own;
}

headers& outgoing_record::own_headers() {
    if (!headers_) {
        headers_.emplace();
        for (const header& each : now_.headers)
            headers_->add(each.name, each.value);
    }
    return *headers_;
}

} // namespace kcpp
