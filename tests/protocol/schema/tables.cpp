// Prints every table of src/protocol, and the table of error codes, as JSON: what `compare` holds
// against Kafka's jar.

#include "../messages.hpp"
#include "base/kafka_errors.hpp"
#include "protocol/all.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>

using namespace kcpp;
using namespace kcpp::protocol;
using nlohmann::json;

namespace {

json rows_of(const layout& table);

template <class T>
const T& value(const void* at) {
    return *static_cast<const T*>(at);
}

/// The default of a single value; an empty list stands for every empty sequence.
json blank(const shape& type, const void* at) {
    switch (type.of) {
    case kind::boolean: return value<bool>(at);
    case kind::int8: return value<std::int8_t>(at);
    case kind::int16: return value<std::int16_t>(at);
    case kind::int32: return value<std::int32_t>(at);
    case kind::int64: return value<std::int64_t>(at);
    case kind::id: return to_string(value<uuid>(at));
    case kind::string: return value<std::string>(at);
    case kind::bytes: return value<bytes>(at).empty() ? json::array() : json("not empty");
    case kind::records: return value<records_view>(at).empty() ? json::array() : json("not empty");
    case kind::structure: return json::object();
    }
    return {};
}

json blank_of(const layout& table, const step& s) {
    const void* at = static_cast<const std::byte*>(table.blank) + s.offset;
    if (s.type->optional) at = s.type->held(at);
    if (at == nullptr) return nullptr;
    if (!s.type->array) return blank(*s.type, at);
    return s.type->items(at).count == 0 ? json::array() : json("not empty");
}

std::string type_of(const shape& type) {
    static constexpr const char* names[] = {"bool", "int8",   "int16", "int32",   "int64",
                                            "uuid", "string", "bytes", "records", "struct"};
    return (type.array ? "[]" : "") + std::string(names[static_cast<int>(type.of)]);
}

json row_of(const layout& table, const step& s) {
    json row{{"name", s.name},
             {"type", type_of(*s.type)},
             {"versions", {s.rules.present.first, s.rules.present.last}},
             {"nullable", {s.rules.null.first, s.rules.null.last}},
             {"tag", s.rules.tag},
             {"ignorable", s.rules.may_drop},
             {"compact", s.rules.compact_too},
             {"default", blank_of(table, s)}};
    if (s.type->inside != nullptr) row["fields"] = rows_of(s.type->inside());
    return row;
}

json rows_of(const layout& table) {
    json rows = json::array();
    for (const step& s : table.plain)
        rows.push_back(row_of(table, s));
    for (const step& s : table.tagged)
        rows.push_back(row_of(table, s));
    return rows;
}

json messages() {
    json all = json::array();
    for (const any_message& m : every_message())
        all.push_back({{"name", m.name},
                       {"api_key", m.api_key},
                       {"oldest", m.what->oldest},
                       {"newest", m.what->newest},
                       {"flexible_since", m.what->flexible_since},
                       {"fields", rows_of(m.what->table())}});
    return all;
}

json apis() {
    json all = json::array();
    all_requests::each([&]<class Request>() {
        using response = typename Request::response_type;
        const api_info& info = *find_api(Request::api_key);
        json api{{"key", Request::api_key}, {"name", info.name}, {"newest_sent", info.newest}};
        if constexpr (requires { response::throttled_since; })
            api["throttled_since"] = std::max(response::throttled_since, response::oldest);
        all.push_back(api);
    });
    return all;
}

json errors() {
    using enum base::error_traits;
    json all = json::array();
    for (const base::kafka_error_info& e : base::kafka_errors())
        all.push_back({{"code", e.code},
                       {"name", e.name},
                       {"retriable", e.is(retriable)},
                       {"refresh", e.is(refresh_metadata)      ? "metadata"
                                   : e.is(refresh_coordinator) ? "coordinator"
                                                               : "none"}});
    return all;
}

} // namespace

int main() {
    const json all{{"messages", messages()}, {"apis", apis()}, {"errors", errors()}};
    std::puts(all.dump().c_str());
}
