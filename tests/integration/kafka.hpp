#pragma once

#include <kcpp/admin.hpp>
#include <kcpp/client.hpp>

#include <string>
#include <vector>

namespace kcpp::integration {

/// The cluster that `tests/run integration` started, or the one that KCPP_BOOTSTRAP names. Throws
/// if there is none.
std::string bootstrap();

client_options connection();

/// A topic with a name of its own, deleted at the end.
class scratch_topic {
public:
    explicit scratch_topic(std::int32_t partitions = 1,
                           std::vector<std::pair<std::string, std::string>> configs = {});
    scratch_topic(const scratch_topic&) = delete;
    scratch_topic& operator=(const scratch_topic&) = delete;
    ~scratch_topic();

    const std::string& name() const noexcept { return name_; }

private:
    admin admin_;
    std::string name_;
};

/// A name that no other test and no earlier run has used.
std::string fresh_name(const std::string& what);

/// Runs another client's program and gives its standard output. Throws, with its standard error, if
/// it fails.
std::string run(const std::vector<std::string>& command, const std::string& input = {});

} // namespace kcpp::integration
