#pragma once

#include "runtime/time.hpp"

#include <kcpp/producer_metrics.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>

namespace kcpp::producing {

struct batch;
struct produce_exchange;

/// Counts what the producer does, by batches and requests: nothing is counted per record. Any
/// thread.
class meter {
public:
    /// A batch goes out, for the first time or again; `attempts` and `opened` tell.
    void sent(const batch& leaving, runtime::time_point now);
    /// A request has its answer, or never will.
    void answered(const produce_exchange& request, runtime::duration after);
    /// A broker did not store a batch.
    void refused(std::int32_t node);
    void delivered(const batch& done);
    void failed(std::string_view topic, std::size_t records);

    producer_metrics read() const;

private:
    /// Does the same to the sums and to the topic's.
    template <class Change>
    void count(std::string_view topic, Change change);

    mutable std::mutex mutex_;
    producer_metrics counted_;
};

} // namespace kcpp::producing
