#pragma once

#include "base/log.hpp"
#include "runtime/runtime.hpp"

#include <kcpp/error.hpp>
#include <kcpp/result.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

namespace kcpp::producing {

/// Hears what nobody else listens to: failures of records whose futures were dropped or that have
/// no callback, and what the application's own functions throw. Outlives its producer, because
/// futures do.
class bystander : public std::enable_shared_from_this<bystander> {
public:
    using failure_hook = std::function<void(const error&)>;

    /// Without a hook, the log hears of failures.
    bystander(std::shared_ptr<runtime::runtime> rt, base::component_log log, failure_hook hook);

    /// So many records were not delivered and nobody looks. They are counted at once and told on
    /// the I/O thread. Any thread.
    void unobserved(const error& why, std::size_t records);
    /// From now on only the log hears of failures: the hook was made for the time of the producer,
    /// and futures may be dropped later. I/O thread.
    void forget_hook() noexcept { hook_ = nullptr; }
    /// A function of the application's threw.
    void threw(std::string_view who, std::exception_ptr what) const noexcept;

    /// How many failed unobserved since the last call, and why the first one did, as the outcome of
    /// a flush. Any thread.
    result<void> take_unobserved();

private:
    void tell(const error& why, std::size_t records);
    void log(const error& why, std::size_t records);

    std::shared_ptr<runtime::runtime> runtime_;
    base::component_log log_;
    /// I/O thread.
    failure_hook hook_;

    std::mutex mutex_;
    std::size_t count_ = 0;
    std::optional<error> first_;
    /// The log is not to be flooded.
    runtime::time_point next_line_{};
    std::size_t passed_over_ = 0;
};

} // namespace kcpp::producing
