#pragma once

#include "runtime/runtime.hpp"

#include <kcpp/result.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace kcpp::cluster {

class core;

enum class coordinator_type : std::int8_t { group = 0, transaction = 1, share = 2 };

/// Who coordinates which group or transaction, as far as it is known. For the I/O thread.
class coordinators {
public:
    explicit coordinators(core& owner) noexcept : core_(owner) {}

    /// The broker that coordinates `key`; asks until it is known or `until` has passed.
    /// (FindCoordinator)
    runtime::task<result<std::int32_t>> find(coordinator_type type, std::string key,
                                             runtime::time_point until);
    /// It was said or seen not to be there: look anew next time (C16). Only if it is still the one
    /// that is remembered.
    void forget(coordinator_type type, const std::string& key, std::int32_t node);

private:
    runtime::task<result<std::int32_t>> ask(coordinator_type type, const std::string& key,
                                            runtime::time_point until);

    core& core_;
    std::map<std::pair<coordinator_type, std::string>, std::int32_t> known_;
};

} // namespace kcpp::cluster
