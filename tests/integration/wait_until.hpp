#pragma once

#include <stdexcept>
#include <string>

namespace kcpp::integration {

/// Real brokers need a moment until what was decided is known to all of them. They are asked until
/// then, as each question takes its time. Throws "the cluster does not get ready: …" if it stays
/// so.
template <class Condition>
void wait_until(Condition holds, const std::string& what) {
    constexpr int questions = 100'000;
    for (int i = 0; i < questions; ++i)
        if (holds()) return;
    throw std::runtime_error("the cluster does not get ready: " + what);
}

} // namespace kcpp::integration
