#include "testing/model/fetch_session.hpp"

#include <algorithm>

namespace kcpp::testing {

namespace {

constexpr std::int32_t opens_session = 0, ends_session = -1;

std::int32_t next_epoch(std::int32_t epoch) noexcept {
    return epoch == INT32_MAX ? 1 : epoch + 1;
}

} // namespace

std::vector<read_wish> wishes_of(const protocol::fetch::request& q) {
    std::vector<read_wish> list;
    for (const auto& t : q.topics)
        for (const auto& p : t.partitions)
            list.push_back({{t.name, t.topic_id, p.index}, p});
    return list;
}

std::vector<read_wish> fetch_session::wishes() const {
    std::vector<read_wish> list;
    for (const entry& e : order_)
        list.push_back(e.wish);
    return list;
}

void fetch_session::take_up(const protocol::fetch::request& q) {
    for (read_wish& wish : wishes_of(q))
        follow(std::move(wish));
    for (const auto& t : q.forgotten_topics)
        for (const std::int32_t p : t.partitions) {
            const auto found = places_.find({t.name, t.topic_id, p});
            if (found == places_.end()) continue;
            order_.erase(found->second);
            places_.erase(found);
        }
}

void fetch_session::advance() noexcept {
    epoch_ = next_epoch(epoch_);
}

void fetch_session::follow(read_wish wish) {
    if (const auto found = places_.find(wish.place); found != places_.end()) {
        found->second->wish = std::move(wish);
        return;
    }
    const auto added = order_.insert(order_.end(), {std::move(wish)});
    places_.emplace(added->wish.place, added);
}

bool fetch_session::tell(const read_answer& a) {
    const auto found = places_.find(a.place);
    if (found == places_.end()) return false; // given up meanwhile
    entry& e = *found->second;
    const auto& r = a.result;
    const bool has_records = r.records && !r.records->empty();
    const bool news = has_records || r.error_code != 0 || r.diverging_epoch.end_offset != -1 ||
                      r.preferred_read_replica != -1 || r.high_watermark != e.told_high_watermark ||
                      r.log_start_offset != e.told_log_start;
    // After an error everything is news.
    e.told_high_watermark = r.error_code != 0 ? -1 : r.high_watermark;
    e.told_log_start = r.log_start_offset;
    if (has_records) order_.splice(order_.end(), order_, found->second);
    return news;
}

fetch_session_cache::turn fetch_session_cache::begin(const protocol::fetch::request& q,
                                                     bool by_topic_id, runtime::time_point now) {
    if (q.session_epoch != opens_session && q.session_epoch != ends_session)
        return go_on(q, by_topic_id, now);
    sessions_.erase(q.session_id);
    turn t;
    t.wishes = wishes_of(q);
    t.opens = q.session_epoch == opens_session;
    return t;
}

fetch_session_cache::turn fetch_session_cache::go_on(const protocol::fetch::request& q,
                                                     bool by_topic_id, runtime::time_point now) {
    turn t;
    const auto found = sessions_.find(q.session_id);
    if (found == sessions_.end())
        t.error = broker_errc::fetch_session_id_not_found;
    else if (found->second->epoch() != q.session_epoch)
        t.error = broker_errc::invalid_fetch_session_epoch;
    else if (found->second->by_topic_id() != by_topic_id)
        t.error = broker_errc::fetch_session_topic_id_error;
    if (t.error != broker_errc::none) return t;

    fetch_session& s = *found->second;
    s.take_up(q);
    if (s.empty()) { // nothing is left to keep it for
        sessions_.erase(found);
        t.wishes = wishes_of(q);
        return t;
    }
    s.advance();
    s.last_used = now;
    t.wishes = s.wishes();
    t.session = found->second;
    t.expected_epoch = s.epoch();
    return t;
}

std::int32_t fetch_session_cache::finish(turn& t, std::vector<read_answer>& answers,
                                         bool by_topic_id, runtime::time_point now) {
    if (t.opens) return open(t, answers, by_topic_id, now);
    if (!t.session) return 0;
    if (t.session->epoch() == t.expected_epoch) {
        std::erase_if(answers, [&](const read_answer& a) { return !t.session->tell(a); });
    } else { // the client asked once more while this request waited
        t.error = broker_errc::invalid_fetch_session_epoch;
        answers.clear();
    }
    return t.session->id();
}

std::int32_t fetch_session_cache::open(const turn& t, const std::vector<read_answer>& answers,
                                       bool by_topic_id, runtime::time_point now) {
    if (!make_room(now)) return 0;
    const auto s = std::make_shared<fetch_session>(fresh_id(), by_topic_id);
    s->last_used = now;
    for (const read_wish& wish : t.wishes)
        s->follow(wish);
    for (const read_answer& a : answers)
        s->tell(a);
    sessions_.emplace(s->id(), s);
    return s->id();
}

bool fetch_session_cache::make_room(runtime::time_point now) {
    if (sessions_.size() < slots) return true;
    const auto oldest =
        std::ranges::min_element(sessions_, {}, [](const auto& s) { return s.second->last_used; });
    if (runtime::after(oldest->second->last_used, idle) >= now) return false;
    sessions_.erase(oldest);
    return true;
}

std::int32_t fetch_session_cache::fresh_id() {
    for (;;) {
        const auto id = static_cast<std::int32_t>(random_() & INT32_MAX);
        if (id != 0 && !sessions_.contains(id)) return id;
    }
}

} // namespace kcpp::testing
