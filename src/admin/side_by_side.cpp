#include "admin/side_by_side.hpp"

#include <utility>

namespace kcpp::administration {

namespace {

struct crowd {
    explicit crowd(runtime::runtime& rt) : gone(rt) {}

    std::size_t left = 0;
    runtime::signal gone;
};

/// Leaves the crowd even if its task throws: whoever waits for the others must not wait forever.
class membership {
public:
    explicit membership(std::shared_ptr<crowd> of) : of_(std::move(of)) { ++of_->left; }
    membership(const membership&) = delete;
    membership& operator=(const membership&) = delete;
    ~membership() {
        if (--of_->left == 0) of_->gone.notify();
    }

private:
    std::shared_ptr<crowd> of_;
};

runtime::task<> run(std::unique_ptr<membership> member, runtime::task<> work) {
    const auto leaving = std::move(member);
    co_await std::move(work);
}

} // namespace

runtime::task<> side_by_side(std::shared_ptr<cluster::core> core,
                             std::vector<runtime::task<>> tasks) {
    const auto everyone = std::make_shared<crowd>(core->rt());
    for (runtime::task<>& work : tasks)
        core->spawn(run(std::make_unique<membership>(everyone), std::move(work)));
    while (everyone->left != 0)
        co_await everyone->gone.wait(runtime::never);
}

} // namespace kcpp::administration
