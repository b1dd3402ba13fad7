#pragma once

#include "side.hpp"

/// What is asked of both clusters: one function for each story.
namespace kcpp::integration {

void good_batches(side& s);
void refused_batches(side& s);
void refused_records(side& s);
void idempotence(side& s);
void producer_ids(side& s);
void fetching(side& s);
void fetch_sessions(side& s);
void offsets_by_time(side& s);
void alone_in_a_group(side& s);
void static_member(side& s);
void two_members(side& s);
void committed_offsets(side& s);
void topics(side& s);
void configs(side& s);

} // namespace kcpp::integration
