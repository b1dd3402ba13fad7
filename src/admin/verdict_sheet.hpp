#pragma once

#include "admin/sentences.hpp"
#include "network/call.hpp"

#include <kcpp/admin_types.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace kcpp::administration {

using item_index = std::size_t;

/// Keeps account of an operation on several items: which still wait for a verdict, and what became
/// of the others. No I/O, no clock.
///
/// An item that is refused for a passing reason stays open, so that it is asked for again, alone.
class sheet {
public:
    /// `call` is the API's name. `already_done` is how a broker says that what is asked for has
    /// happened before; after an answer was lost this may be our own doing.
    explicit sheet(std::string_view call, network::effect leaves = network::effect::none,
                   broker_errc already_done = broker_errc::none) noexcept
        : call_(call), leaves_(leaves), already_done_(already_done) {}

    /// Items with the same key are refused, all of them: it would be a guess which one is meant.
    void add(const std::string& key, item what);
    /// A verdict without a broker: no broker would take this.
    void reject(item_index i, std::string_view what_is_allowed);

    const item& at(item_index i) const { return items_[i].what; }
    std::size_t size() const noexcept { return items_.size(); }
    network::effect leaves() const noexcept { return leaves_; }
    std::optional<item_index> find(const std::string& key) const;
    bool is_open(item_index i) const { return items_[i].state == standing::open; }
    std::vector<item_index> open() const;
    bool settled() const { return open().empty(); }

    /// An answer has come; what is told until `end_answer` was said by this broker.
    void begin_answer(std::int32_t broker);
    void refuse(item_index i, std::int16_t code, const std::optional<std::string>& said = {});
    /// What the answer should have told of, and did not, was not understood.
    void end_answer(std::span<const item_index> asked);

    /// These could not be asked for, or the answer did not come.
    void fail(std::span<const item_index> asked, const error& why);
    /// No more attempts: whatever is open has failed for the last reason known.
    void give_up(const error& why);

    /// Why the operation as a whole failed: no broker could be asked. Nothing, if one could.
    std::optional<error> unreachable() const;

protected:
    void settle_well(item_index i);
    const std::optional<error>& failure(item_index i) const { return items_[i].last; }

private:
    enum class standing { open, done, failed };
    struct entry {
        item what;
        standing state = standing::open;
        std::optional<error> last{};
        /// It may have been done already: an answer was lost.
        bool unsure = false;
        bool told = false;
    };

    void refuse_for_good(entry& e, error why);

    std::string_view call_;
    network::effect leaves_;
    broker_errc already_done_;
    std::vector<entry> items_;
    std::map<std::string, item_index> by_key_;
    std::optional<std::int32_t> broker_;
    bool answered_ = false;
    std::optional<error> last_failure_;
};

/// A sheet whose verdicts carry a value.
template <class T>
class verdict_sheet : public sheet {
public:
    using sheet::sheet;

    void accept(item_index i, T value) {
        values_.insert_or_assign(i, std::move(value));
        settle_well(i);
    }
    verdicts<T> verdicts_in_order() {
        verdicts<T> all;
        for (item_index i = 0; i < size(); ++i) {
            if (failure(i))
                all.emplace_back(at(i).name, *failure(i));
            else
                all.emplace_back(at(i).name, std::move(values_.at(i)));
        }
        return all;
    }

private:
    std::map<item_index, T> values_;
};

template <>
class verdict_sheet<void> : public sheet {
public:
    using sheet::sheet;

    void accept(item_index i) { settle_well(i); }
    /// For APIs that tell success as error code 0.
    void judge(item_index i, std::int16_t code, const std::optional<std::string>& said) {
        if (code == 0)
            accept(i);
        else
            refuse(i, code, said);
    }
    verdicts<void> verdicts_in_order() {
        verdicts<void> all;
        for (item_index i = 0; i < size(); ++i) {
            if (failure(i))
                all.emplace_back(at(i).name, *failure(i));
            else
                all.emplace_back(at(i).name, result<void>());
        }
        return all;
    }
};

} // namespace kcpp::administration
