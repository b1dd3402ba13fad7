#pragma once

#include "protocol/field.hpp"

/// ApiVersions: what a broker can do; first on every connection. Its response always has header
/// version 0, and one that refuses the version is in version 0 (KIP-511). KIP-584 (features),
/// KIP-1242 (cluster check).
namespace kcpp::protocol::api_versions {

struct request {
    static constexpr std::int16_t api_key = 18, oldest = 0, newest = 5, flexible_since = 3;
    using response_type = struct response;

    std::string client_software_name;
    std::string client_software_version;
    std::optional<std::string> cluster_id;
    std::int32_t node_id = -1;

    static constexpr field fields[] = {
        row<&request::client_software_name>("ClientSoftwareName", since(3).ignorable()),
        row<&request::client_software_version>("ClientSoftwareVersion", since(3).ignorable()),
        row<&request::cluster_id>("ClusterId", since(5).nullable().ignorable()),
        row<&request::node_id>("NodeId", since(5).ignorable()),
    };
};

struct api_version {
    std::int16_t api_key = 0;
    std::int16_t min_version = 0;
    std::int16_t max_version = 0;

    static constexpr field fields[] = {
        row<&api_version::api_key>("ApiKey", since(0)),
        row<&api_version::min_version>("MinVersion", since(0)),
        row<&api_version::max_version>("MaxVersion", since(0)),
    };
};

struct supported_feature {
    std::string name;
    std::int16_t min_version = 0;
    std::int16_t max_version = 0;

    static constexpr field fields[] = {
        row<&supported_feature::name>("Name", since(3)),
        row<&supported_feature::min_version>("MinVersion", since(3)),
        row<&supported_feature::max_version>("MaxVersion", since(3)),
    };
};

struct finalized_feature {
    std::string name;
    std::int16_t max_version_level = 0;
    std::int16_t min_version_level = 0;

    static constexpr field fields[] = {
        row<&finalized_feature::name>("Name", since(3)),
        row<&finalized_feature::max_version_level>("MaxVersionLevel", since(3)),
        row<&finalized_feature::min_version_level>("MinVersionLevel", since(3)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 18, oldest = 0, newest = 5, flexible_since = 3,
                                  throttled_since = 2;

    std::int16_t error_code = 0;
    std::vector<api_version> apis;
    std::int32_t throttle_time_ms = 0;
    std::vector<supported_feature> supported_features;
    std::int64_t finalized_features_epoch = -1;
    std::vector<finalized_feature> finalized_features;
    bool zk_migration_ready = false;

    static constexpr field fields[] = {
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::apis>("ApiKeys", since(0)),
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(1).ignorable()),
        row<&response::supported_features>("SupportedFeatures", since(3).tagged(0).ignorable()),
        row<&response::finalized_features_epoch>("FinalizedFeaturesEpoch",
                                                 since(3).tagged(1).ignorable()),
        row<&response::finalized_features>("FinalizedFeatures", since(3).tagged(2).ignorable()),
        row<&response::zk_migration_ready>("ZkMigrationReady", since(3).tagged(3).ignorable()),
    };
};

} // namespace kcpp::protocol::api_versions
