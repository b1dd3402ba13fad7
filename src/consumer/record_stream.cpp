#include "consumer/core.hpp"

#include <kcpp/record_stream.hpp>

#include <functional>

namespace kcpp {

struct record_stream::state {
    struct interrupt {
        consuming::core* core;
        void operator()() const { core->hand().interrupt(); }
    };

    state(std::shared_ptr<consuming::core> owner, std::stop_token token)
        : core(std::move(owner)), stop(std::move(token)), on_stop(stop, interrupt{core.get()}) {}
    ~state() { core->leave_loop(); }

    std::shared_ptr<consuming::core> core;
    std::stop_token stop;
    consumer_record record;
    std::stop_callback<interrupt> on_stop;
};

record_stream::record_stream(std::shared_ptr<consuming::core> core, std::stop_token stop)
    : state_(std::make_unique<state>(std::move(core), std::move(stop))) {}
record_stream::record_stream(record_stream&&) noexcept = default;
record_stream::~record_stream() = default;

record_stream::iterator record_stream::begin() {
    return iterator(this);
}

record_stream::iterator::iterator(record_stream* stream) : stream_(stream) {
    ++*this;
}

record_stream::iterator& record_stream::iterator::operator++() {
    state& s = *stream_->state_;
    current_ = s.core->step(s.record, s.stop) ? &s.record : nullptr;
    return *this;
}

} // namespace kcpp
