#include "cluster/core.hpp"

#include "options/bootstrap.hpp"
#include "options/validate.hpp"

#include <exception>

namespace kcpp::cluster {

namespace {

/// How long the last user's thread waits for the I/O thread to end. Nothing in there waits for the
/// network by then.
constexpr auto most_for_shutting_down = std::chrono::seconds(5);

std::string what(std::exception_ptr failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        return e.what();
    } catch (...) {
        return "not a std::exception";
    }
}

} // namespace

std::shared_ptr<core> core::start(client_options options, const make_runtime& make) {
    auto servers = options::parse_bootstrap(options.bootstrap_servers);
    if (!servers) throw kafka_error(servers.error());
    if (auto wrong = options::validate(options)) throw kafka_error(*wrong);

    std::shared_ptr<core> self(new core(std::move(options), make()));
    std::vector<network::endpoint> where;
    for (auto& server : *servers)
        where.push_back({-1, server.host, server.port});
    self->pool_.set_bootstrap(std::move(where));
    self->self_ = self;
    return std::shared_ptr<core>(self.get(), [self](core*) { self->release(); });
}

core::core(client_options options, std::shared_ptr<runtime::runtime> rt)
    : runtime_(std::move(rt)), options_(std::move(options)), tasks_(*runtime_),
      env_{*runtime_, tasks_, options_,
           base::component_log(options_.logger, "network", options_.client_id)},
      pool_(env_), metadata_(*this), coordinators_(*this), closing_signal_(*runtime_) {
    tasks_.on_empty = [this] {
        if (!closing_) return;
        closed_.set();
        // Not from inside the task group, which goes with us.
        runtime_->execute([last = std::exchange(self_, nullptr)] {});
    };
    tasks_.on_failure = [this](std::exception_ptr failure) { defect(failure); };
}

error core::defect(std::exception_ptr thrown) const {
    auto sentence = base::text("a defect of kcpp, please report it: ", what(thrown));
    log().error(sentence);
    return error(make_error_code(std::errc::state_not_recoverable), std::move(sentence));
}

error core::closed_error() const {
    return error(client_errc::closed, "the client was closed");
}

runtime::task<bool> core::pause(runtime::duration span, runtime::time_point until) {
    const auto end = runtime::after(rt().now(), span);
    if (closing_) co_return false;
    co_await closing_signal_.wait(std::min(end, until));
    co_return !closing_ && end < until;
}

error core::out_of_reach(const error& last, std::int16_t api_key) const {
    return error(last.code(), base::text("no broker could be asked for ",
                                         protocol::name(static_cast<protocol::api_key>(api_key)),
                                         " (bootstrap servers: ", options_.bootstrap_servers,
                                         "); the last attempt: ", last.message()));
}

void core::release() {
    if (rt().on_io_thread()) {
        spawn(shut_down(shared_from_this()));
        return;
    }
    rt().execute([self = shared_from_this()] { self->spawn(shut_down(self)); });
    rt().block(closed_, most_for_shutting_down);
    rt().join(most_for_shutting_down);
}

runtime::task<> core::shut_down(std::shared_ptr<core> self) {
    self->closing_ = true;
    self->closing_signal_.notify();
    self->metadata_.close();
    self->pool_.close(self->closed_error());
    self->runtime_->stop();
    co_return;
}

} // namespace kcpp::cluster
