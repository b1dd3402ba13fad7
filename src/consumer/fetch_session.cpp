#include "consumer/fetch_session.hpp"

#include "consumer/fetch_request.hpp"

#include <functional>

namespace kcpp::consuming {

namespace {

fetch_session::forgotten as_known(const fetch_target& target) {
    return {target.place->topic, target.topic_id, target.place->partition};
}

} // namespace

std::size_t fetch_session::place_hash::operator()(const topic_partition& place) const noexcept {
    return std::hash<std::string>{}(place.topic) * 31 + static_cast<std::size_t>(place.partition);
}

fetch_session::message fetch_session::next(const fetch_plan& plan) {
    const bool by_topic_id = knows_all_ids(plan);
    // A session that began with names cannot go on with ids, nor the other way about (F1).
    if (by_topic_id != by_topic_id_) epoch_ = 0;
    by_topic_id_ = by_topic_id;
    message said{id_, epoch_, {}, {}};
    ++round_;
    if (said.opens())
        open(plan, said);
    else
        go_on(plan, said);
    return said;
}

fetch_session::message fetch_session::next_again(const fetch_plan& same) {
    return epoch_ == 0 ? next(same) : message{id_, epoch_, {}, {}};
}

void fetch_session::open(const fetch_plan& plan, message& said) {
    followed_.clear();
    names_.clear();
    for (const fetch_target& target : plan.targets)
        name(target, said);
}

void fetch_session::go_on(const fetch_plan& plan, message& said) {
    for (const fetch_target& target : plan.targets) {
        const auto known = followed_.find(*target.place);
        if (known == followed_.end()) {
            name(target, said);
            continue;
        }
        const fetch_target& before = known->second.target;
        const bool other_topic = by_topic_id_ && before.topic_id != target.topic_id;
        // A topic that was deleted and made again is another one (KIP-516).
        if (other_topic) said.no_more.push_back(as_known(before));
        if (other_topic || before.from != target.from || before.leader_epoch != target.leader_epoch)
            name(target, said);
        else
            known->second = {target, round_};
    }
    forget_others(said);
}

void fetch_session::name(const fetch_target& target, message& said) {
    followed_[*target.place] = {target, round_};
    names_[target.topic_id] = target.place->topic;
    said.named.push_back(target);
}

void fetch_session::forget_others(message& said) {
    for (auto at = followed_.begin(); at != followed_.end();) {
        if (at->second.round == round_) {
            ++at;
            continue;
        }
        said.no_more.push_back(as_known(at->second.target));
        at = followed_.erase(at);
    }
}

void fetch_session::answered(const protocol::fetch::response& said) {
    const bool opened = epoch_ == 0;
    if (static_cast<broker_errc>(said.error_code) == broker_errc::fetch_session_id_not_found) {
        id_ = epoch_ = 0;
    } else if (said.error_code != 0) {
        // The next request closes the session and opens another (F1).
        epoch_ = 0;
    } else if (said.session_id == 0 || (opened && count(said) != followed_.size())) {
        // The broker has no room for a session, or has not understood what it is to remember.
        id_ = said.session_id;
        epoch_ = 0;
    } else {
        id_ = said.session_id;
        epoch_ = epoch_after(epoch_);
    }
}

std::size_t fetch_session::count(const protocol::fetch::response& said) const {
    std::size_t partitions = 0;
    for (const auto& topic : said.topics)
        for (const auto& p : topic.partitions)
            partitions += find(topic, p.index) != nullptr ? 1 : 0;
    return partitions;
}

const fetch_target* fetch_session::find(const protocol::fetch::topic_result& topic,
                                        partition_id partition) const {
    topic_partition place{topic.name, partition};
    if (place.topic.empty()) {
        const auto name = names_.find(topic.topic_id);
        if (name == names_.end()) return nullptr;
        place.topic = name->second;
    }
    const auto known = followed_.find(place);
    if (known == followed_.end()) return nullptr;
    const bool same_topic = !topic.name.empty() || known->second.target.topic_id == topic.topic_id;
    return same_topic ? &known->second.target : nullptr;
}

} // namespace kcpp::consuming
