#pragma once

#include "testing/model/classic_group.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the parts of classic_group share.
namespace kcpp::testing {

/// Answers whoever waits at `slot`, if anybody does.
template <class Answer>
void reply(answer_slot<Answer>& slot, Answer answer) {
    if (slot) slot->emplace(std::move(answer));
    slot = nullptr;
}

inline join_answer refused_join(broker_errc error, std::string member_id) {
    join_answer a;
    a.error = error;
    a.member_id = std::move(member_id);
    return a;
}

inline sync_answer refused_sync(broker_errc error) {
    sync_answer a;
    a.error = error;
    return a;
}

/// What a member says under one protocol; empty if it does not speak it.
inline const group_bytes& metadata_in(const std::vector<member_protocol>& protocols,
                                      std::string_view name) {
    static const group_bytes none;
    const auto found = std::ranges::find(protocols, name, &member_protocol::name);
    return found == protocols.end() ? none : found->metadata;
}

inline bool lists(const std::vector<member_protocol>& protocols, std::string_view name) {
    return std::ranges::count(protocols, name, &member_protocol::name) != 0;
}

} // namespace kcpp::testing
