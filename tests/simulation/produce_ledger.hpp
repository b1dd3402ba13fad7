#pragma once

#include "payload.hpp"
#include "scenario.hpp"

#include <kcpp/producer_options.hpp>
#include <kcpp/record.hpp>
#include <kcpp/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kcpp::simulation {

/// How a record ended.
enum class fate { pending, delivered, not_written, unknown };

/// Whether an outcome is heard of the moment it is there, or when somebody asks for it.
enum class heard { at_once, later };

/// What the ledger knows of a record.
struct sent_record {
    std::uint32_t topic = 0;
    std::optional<partition_id> wanted;
    /// As it was given, or, from the report on, as it was chosen.
    std::optional<kcpp::timestamp> timestamp;
    /// The last moment for its outcome.
    runtime::time_point due = runtime::never;
    fate how = fate::pending;
    partition_id partition = -1;
    offset_t offset = -1;
};

/// One thread, or coroutine, that sends records one after the other through one producer.
struct sender {
    std::string name;
    std::string client;
    producer_options options;
    std::vector<sent_record> records;
};

/// Every record that was ever sent, and what was said of it. Looks at each outcome as it comes;
/// what only the logs can tell is `check_stored`'s business.
class produce_ledger {
public:
    explicit produce_ledger(scenario& run) : run_(run) {}

    std::uint32_t open_sender(std::string name, std::string client,
                              const producer_options& options);

    /// A record is about to be sent.
    record_id begin(std::uint32_t by, std::uint32_t topic, std::optional<partition_id> wanted,
                    std::optional<kcpp::timestamp> timestamp);
    /// `send` has returned: from now on the delivery timeout runs.
    void accepted(const record_id& id);
    /// `try_send` did not take it: nobody will say more about it.
    void refused(const record_id& id);
    void ended(const record_id& id, const result<record_metadata>& outcome,
               heard when = heard::at_once);

    /// Once, before the first record.
    void set_topics(std::vector<std::string> names) { topics_ = std::move(names); }
    const std::vector<std::string>& topics() const noexcept { return topics_; }
    const std::vector<sender>& senders() const noexcept { return senders_; }
    const sent_record* find(const record_id& id) const noexcept;
    std::size_t pending() const noexcept { return pending_; }
    /// Of the first records of one sender.
    bool all_ended(std::uint32_t by, std::size_t first_records) const;
    std::size_t count(fate how) const noexcept;

private:
    sent_record& at(const record_id& id) { return senders_[id.sender].records[id.number]; }
    std::string name(const record_id& id) const;
    void check_place(const record_id& id, const record_metadata& where);
    void tell(const record_id& id, const result<record_metadata>& outcome) const;

    scenario& run_;
    std::vector<std::string> topics_;
    std::vector<sender> senders_;
    std::size_t pending_ = 0;
};

} // namespace kcpp::simulation
