#include "producer/splitting.hpp"

#include "record/record_reader.hpp"

#include <kcpp/record.hpp>

#include <algorithm>
#include <iterator>

namespace kcpp::producing {

namespace {

/// A batch that nobody appends to but `halves_of`.
std::shared_ptr<batch> half_of(const batch& large) {
    auto half = std::make_shared<batch>(large.home, large.sealed.about().uncompressed_size,
                                        large.sealed.about().uncompressed_size / 2);
    half->round = large.round;
    half->opened = large.opened;
    half->deadline = large.deadline;
    half->attempts = large.attempts;
    half->last_failure = large.last_failure;
    return half;
}

void append(batch& half, const record::record_view& record) {
    std::vector<header> headers;
    headers.reserve(record.headers.size());
    for (const auto& each : record.headers)
        headers.push_back(each);
    const record::record_fields fields{record.time, record.key, record.value, headers};
    half.builder.append(fields, half.builder.measure(fields));
    ++half.count;
}

} // namespace

std::vector<std::shared_ptr<batch>> halves_of(batch& large, const append_context& context) {
    const auto& about = large.sealed.about();
    record::record_reader reader;
    const auto bytes = large.sealed.bytes();
    if (reader.open_checked(record::batch_view(bytes.bytes), about.uncompressed_size) !=
        record::errc::none)
        return {};
    std::vector<std::shared_ptr<batch>> halves{half_of(large), half_of(large)};
    while (reader.next()) {
        const bool room =
            halves[0]->count == 0 || (halves[0]->builder.size() < about.uncompressed_size / 2 &&
                                      halves[0]->count < large.count - 1);
        append(*halves[halves[1]->count == 0 && room ? 0 : 1], reader.record());
    }
    if (reader.error() != record::errc::none) return {};

    auto reports = std::make_move_iterator(large.reports.begin());
    std::size_t left = large.reports.size();
    for (const auto& half : halves) {
        // The last records of a batch may have nobody to tell.
        const auto own = std::min(left, static_cast<std::size_t>(half->count));
        half->reports.assign(reports, reports + static_cast<std::ptrdiff_t>(own));
        reports += static_cast<std::ptrdiff_t>(own);
        left -= own;
        half->charged_for_reports = own * sizeof(report);
        half->sealed = std::move(half->builder)
                           .seal(context.options.compression, context.options.compression_level);
        half->charged = sizeof(batch) + half->sealed.capacity() + half->charged_for_reports;
        half->ready = true;
        context.budget.take_anyway(half->charged);
    }
    large.reports.clear();
    context.open.begin(large.round); // one more with an outcome to come
    return halves;
}

} // namespace kcpp::producing
