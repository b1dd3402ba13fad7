#include "consumer/group/consumer_protocol/consumer_member.hpp"

#include "consumer/core.hpp"
#include "consumer/static_member.hpp"

#include <algorithm>
#include <cstring>

namespace kcpp::consuming {

namespace {

/// For life, also when it has to join anew (KIP-1082).
std::string draw_member_id(runtime::runtime& rt) {
    wire::uuid id;
    const std::uint64_t words[] = {rt.random(), rt.random()};
    std::memcpy(id.bytes.data(), words, sizeof(words));
    return to_string(id);
}

} // namespace

consumer_member::consumer_member(core& owner, wanted_topics wanted)
    : member(owner, std::move(wanted)),
      standing_(draw_member_id(owner.cluster().rt()), instance_id_of(owner.options())),
      pauses_(owner.cluster().options().retry_backoff,
              owner.cluster().options().retry_backoff_max) {}

void consumer_member::start() {
    core_.life().start_watch(now());
    // Nothing is handed out before it is in.
    core_.life().set_lease(runtime::time_point{});
    heard_at_ = due_ = now();
    core_.cluster().spawn(run(core_.shared_from_this(),
                              std::static_pointer_cast<consumer_member>(shared_from_this())));
}

std::optional<identity> consumer_member::commits_as() const {
    if (!standing_.is_in() || fenced_) return std::nullopt;
    return standing_.who();
}

void consumer_member::commit_refused(broker_errc why, const identity& sent) {
    if (sent != standing_.who()) return;
    fenced_ = why == broker_errc::unknown_member_id || why == broker_errc::fenced_member_epoch;
    // Its epoch has gone on at the coordinator: the next answer tells (G12).
    if (fenced_ || why == broker_errc::stale_member_epoch) due_ = now();
    news_.notify();
}

bool consumer_member::is_between_generations(const identity& sent) const {
    return standing_.is_in() && (standing_.who() != sent || !fenced_);
}

/// While it leaves it only stays alive, for the last commit.
runtime::task<> consumer_member::run(std::shared_ptr<core> owner,
                                     std::shared_ptr<consumer_member> self) {
    while (!self->gone_ && !owner->stopped()) {
        if (!self->leaving_) {
            if (self->silent_too_long()) {
                self->lose("the application stays away");
                co_await self->wait_for_application();
                self->due_ = self->heard_at_ = self->now();
                continue;
            }
            self->look_after();
            self->reconcile();
        } else if (self->fenced_ || !self->standing_.is_in()) {
            co_return;
        }
        if (self->now() >= self->next_beat_at()) {
            const bool goes_on = co_await self->beat();
            if (!goes_on) co_return;
            continue;
        }
        co_await self->news_.wait(
            std::min(self->next_beat_at(), runtime::after(self->now(), self->tick())));
    }
}

/// Whether it has still what it believes to have.
void consumer_member::look_after() {
    if (fenced_) {
        lose("the group went on without this member");
        standing_.forget_epoch();
        due_ = now();
    } else if (session_is_over()) {
        // By its own clock only: if the coordinator has not missed it, it gets everything back in
        // the same epoch.
        lose("the coordinator was not heard of for a whole session");
        standing_.on_silence();
        heard_at_ = now();
    }
}

/// What others wait for it says at once, unless the last word did not get through.
runtime::time_point consumer_member::next_beat_at() const {
    return owes_word() && !standing_.says_everything() ? runtime::time_point{} : due_;
}

bool consumer_member::session_is_over() const {
    return standing_.is_in() && now() >= runtime::after(heard_at_, core_.options().session_timeout);
}

void consumer_member::lose(const char* why) {
    fenced_ = false;
    target_.reset();
    told_owned_.clear();
    unread_.clear();
    core_.life().set_lease(runtime::time_point{});
    const auto count = holdings_.lose();
    if (count > 0)
        core_.log().warning("group ", core_.options().group_id, ": ", count,
                            " partitions were lost: ", why);
}

} // namespace kcpp::consuming
