// Sends kcpp's log where the application's own goes.

#include <kcpp/client.hpp>
#include <kcpp/log.hpp>

#include <iostream>
#include <memory>
#include <sstream>

/// Called from several threads at once, so each line is written in one piece.
class application_logger final : public kcpp::logger {
public:
    bool enabled(kcpp::log_level level) const noexcept override {
        return level <= kcpp::log_level::debug;
    }

    void write(const kcpp::log_entry& entry) noexcept override {
        static constexpr const char* levels[] = {"error", "warning", "info", "debug", "trace"};
        std::ostringstream line;
        line << "kafka/" << entry.component << ' ' << levels[static_cast<int>(entry.level)] << ": "
             << entry.message << '\n';
        std::clog << line.str();
    }
};

int main(int count, char** words) try {
    kcpp::client client{{.bootstrap_servers = count > 1 ? words[1] : "localhost:9092",
                         .client_id = "custom-logger",
                         .logger = std::make_shared<application_logger>()}};
    client.ping().get();
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
