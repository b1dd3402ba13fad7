#pragma once

#include "consumer/partition_table.hpp"
#include "protocol/fetch.hpp"
#include "wire/uuid.hpp"

#include <kcpp/types.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace kcpp::consuming {

/// What one broker remembers of what is read from it, so that requests name only what has changed
/// since the last one, as answers do (KIP-227). One request at a time.
///
/// A plain state machine: `next` before a request, then either `answered` or `lost`.
class fetch_session {
public:
    /// A partition as the broker knows it: by the topic's id or, before Fetch 13, by its name.
    struct forgotten {
        std::string topic;
        wire::uuid topic_id;
        partition_id partition = 0;

        friend bool operator==(const forgotten&, const forgotten&) = default;
    };
    /// What the next request has to say.
    struct message {
        std::int32_t id = 0;
        std::int32_t epoch = 0;
        /// All of the plan's if `epoch` is 0.
        std::vector<fetch_target> named;
        std::vector<forgotten> no_more;

        /// It opens a session, and closes the one with this id.
        bool opens() const noexcept { return epoch == 0; }
    };

    /// So that the broker reads exactly what is planned.
    message next(const fetch_plan& plan);
    /// As `next` with the same plan as before, of which `answered` told nothing new: without a look
    /// at each partition.
    message next_again(const fetch_plan& same);
    /// What the broker made of it, be it an error.
    void answered(const protocol::fetch::response& said);
    /// Nobody knows what the broker made of it.
    void lost() noexcept { epoch_ = 0; }

    static constexpr std::int32_t epoch_after(std::int32_t epoch) noexcept {
        return epoch == std::numeric_limits<std::int32_t>::max() ? 1 : epoch + 1;
    }

    /// What was asked of a partition that the answer is about; null if nothing was.
    const fetch_target* find(const protocol::fetch::topic_result& topic,
                             partition_id partition) const;

private:
    struct followed {
        fetch_target target;
        std::uint64_t round = 0;
    };
    struct place_hash {
        std::size_t operator()(const topic_partition& place) const noexcept;
    };

    void open(const fetch_plan& plan, message& said);
    void go_on(const fetch_plan& plan, message& said);
    void forget_others(message& said);
    void name(const fetch_target& target, message& said);
    std::size_t count(const protocol::fetch::response& said) const;

    std::int32_t id_ = 0;
    /// Of the next request; 0: that opens a session.
    std::int32_t epoch_ = 0;
    bool by_topic_id_ = false;
    std::uint64_t round_ = 0;
    std::unordered_map<topic_partition, followed, place_hash> followed_;
    std::map<wire::uuid, std::string> names_;
};

} // namespace kcpp::consuming
