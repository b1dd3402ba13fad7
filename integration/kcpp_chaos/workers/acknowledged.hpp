#pragma once

#include <kcpp/offsets.hpp>

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <span>

namespace chaos {

/// Which records that were read may be committed: those whose copies are acknowledged, and all
/// before them. For several threads.
class acknowledged {
public:
    void begin(const kcpp::topic_partition& place, int stay) {
        const std::lock_guard lock(mutex_);
        places_[place] = {.stay = stay};
    }
    /// Gives the stay in which the record is copied.
    int sent(const kcpp::topic_partition& place, kcpp::offset_t offset) {
        const std::lock_guard lock(mutex_);
        auto& found = places_.at(place);
        found.under_way.insert(offset);
        found.behind = offset + 1;
        return found.stay;
    }
    void stored(const kcpp::topic_partition& place, int stay, kcpp::offset_t offset) {
        const std::lock_guard lock(mutex_);
        const auto found = places_.find(place);
        if (found == places_.end() || found->second.stay != stay) return; // given up meanwhile
        found->second.under_way.erase(offset);
        if (found->second.under_way.empty()) changed_.notify_all();
    }
    /// What to commit that was not given before, or was `refused`.
    kcpp::offsets next() {
        const std::lock_guard lock(mutex_);
        kcpp::offsets all;
        for (auto& [place, of_place] : places_)
            if (of_place.next() != of_place.given) all[place] = of_place.given = of_place.next();
        return all;
    }
    void refused(const kcpp::offsets& given) {
        const std::lock_guard lock(mutex_);
        for (auto& [place, of_place] : places_)
            if (given.contains(place)) of_place.given = nothing;
    }
    /// Waits until nothing of these is under way, and forgets them. Gives what to commit.
    kcpp::offsets end(std::span<const kcpp::topic_partition> places) {
        std::unique_lock lock(mutex_);
        kcpp::offsets all;
        for (const auto& place : places) {
            changed_.wait(lock, [&] { return places_.at(place).under_way.empty(); });
            if (places_.at(place).behind != nothing) all[place] = places_.at(place).behind;
            places_.erase(place);
        }
        return all;
    }
    void forget(std::span<const kcpp::topic_partition> places) {
        const std::lock_guard lock(mutex_);
        for (const auto& place : places)
            places_.erase(place);
    }

private:
    static constexpr kcpp::offset_t nothing = -1;

    struct state {
        int stay = 0;
        std::set<kcpp::offset_t> under_way{}; // of the records read, those whose copies are
        kcpp::offset_t behind = nothing;      // behind all that was read
        kcpp::offset_t given = nothing;       // by `next`

        kcpp::offset_t next() const { return under_way.empty() ? behind : *under_way.begin(); }
    };

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<kcpp::topic_partition, state> places_;
};

} // namespace chaos
