#pragma once

#include "cluster/core.hpp"
#include "consumer/group/classic/matching_topics.hpp"
#include "network/backoff.hpp"
#include "runtime/signal.hpp"

#include <kcpp/result.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kcpp::consuming {

/// Keeps looking which topics match a pattern. It asks for all topics itself: metadata keeps to
/// those that somebody reads or writes, however many there are. For the I/O thread.
class topic_watch {
public:
    /// `news` is told of every change, until `end`.
    topic_watch(cluster::core& cluster, topic_matcher pattern, runtime::signal& news);

    /// Asks until it is ended: when the last list has grown old (metadata.max.age.ms), and when
    /// there is a reason.
    static runtime::task<> run(std::shared_ptr<cluster::core> cluster,
                               std::shared_ptr<topic_watch> self);
    /// Those that match; nothing as long as no broker has told.
    const std::vector<std::string>* topics() const { return told_ ? &matching_.names() : nullptr; }
    /// The list may not be right any more: asks soon. Calls close together make one request.
    void refresh();
    /// Asks now, unless the last list is only a moment old, and waits for the answer.
    static runtime::task<result<void>> look(std::shared_ptr<topic_watch> self,
                                            runtime::time_point until);
    void end();

private:
    runtime::task<> ask();
    void ask_by(runtime::time_point when);

    cluster::core& cluster_;
    matching_topics matching_;
    runtime::signal& news_;
    runtime::signal wake_;
    runtime::signal answered_;
    network::backoff pauses_;
    runtime::time_point due_{};
    /// When it may be asked again.
    runtime::time_point earliest_{};
    std::uint64_t answers_ = 0;
    /// Instead of the last answer.
    std::optional<error> failure_;
    bool asking_ = false;
    bool told_ = false;
    bool ended_ = false;
};

} // namespace kcpp::consuming
