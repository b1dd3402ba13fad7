#pragma once

#include <kcpp/error_codes.hpp>
#include <kcpp/testing/faults.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kcpp::testing {

/// What goes wrong with a request.
namespace faults {
struct fail {
    broker_errc error;
};
/// Of Produce: what was sent is written, and the answer says this all the same.
struct fail_late {
    broker_errc error;
};
struct delay {
    std::chrono::milliseconds time;
};
/// The answer tells the client to wait, and the connection is muted for that long (KIP-219).
struct throttle {
    std::chrono::milliseconds time;
};
struct answer_bytes {
    std::vector<std::byte> bytes;
};
} // namespace faults
using fault = std::variant<faults::fail, faults::fail_late, faults::delay, faults::throttle, drop,
                           faults::answer_bytes>;

struct fault_rule {
    api of;
    fault_place where;
    fault what;
    std::int32_t times_left = 1;
};

/// The faults that a test has asked for, in that order.
class fault_script {
public:
    void add(fault_rule rule) { rules_.push_back(std::make_shared<fault_rule>(std::move(rule))); }
    void clear() {
        rules_.clear();
        versions_.clear();
    }

    /// The first rule of kind `Fault` for this request, which then counts as used once.
    template <class Fault>
    std::shared_ptr<const fault_rule> take(api of, std::int32_t broker, std::string_view topic = {},
                                           partition_id partition = -1) {
        return take(of, broker, topic, partition,
                    [](const fault& what) { return std::holds_alternative<Fault>(what); });
    }

    bool take_drop(api of, std::int32_t broker, drop when);

    /// Stands in for a broker that speaks fewer versions.
    void limit_versions(api of, std::int16_t oldest, std::int16_t newest) {
        versions_[of] = {oldest, newest};
    }
    const std::pair<std::int16_t, std::int16_t>* limits(api of) const {
        const auto found = versions_.find(of);
        return found == versions_.end() ? nullptr : &found->second;
    }

private:
    std::shared_ptr<const fault_rule> take(api of, std::int32_t broker, std::string_view topic,
                                           partition_id partition,
                                           const std::function<bool(const fault&)>& wanted);

    std::list<std::shared_ptr<fault_rule>> rules_;
    std::map<api, std::pair<std::int16_t, std::int16_t>> versions_;
};

/// Whether an error rule strikes this part of a request; a rule for a topic does not strike the
/// whole.
bool strikes(const fault_place& where, std::string_view topic, partition_id partition);

} // namespace kcpp::testing
