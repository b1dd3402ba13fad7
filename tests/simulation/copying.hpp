#pragma once

#include "chain_ledger.hpp"

#include <kcpp/consumer_record.hpp>
#include <kcpp/detail/future_state.hpp>
#include <kcpp/producer.hpp>

#include <memory>
#include <string>

namespace kcpp::simulation {

/// Writes to a topic of a chain, on a producer of its own.
class copier {
public:
    /// `close_timeout`: of the producer. With none, what is under way at its end is left to itself.
    copier(scenario& run, chain_ledger& ledger, client& through, const std::string& name,
           std::string topic, runtime::duration close_timeout);

    /// Sends a record, or a copy of one.
    void send(const record_id& id, bytes_view key);
    void send_copy(const consumer_record& of);
    /// Waits until all is acknowledged: false if it was not before `until`.
    bool wait(runtime::time_point until);

private:
    /// Outlives this, as the last outcomes may be told late.
    struct outcomes {
        scenario& run;
        chain_ledger& ledger;
        std::string name;
        std::size_t under_way = 0;
        bool over = false;
        detail::event none_left{};

        void ended(const record_id& id, const result<record_metadata>& stored);
    };

    scenario& run_;
    std::string topic_;
    std::shared_ptr<outcomes> outcomes_;
    testing::random_stream random_;
    producer producer_;
};

} // namespace kcpp::simulation
