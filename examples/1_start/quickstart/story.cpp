#include "story.hpp"

#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <iomanip>
#include <random>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <vector>

namespace quickstart {

namespace {

constexpr std::int32_t partitions = 6;

std::string unique_name() {
    std::ostringstream name;
    name << "kcpp-quickstart-" << std::hex << std::setw(8) << std::setfill('0')
         << std::random_device()();
    return name.str();
}

std::string per_second(std::size_t records, clock::duration time) {
    const double seconds = std::max(std::chrono::duration<double>(time).count(), 1e-6);
    return with_commas(static_cast<std::size_t>(static_cast<double>(records) / seconds)) +
           " records/s";
}

/// Runs `work` for all members at once, each on a thread of its own. If one throws, the others are
/// stopped.
template <class Work>
void each_at_once(std::list<member>& members, Work work) {
    std::stop_source stop;
    std::vector<std::future<void>> running;
    for (member& each : members)
        running.push_back(std::async(std::launch::async, [&each, &work, stop]() mutable {
            try {
                work(each, stop.get_token());
            } catch (...) {
                stop.request_stop();
                throw;
            }
        }));
    for (auto& one : running)
        one.get();
}

} // namespace

story::story(narrator& tell, const std::string& bootstrap, std::size_t records)
    : tell_(tell), bootstrap_(bootstrap), client_({.bootstrap_servers = bootstrap}),
      admin_(client_), orders_(records), name_(unique_name()) {}

void story::tell_all() {
    look_at_cluster();
    create_topic();
    try {
        form_group();
        write();
        tell_lag();
        read();
        tell_lag();
        check();
    } catch (...) {
        (void)admin_.delete_topics({name_}).result();
        throw;
    }
    clean_up();
}

void story::look_at_cluster() {
    tell_.begin("looking at the cluster");
    // With less patience than the default's minute: an address may simply be wrong.
    kcpp::client({.bootstrap_servers = bootstrap_, .api_timeout = std::chrono::seconds(5)})
        .ping()
        .get();
    brokers_ = admin_.describe_cluster().get().brokers.size();
    tell_.done("found " + std::to_string(brokers_) + (brokers_ == 1 ? " broker" : " brokers"));
}

void story::create_topic() {
    tell_.begin("creating a topic");
    const auto copies = static_cast<std::int16_t>(std::min<std::size_t>(3, brokers_));
    // With acks=all a record counts as written once this many brokers have it: one of three may go.
    const auto needed = std::to_string(std::max(1, copies - 1));
    auto made = admin_.create_topics({{.name = name_,
                                       .partitions = partitions,
                                       .replication_factor = copies,
                                       .configs = {{"min.insync.replicas", needed}}}});
    for (auto& [topic, verdict] : made.get())
        verdict.value();
    tell_.done("created topic " + name_);
    tell_.detail(std::to_string(partitions) + " partitions, each on " + std::to_string(copies) +
                 (copies == 1 ? " broker" : " brokers"));
}

void story::form_group() {
    tell_.begin("two members join a group");
    for (const char* name : {"anna", "ben"})
        members_.emplace_back(name, client_, name_);
    const auto shared_out = [this] {
        std::size_t shared = 0;
        for (const member& each : members_) {
            if (each.share() == 0) return false;
            shared += each.share();
        }
        return shared == partitions;
    };
    each_at_once(members_,
                 [&](member& each, std::stop_token stop) { each.join(name_, shared_out, stop); });
    tell_.done("two members joined a group and share the partitions");
    for (const member& each : members_)
        tell_.detail(each.name() + " has " + each.partitions());
}

void story::write() {
    tell_.begin("writing");
    const auto begin = clock::now();
    std::atomic<std::size_t> delivered = 0;
    kcpp::producer producer(client_, {.acks = kcpp::acks::all});
    for (std::size_t i = 0; i < orders_.count(); ++i) {
        producer.send({.topic = name_, .key = orders_.key(i), .value = orders_.value(i)},
                      [&](const kcpp::result<kcpp::record_metadata>& stored) {
                          if (stored)
                              ++delivered;
                          else
                              note_failure(stored.error());
                      });
        if (i % 1000 == 0) tell_.progress(delivered, orders_.count());
    }
    auto flushed = producer.flush();
    while (!flushed.result_for(std::chrono::milliseconds(100)))
        tell_.progress(delivered, orders_.count());
    if (failure_) throw kcpp::kafka_error(*failure_);
    tell_.done("wrote " + with_commas(delivered) + " records with acks=all",
               per_second(delivered, clock::now() - begin));
}

void story::note_failure(const kcpp::error& why) {
    std::lock_guard lock(failure_mutex_);
    if (!failure_) failure_ = why;
}

std::size_t story::lag() {
    kcpp::consumer observer(client_);
    std::vector<kcpp::topic_partition> all;
    for (kcpp::partition_id i = 0; i < partitions; ++i)
        all.push_back({name_, i});
    const auto ends = observer.end_offsets(all).get();
    const auto committed = admin_.list_group_offsets(name_).get();
    std::size_t behind = 0;
    for (const auto& [place, end] : ends) {
        const auto done = committed.find(place);
        behind += static_cast<std::size_t>(end.offset -
                                           (done == committed.end() ? 0 : done->second.offset));
    }
    return behind;
}

void story::tell_lag() {
    tell_.detail("the group lags " + with_commas(lag()) + " records behind");
}

void story::read() {
    tell_.begin("reading");
    const auto begin = clock::now();
    each_at_once(members_, [this](member& each, std::stop_token stop) {
        each.read(orders_, stop);
        for (member& other : members_)
            other.wake();
    });
    tell_.done("read " + with_commas(orders_.read()) + " records",
               per_second(orders_.read(), orders_.last_arrival() - begin));
    for (const member& each : members_)
        tell_.detail(each.name() + " read " + with_commas(each.records()));
}

void story::check() {
    tell_.begin("checking");
    if (orders_.misplaced() > 0)
        throw std::runtime_error(with_commas(orders_.misplaced()) +
                                 " records arrived out of order");
    if (orders_.repeated() == 0) {
        tell_.done("each record arrived once, in the order of its key");
        return;
    }
    // A broker that is lost between storing records and saying so makes the producer send them
    // again.
    const std::string repeated = with_commas(orders_.repeated()) + " records arrived twice";
    if (admin_.describe_cluster().get().brokers.size() >= brokers_)
        throw std::runtime_error(repeated);
    tell_.done("each record arrived, in the order of its key");
    tell_.detail(repeated + ", because a broker was lost that had not answered yet");
}

void story::clean_up() {
    tell_.begin("deleting");
    for (member& each : members_)
        each.leave();
    for (auto& [group, verdict] : admin_.delete_groups({name_}).get())
        verdict.value();
    for (auto& [topic, verdict] : admin_.delete_topics({name_}).get())
        verdict.value();
    tell_.done("deleted the group and the topic");
}

} // namespace quickstart
