#include "producer/splitting.hpp"

#include "record/record_reader.hpp"

#include <kcpp/record.hpp>

#include <algorithm>
#include <iterator>

namespace kcpp::producing {

namespace {

/// A batch that takes over records of another, which nobody else appends to.
std::shared_ptr<batch> heir_of(const batch& large, std::size_t bytes) {
    auto heir = std::make_shared<batch>(large.home, large.sealed.about().uncompressed_size, bytes);
    heir->round = large.round;
    heir->opened = large.opened;
    heir->deadline = large.deadline;
    heir->attempts = large.attempts;
    heir->last_failure = large.last_failure;
    return heir;
}

void append(batch& heir, const record::record_view& record) {
    std::vector<header> headers;
    headers.reserve(record.headers.size());
    for (const auto& each : record.headers)
        headers.push_back(each);
    const record::record_fields fields{record.time, record.key, record.value, headers};
    heir.builder.append(fields, heir.builder.measure(fields));
    ++heir.count;
}

/// Compresses, frames and charges it. Its reports are there.
void finish(batch& heir, const append_context& context) {
    heir.charged_for_reports = heir.reports.size() * sizeof(report);
    heir.seal(context.options.compression, context.options.compression_level);
    heir.charged = sizeof(batch) + heir.sealed.capacity() + heir.charged_for_reports;
    heir.ready = true;
    context.budget.take_anyway(heir.charged);
    context.open.begin(heir.round); // one more with an outcome to come
}

/// Gives each record of the batch to `take`, with its place. False if it cannot be read.
template <class Take>
bool for_each_record(const batch& of, Take take) {
    record::record_reader reader;
    const auto bytes = of.sealed.bytes();
    if (reader.open_checked(record::batch_view(bytes.bytes), of.sealed.about().uncompressed_size) !=
        record::errc::none)
        return false;
    for (std::size_t place = 0; reader.next(); ++place)
        take(place, reader.record());
    return reader.error() == record::errc::none;
}

} // namespace

std::vector<std::shared_ptr<batch>> halves_of(batch& large, const append_context& context) {
    const std::size_t middle = large.sealed.about().uncompressed_size / 2;
    std::vector<std::shared_ptr<batch>> halves{heir_of(large, middle), heir_of(large, middle)};
    const auto distribute = [&](std::size_t, const record::record_view& record) {
        const bool room = halves[0]->count == 0 || (halves[0]->builder.size() < middle &&
                                                    halves[0]->count < large.count - 1);
        append(*halves[halves[1]->count == 0 && room ? 0 : 1], record);
    };
    if (!for_each_record(large, distribute)) return {};

    auto reports = std::make_move_iterator(large.reports.begin());
    std::size_t left = large.reports.size();
    for (const auto& half : halves) {
        // The last records of a batch may have nobody to tell.
        const auto own = std::min(left, static_cast<std::size_t>(half->count));
        half->reports.assign(reports, reports + static_cast<std::ptrdiff_t>(own));
        reports += static_cast<std::ptrdiff_t>(own);
        left -= own;
        finish(*half, context);
    }
    large.reports.clear();
    return halves;
}

std::shared_ptr<batch> rest_of(batch& of, const append_context& context) {
    constexpr std::int32_t out = -1;
    std::vector<std::int32_t> places(static_cast<std::size_t>(of.count));
    for (const auto place : of.withdrawn)
        places[static_cast<std::size_t>(place)] = out;
    auto rest = heir_of(of, of.sealed.about().uncompressed_size);
    const auto keep = [&](std::size_t place, const record::record_view& record) {
        if (places[place] == out) return;
        places[place] = rest->count;
        append(*rest, record);
    };
    if (!for_each_record(of, keep) || rest->count == 0) return nullptr;
    for (std::size_t place = 0; place < of.reports.size(); ++place)
        if (places[place] != out) rest->reports.push_back(std::move(of.reports[place]));
    for (auto& [place, each] : of.recallable)
        rest->recallable.emplace_back(places[static_cast<std::size_t>(place)], std::move(each));
    of.reports.clear();
    finish(*rest, context);
    return rest;
}

} // namespace kcpp::producing
