#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// What every producing worker of integration/chaos does, whatever client it sends with.
///
///   WORKER --bootstrap A,B --topics a,b --partitions N --worker W --rate R
///          --delivery-timeout-ms T --request-timeout-ms T --log LEVEL
///
/// It sends until its standard input ends, waits until every record has its outcome, and exits. Its
/// standard error is its client's log, its standard output is its ledger, in lines; times are
/// microseconds of the monotonic clock:
///
///   sent COUNT                                   the records 0 to COUNT - 1 were given to the
///                                                client; the last of these lines counts
///   delivered ID TOPIC PARTITION OFFSET SENT TOLD          what the client told, and when
///   not_written ID TOPIC PARTITION -1 SENT TOLD REASON
///   unknown ID TOPIC PARTITION -1 SENT TOLD REASON
///   stalled BEGIN END                            this process did not get the processor
namespace chaos {

/// The words of the command line: --name value.
class settings {
public:
    settings(int count, char** words);
    const std::string& text(const std::string& name) const;
    int number(const std::string& name) const { return std::stoi(text(name)); }

private:
    std::map<std::string, std::string> values_;
};

/// Microseconds of the monotonic clock.
std::int64_t now();

struct place {
    std::string topic;
    std::int32_t partition;
};

/// All partitions of all topics.
std::vector<place> places(const settings& s);

/// A record's value: a checksum of what follows it, where the record belongs, who sent it, its
/// number, and some filling.
std::string value(const place& where, int worker, std::int64_t id);

enum class outcome { delivered, not_written, unknown };

/// The ledger. May be used by several threads at once.
class ledger {
public:
    /// Also notes, from now on, when this process does not get the processor.
    ledger();

    void sent(std::int64_t count);
    void told(outcome what, std::int64_t id, std::string_view topic, std::int32_t partition,
              std::int64_t offset, std::int64_t sent_at, std::string_view reason = {});
    void flush();
    /// Writes whole lines at once. When it returns they outlive this process.
    void say(std::string_view lines);

private:
    void watch(const std::stop_token& stop);

    std::mutex mutex_;
    std::jthread watcher_; // last: it uses what is above
};

/// Gives one record after the other to `send`, at the rate that was asked for and for all places in
/// turn, until standard input ends.
void drive(const settings& s, const std::vector<place>& all, ledger& book,
           const std::function<void(std::int64_t id, const place& where)>& send);

} // namespace chaos
