#include "fake/fake_stream.hpp"

#include <asio/error.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <cstring>
#include <vector>

namespace kcpp::runtime {

namespace {

/// One end's view: what has arrived, and who waits for it.
struct mailbox {
    std::vector<std::byte> arrived;
    bool ended = false;
    asio::mutable_buffer wanted;
    io_handler reader;
};

class fake_stream final : public stream {
public:
    fake_stream(executor ex, stream_settings& settings, std::shared_ptr<mailbox> mine,
                std::shared_ptr<mailbox> theirs)
        : executor_(ex), settings_(settings), mine_(std::move(mine)), theirs_(std::move(theirs)) {
        ++settings_.streams;
    }
    ~fake_stream() override {
        close();
        --settings_.streams;
    }

    void start_read(asio::mutable_buffer into, io_handler done) override {
        mine_->wanted = into;
        mine_->reader = std::move(done);
        deliver(*mine_);
    }

    void start_write(std::span<const asio::const_buffer> from, io_handler done) override {
        if (settings_.stalled && !closed_ && !theirs_->ended) {
            writer_ = std::move(done);
            settings_.stalled_writes[this] = [this,
                                              pieces = std::vector(from.begin(), from.end())] {
                write(pieces, std::exchange(writer_, nullptr));
            };
            return;
        }
        write(from, std::move(done));
    }

    void close() noexcept override {
        if (std::exchange(closed_, true)) return;
        settings_.stalled_writes.erase(this);
        if (writer_)
            asio::post(executor_, [done = std::exchange(writer_, nullptr)]() mutable {
                done({asio::error::operation_aborted, 0});
            });
        if (mine_->reader) complete(*mine_, {asio::error::operation_aborted, 0});
        mine_->ended = true;
        // The other end hears of it behind all that was written.
        theirs_->ended = true;
        deliver(*theirs_);
    }

private:
    void write(std::span<const asio::const_buffer> from, io_handler done) {
        io_result written;
        if (closed_) {
            written.error = asio::error::operation_aborted;
        } else if (theirs_->ended) {
            written.error = asio::error::broken_pipe;
        } else {
            for (const asio::const_buffer& piece : from) {
                const auto* bytes = static_cast<const std::byte*>(piece.data());
                theirs_->arrived.insert(theirs_->arrived.end(), bytes, bytes + piece.size());
                written.bytes += piece.size();
            }
            deliver(*theirs_);
        }
        asio::post(executor_, [written, done = std::move(done)]() mutable { done(written); });
    }
    void deliver(mailbox& to) {
        if (!to.reader) return;
        if (&to == mine_.get() && closed_) {
            complete(to, {asio::error::operation_aborted, 0});
        } else if (!to.arrived.empty()) {
            const std::size_t n =
                std::min({to.arrived.size(), to.wanted.size(), settings_.largest_read});
            std::memcpy(to.wanted.data(), to.arrived.data(), n);
            to.arrived.erase(to.arrived.begin(),
                             to.arrived.begin() + static_cast<std::ptrdiff_t>(n));
            complete(to, {{}, n});
        } else if (to.ended) {
            complete(to, {asio::error::eof, 0});
        }
    }
    void complete(mailbox& to, io_result with) {
        asio::post(executor_,
                   [with, done = std::exchange(to.reader, nullptr)]() mutable { done(with); });
    }

    executor executor_;
    stream_settings& settings_;
    std::shared_ptr<mailbox> mine_;
    std::shared_ptr<mailbox> theirs_;
    io_handler writer_;
    bool closed_ = false;
};

} // namespace

void stream_settings::resume_writes() {
    stalled = false;
    for (auto& [stream, go_on] : std::exchange(stalled_writes, {}))
        go_on();
}

std::pair<std::unique_ptr<stream>, std::unique_ptr<stream>>
connected_pair(executor ex, stream_settings& settings) {
    auto here = std::make_shared<mailbox>();
    auto there = std::make_shared<mailbox>();
    return {std::make_unique<fake_stream>(ex, settings, here, there),
            std::make_unique<fake_stream>(ex, settings, there, here)};
}

} // namespace kcpp::runtime
