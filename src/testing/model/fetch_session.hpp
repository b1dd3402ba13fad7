#pragma once

#include "protocol/fetch.hpp"
#include "runtime/time.hpp"

#include <kcpp/error_codes.hpp>

#include <compare>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace kcpp::testing {

/// A partition as fetch requests name it: by the topic's name or, later, by its id.
struct read_place {
    std::string topic{};
    wire::uuid topic_id{};
    std::int32_t partition = 0;

    friend auto operator<=>(const read_place&, const read_place&) = default;
};

/// What somebody wants to read.
struct read_wish {
    read_place place;
    protocol::fetch::partition asked;
};

/// What he is told of it.
struct read_answer {
    read_place place;
    protocol::fetch::partition_result result;
};

/// The wishes that a request names, in its order.
std::vector<read_wish> wishes_of(const protocol::fetch::request& q);

/// What a client reads at one broker, kept between its requests, which then only name what changed,
/// as answers do (KIP-227, FetchSession).
class fetch_session {
public:
    fetch_session(std::int32_t id, bool by_topic_id) : id_(id), by_topic_id_(by_topic_id) {}

    std::int32_t id() const noexcept { return id_; }
    /// What the next request must say.
    std::int32_t epoch() const noexcept { return epoch_; }
    bool by_topic_id() const noexcept { return by_topic_id_; }
    bool empty() const noexcept { return order_.empty(); }
    /// In the order in which they are read: who got records goes to the end of it.
    std::vector<read_wish> wishes() const;

    void take_up(const protocol::fetch::request& q);
    /// After a request that was in order.
    void advance() noexcept;
    void follow(read_wish wish);
    /// Notes what the client is told; false if that is no news to it.
    bool tell(const read_answer& a);

    runtime::time_point last_used{};

private:
    struct entry {
        read_wish wish;
        std::int64_t told_high_watermark = -1;
        std::int64_t told_log_start = -1;
    };

    std::int32_t id_;
    std::int32_t epoch_ = 1;
    bool by_topic_id_;
    std::list<entry> order_;
    std::map<read_place, std::list<entry>::iterator> places_;
};

/// The sessions of one broker.
class fetch_session_cache {
public:
    /// max.incremental.fetch.session.cache.slots
    static constexpr std::size_t slots = 1000;
    /// Who was silent for longer makes room for others.
    static constexpr std::chrono::minutes idle{2};

    explicit fetch_session_cache(std::function<std::uint64_t()> random)
        : random_(std::move(random)) {}

    /// One request on its way.
    struct turn {
        broker_errc error = broker_errc::none;
        std::vector<read_wish> wishes{};
        /// The session that it belongs to, or null.
        std::shared_ptr<fetch_session> session{};
        std::int32_t expected_epoch = 0;
        /// The answer opens a session.
        bool opens = false;
    };

    turn begin(const protocol::fetch::request& q, bool by_topic_id, runtime::time_point now);

    /// Leaves in `answers` what the client must hear, and says which session it is in.
    std::int32_t finish(turn& t, std::vector<read_answer>& answers, bool by_topic_id,
                        runtime::time_point now);

private:
    turn go_on(const protocol::fetch::request& q, bool by_topic_id, runtime::time_point now);
    std::int32_t open(const turn& t, const std::vector<read_answer>& answers, bool by_topic_id,
                      runtime::time_point now);
    bool make_room(runtime::time_point now);
    std::int32_t fresh_id();

    std::function<std::uint64_t()> random_;
    std::map<std::int32_t, std::shared_ptr<fetch_session>> sessions_;
};

} // namespace kcpp::testing
