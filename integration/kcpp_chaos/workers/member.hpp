#pragma once

#include "worker.hpp"

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// What every member of a group of integration/chaos does, whatever client it reads with.
///
///   MEMBER --bootstrap A,B --topics a,b --partitions N --group G
///          --protocol classic|cooperative|consumer --member M --reading poll|records
///          --committing auto|hand --session-timeout-ms T --log LEVEL
///
/// It reads until SIGTERM or the end of its standard input, closes its consumer, and exits. Its
/// standard error is its client's log, its standard output is its ledger, in lines; times are
/// microseconds of the monotonic clock, PLACES is TOPIC PARTITION TOPIC PARTITION …:
///
///   assigned TIME PLACES        what the group gave, is about to take, has taken. `revoked` is
///   revoked TIME PLACES         said after everything is committed that the member would commit
///   lost TIME PLACES
///   handed_out BEGIN END TOPIC PARTITION FIRST COUNT CHECKSUM
///                               COUNT records from offset FIRST on, given by a call that began and
///                               ended then. Said before anything of them can be committed.
///                               CHECKSUM is the sum of the CRC-32 of each value, modulo 2^32
///   committed ASKED TOLD TOPIC PARTITION OFFSET        by hand, and acknowledged
///   refused ASKED TOLD REASON                          by hand, and in vain
///   failed TIME REASON          the client had nothing but an error to give
///   closing TIME                about to close the consumer; then one of
///   closed TIME
///   not_closed TIME REASON
///   stalled BEGIN END           this process did not get the processor
namespace chaos {

/// Ends what reads when it is time to. To be made before any thread is: they all have to leave
/// SIGTERM to it.
class farewell {
public:
    farewell();
    std::stop_token token() const { return asked_.get_token(); }

private:
    void watch(const std::stop_token& over);

    std::stop_source asked_;
    int signals_;
    std::jthread watcher_; // last: it uses what is above
};

/// What one call handed out, in runs of records that follow each other.
class handed_out {
public:
    void add(std::string_view topic, std::int32_t partition, std::int64_t offset, const void* value,
             std::size_t size);
    /// The lines for all of it.
    std::string lines(std::int64_t begin, std::int64_t end) const;

private:
    struct run {
        std::string topic;
        std::int32_t partition;
        std::int64_t first;
        std::int64_t count;
        std::uint32_t checksum;
    };
    std::vector<run> runs_;
};

/// The line for something that happened now to these places, or for a reason.
std::string line(std::string_view what, const std::vector<place>& places);
std::string line(std::string_view what, std::string_view reason);
std::string committed_line(std::int64_t asked, const place& where, std::int64_t offset);
std::string refused_line(std::int64_t asked, std::string_view reason);

/// Offsets are committed by hand as often as this, in microseconds.
inline constexpr std::int64_t commit_interval = 100'000;

/// Who reads works on what it reads, for a while in which more comes and waits: that is what a
/// member that was frozen must not hand out later.
void work_on_batch();
void work_on_record(std::int64_t offset);

} // namespace chaos
