#pragma once

#include "cluster/core.hpp"
#include "producer/bystander.hpp"
#include "producer/byte_budget.hpp"
#include "producer/interceptors.hpp"
#include "producer/meter.hpp"
#include "producer/outstanding.hpp"
#include "producer/routes.hpp"
#include "producer/sender.hpp"
#include "producer/spare_memory.hpp"
#include "producer/usual_size.hpp"
#include "producer/withdrawal.hpp"

#include <kcpp/partition_description.hpp>
#include <kcpp/producer_metrics.hpp>
#include <kcpp/producer_options.hpp>

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kcpp::producing {

/// What a producer is, between the application's threads, which append, and the I/O thread, which
/// sends. Keeps itself alive until it is closed and its coroutines have ended.
class core : public std::enable_shared_from_this<core> {
public:
    /// `client` is the pointer that its users hold: it stays open while the producer is. Throws
    /// kafka_error for options that cannot be.
    static std::shared_ptr<core> start(std::shared_ptr<cluster::core> client,
                                       producer_options options);

    const producer_options& options() const noexcept { return options_; }
    std::shared_ptr<detail::wait_context> wait_context() const noexcept {
        return client_->wait_context();
    }

    /// Where futures tell of failures that nobody looks at.
    const std::shared_ptr<producing::bystander>& heard_by() const noexcept { return bystander_; }

    /// Takes a record over; `wanted` hears its outcome, that it was not taken, too. Any thread.
    void send(const producer_record& record, delivery_callback&& wanted);
    /// The same, of a record that may be called back.
    void send(const producer_record& record, delivery_callback wanted, std::stop_token stop);
    /// Takes a record over without waiting, or says why not; nobody is told then. Any thread.
    result<void> try_send(const producer_record& record, delivery_callback&& wanted);

    future<void> space_for(std::size_t bytes);
    future<void> flush();
    future<std::vector<partition_description>> partitions_for(std::string_view topic);
    producer_metrics metrics() const;
    future<void> close(std::optional<std::chrono::milliseconds> timeout);
    /// For the destructor: closes and waits, as far as waiting is possible on this thread.
    void close_and_wait() noexcept;

private:
    friend class sender;

    core(std::shared_ptr<cluster::core> lease, producer_options options);

    void say_what_is_given_up() const;
    append_context context();
    error closed_error() const;
    /// I/O thread.
    void tell_failure(delivery_callback& wanted, const error& why);
    /// One more of that round has its outcome. I/O thread.
    void ended(std::uint64_t round);

    // accepting.cpp: from the application into a batch
    enum class if_full { as_configured, refuse };
    enum class step { taken, again, no_room };
    /// If it is not taken, `wanted` stays the caller's.
    bool append_at_once(const producer_record& record, delivery_callback& wanted);
    result<void> accept(const producer_record& record, delivery_callback& wanted, if_full policy,
                        withdrawal* recall);
    result<void> take(const producer_record& record, delivery_callback& wanted, if_full policy,
                      withdrawal* recall);
    void reject(std::string_view topic, delivery_callback wanted, const error& why);
    void withdraw(const withdrawal& which);
    std::optional<error> check(const producer_record& record) const;
    bool is_in_order(const producer_record& record, std::size_t bytes) const noexcept;
    error no_room_for(const producer_record& record) const;
    std::size_t room_for(std::size_t bytes) const;
    std::optional<error> wait_for_room(const producer_record& record, std::size_t bytes,
                                       runtime::time_point until, const withdrawal* recall);
    result<step> append(const producer_record& record, delivery_callback& wanted,
                        std::size_t& missing, withdrawal* recall, bool patient);

    // sealing.cpp: closed batches are compressed and framed
    void finish(std::shared_ptr<batch> closed);
    static runtime::task<> seal_apart(std::shared_ptr<core> self, std::shared_ptr<batch> closed);

    // choosing.cpp: which partition
    partition_queue* choose_at_once(const route& to, const producer_record& record);
    /// Null, and why, if that cannot be said.
    partition_queue* choose(const route& to, const producer_record& record,
                            std::optional<error>& why);
    partition_id choose_without_key(const route& to, const producer_record& record);
    result<partition_id> ask_application(const producer_record& record,
                                         std::size_t partitions) const;

    // waiting_area.cpp: records whose partition cannot be chosen yet
    result<step> wait_for_topic(const producer_record& record, delivery_callback& wanted,
                                std::size_t& missing, withdrawal* recall);
    std::shared_ptr<topic_entry> entry(std::string_view topic);
    std::vector<std::shared_ptr<topic_entry>> all_topics();
    void start_looking(std::shared_ptr<topic_entry> topic);
    std::optional<runtime::time_point> judge_waiting(topic_entry& topic);
    runtime::time_point deadline_of(const waiting_record& waiting) const;
    std::deque<waiting_record> take_late(topic_entry& topic, runtime::time_point due);
    std::optional<waiting_record> take_waiting(const withdrawal& which);
    void give_up_late(topic_entry& topic, runtime::time_point due);
    void give_up(waiting_record& waiting, const error& why);

    // routing.cpp: what is known of partitions
    static runtime::task<> follow_metadata(std::shared_ptr<core> self);
    void update_routes();
    route make_route(std::shared_ptr<topic_entry> topic, std::size_t partitions,
                     std::vector<partition_id> open);
    /// What is left to be done, without locks, when waiting records have been let in.
    struct admission {
        std::vector<std::shared_ptr<batch>> full;
        std::vector<std::pair<waiting_record, error>> refused;
    };
    void admit(topic_entry& topic, const route& to, admission& came);

    // closing.cpp
    void refuse_more();
    static runtime::task<result<void>>
    wait_until_finished(std::shared_ptr<core> self, std::uint64_t round, runtime::time_point until);
    static runtime::task<result<void>> shut_down(std::shared_ptr<core> self,
                                                 runtime::duration timeout);
    static runtime::task<result<void>> end(std::shared_ptr<core> self);
    std::size_t give_up_everything(const error& why);

    /// The client's own pointer, and the one that keeps it open until this producer is closed.
    std::shared_ptr<cluster::core> client_;
    std::shared_ptr<cluster::core> lease_;
    producer_options options_;
    base::component_log log_;
    std::shared_ptr<producing::bystander> bystander_;
    /// Null without any.
    std::shared_ptr<producing::interceptors> interceptors_;
    producing::meter meter_;
    byte_budget budget_;
    /// No more than what is given back at a time, because that is what is taken next.
    spare_memory spare_;
    usual_size usual_;
    outstanding outstanding_;
    routes routes_;
    sender sender_;
    runtime::signal finished_;
    std::atomic<bool> closed_{false};
    bool stopped_ = false;

    /// All topics, known or not. Guarded by `topics_mutex_`.
    std::mutex topics_mutex_;
    std::unordered_map<std::string, std::shared_ptr<topic_entry>, routes::name_hash,
                       std::equal_to<>>
        topics_;
    /// Those that records wait for. I/O thread.
    std::vector<std::shared_ptr<topic_entry>> looking_;
};

} // namespace kcpp::producing
