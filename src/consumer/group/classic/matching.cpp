// How a member that subscribes to a pattern learns which topics match it.

#include "consumer/core.hpp"
#include "consumer/group/classic/classic_member.hpp"

#include <algorithm>

namespace kcpp::consuming {

/// Until it knows what matches another pattern, it goes on with what it reads.
void classic_member::resubscribe(wanted_topics wanted) {
    const bool watches_already = wanted.pattern && wanted.pattern == wanted_.pattern;
    member::resubscribe(std::move(wanted));
    if (watches_already) return;
    end_watch();
    if (wanted_.pattern)
        begin_watch();
    else
        topics_ = wanted_.names;
}

void classic_member::begin_watch() {
    // Whoever may become a classic member has had it compiled by subscribe() once.
    auto pattern = topic_matcher::compile(*wanted_.pattern).value();
    watch_ = std::make_shared<topic_watch>(core_.cluster(), std::move(pattern), news_);
    core_.cluster().spawn(topic_watch::run(core_.shared_cluster(), watch_));
}

void classic_member::end_watch() {
    if (const auto watch = std::exchange(watch_, nullptr)) watch->end();
}

/// Takes over what matches now.
void classic_member::take_matches() {
    if (!watch_) return;
    if (misses_a_topic()) watch_->refresh();
    const auto* matching = watch_->topics();
    if (!matching || *matching == topics_) return;
    topics_ = *matching;
    core_.log().info("group ", core_.options().group_id, ": ", topics_.size(), " topics match \"",
                     wanted_.pattern->expression(), '"');
}

/// Metadata, which is asked more often, says of one of them that it does not exist.
bool classic_member::misses_a_topic() const {
    const auto known = core_.cluster().metadata().current();
    return std::ranges::any_of(topics_, [&](const std::string& name) {
        const auto topic = known->find(name);
        return topic && topic->error == broker_errc::unknown_topic_or_partition;
    });
}

/// Before each join: members that heard of a new topic one after the other would share out again
/// and again.
runtime::task<result<void>> classic_member::look_for_matches() {
    const auto watch = watch_;
    if (!watch) co_return result<void>();
    const auto patience = std::min<runtime::duration>(core_.cluster().options().request_timeout,
                                                      core_.options().session_timeout / 2);
    const auto until = runtime::after(now(), patience);
    auto looked = co_await topic_watch::look(watch, until);
    take_matches();
    // What was known before is better than nothing, while the others wait.
    if (watch->topics() != nullptr) co_return result<void>();
    co_return looked;
}

} // namespace kcpp::consuming
