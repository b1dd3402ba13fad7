#include "producer/routes.hpp"

#include <cstring>

namespace kcpp::producing {

namespace {

/// What a thread saw last, of whichever producer it used last.
struct seen {
    std::uint64_t routes_id = 0;
    std::uint64_t generation = 0;
    std::shared_ptr<const routes::table> table;
    /// Of that table, the topic looked up last: most threads send to one again and again.
    const routes::table::value_type* latest = nullptr;
};

thread_local seen last_seen;

template <class Word>
Word word_at(const char* from) noexcept {
    Word word;
    std::memcpy(&word, from, sizeof(word));
    return word;
}

/// Two words that cover both texts, which are as long as one to two of them.
template <class Word>
bool same_words(std::string_view a, std::string_view b) noexcept {
    const std::size_t last = a.size() - sizeof(Word);
    return ((word_at<Word>(a.data()) ^ word_at<Word>(b.data())) |
            (word_at<Word>(a.data() + last) ^ word_at<Word>(b.data() + last))) == 0;
}

/// Most topics have short names, and comparing them costs more in a call than in itself.
bool same_name(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    if (a.size() >= 8 && a.size() <= 16) return same_words<std::uint64_t>(a, b);
    if (a.size() >= 4 && a.size() < 8) return same_words<std::uint32_t>(a, b);
    return a == b;
}

std::uint64_t next_id() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

} // namespace

routes::routes() : id_(next_id()) {}

const route* routes::find(std::string_view topic) {
    const auto generation = generation_.load(std::memory_order_acquire);
    seen& mine = last_seen;
    const bool newest = mine.routes_id == id_ && mine.generation == generation;
    if (newest && mine.latest != nullptr && same_name(mine.latest->first, topic))
        return &mine.latest->second;
    return look_up(topic, generation);
}

const route* routes::look_up(std::string_view topic, std::uint64_t generation) {
    seen& mine = last_seen;
    if (mine.routes_id != id_ || mine.generation != generation)
        mine = {id_, generation, current(), nullptr};
    const auto found = mine.table->find(topic);
    if (found == mine.table->end()) return nullptr;
    mine.latest = &*found;
    return &mine.latest->second;
}

void routes::publish(std::shared_ptr<const table> next) {
    {
        std::lock_guard lock(mutex_);
        table_ = std::move(next);
    }
    generation_.fetch_add(1, std::memory_order_release);
}

std::shared_ptr<const routes::table> routes::current() const {
    std::lock_guard lock(mutex_);
    return table_;
}

} // namespace kcpp::producing
