#pragma once

#include "runtime/task_group.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace kcpp::runtime {

/// What a coroutine that a test started came to.
template <class T>
class outcome {
public:
    outcome(task_group& tasks, task<T> work) { tasks.spawn(keep(value_, std::move(work))); }

    bool done() const noexcept { return value_->has_value(); }
    T& operator*() { return value_->value(); }
    T* operator->() { return &value_->value(); }

private:
    static task<> keep(std::shared_ptr<std::optional<T>> into, task<T> work) {
        T value = co_await std::move(work);
        into->emplace(std::move(value));
    }

    std::shared_ptr<std::optional<T>> value_ = std::make_shared<std::optional<T>>();
};

} // namespace kcpp::runtime
