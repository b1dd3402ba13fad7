#pragma once

#include "admin/verdict_sheet.hpp"

#include <kcpp/admin_types.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace kcpp::administration {

// Arguments that no broker would take: what is allowed instead, or empty if all is well.

std::string_view wrong_topic_name(std::string_view name);
std::string_view wrong_group_id(std::string_view id);
std::string_view wrong_topic(const new_topic& topic);
std::string_view wrong_partitions(const new_partitions& wanted);
std::string_view wrong_resource(const config_resource& resource);
std::string_view wrong_change(const config_change& change);

/// Items that are a topic's name and nothing else: `verb` is "delete" or the like.
void add_topics(sheet& to, std::string_view verb, const std::vector<std::string>& names);
void add_groups(sheet& to, std::string_view verb, const std::vector<std::string>& ids);

} // namespace kcpp::administration
