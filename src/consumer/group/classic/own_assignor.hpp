#pragma once

#include "consumer/group/classic/assignor.hpp"

#include <kcpp/error.hpp>
#include <kcpp/partition_assignor.hpp>
#include <kcpp/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace kcpp::consuming {

// What an application's assignor is asked, so that whatever it does is an error at worst.

result<std::vector<std::byte>> ask_user_data(partition_assignor& own,
                                             const std::vector<std::string>& topics);

/// Checked; everybody is in it; and if it is cooperative, nobody is given what others still have
/// (KIP-429).
result<partition_assignor::assignments> ask_to_assign(partition_assignor& own,
                                                      std::vector<group_member> members,
                                                      const topic_sizes& topics,
                                                      const topic_racks& racks);

result<void> tell_assignment(partition_assignor& own, const member_assignment& mine,
                             std::int32_t generation);

} // namespace kcpp::consuming
