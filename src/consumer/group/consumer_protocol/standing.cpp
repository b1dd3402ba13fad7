#include "consumer/group/consumer_protocol/standing.hpp"

#include <kcpp/error.hpp>

namespace kcpp::consuming {

next_beat standing::on_answer(broker_errc said, std::int32_t epoch, bool spoke) {
    switch (said) {
    case broker_errc::none:
        who_.generation = epoch;
        everything_ = false;
        return next_beat::when_due;
    case broker_errc::fenced_member_epoch:
    case broker_errc::unknown_member_id: forget_epoch(); return next_beat::to_join_anew;
    case broker_errc::unreleased_instance_id:
        return spoke ? next_beat::to_release_itself : next_beat::never;
    // It stays in; what it may read again it is told with the next answers.
    case broker_errc::topic_authorization_failed: on_silence(); return next_beat::after_pause;
    default: break;
    }
    if (!error(said, "").retriable()) return next_beat::never;
    on_silence();
    return next_beat::after_pause;
}

} // namespace kcpp::consuming
