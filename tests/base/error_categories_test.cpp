#include "base/client_errors.hpp"
#include "base/kafka_errors.hpp"

#include <kcpp/error_codes.hpp>

#include <gtest/gtest.h>

#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

using kcpp::broker_errc;
using kcpp::client_errc;
using kcpp::condition;

namespace {

struct expected_code {
    broker_errc code;
    int number;
    std::string_view name;
};

// Every enumerator once more, with Kafka's number and name (`Errors`, kafka-clients 4.4.0).
constexpr expected_code every_code[] = {
    {broker_errc::unknown_server_error, -1, "UNKNOWN_SERVER_ERROR"},
    {broker_errc::none, 0, "NONE"},
    {broker_errc::offset_out_of_range, 1, "OFFSET_OUT_OF_RANGE"},
    {broker_errc::corrupt_message, 2, "CORRUPT_MESSAGE"},
    {broker_errc::unknown_topic_or_partition, 3, "UNKNOWN_TOPIC_OR_PARTITION"},
    {broker_errc::invalid_fetch_size, 4, "INVALID_FETCH_SIZE"},
    {broker_errc::leader_not_available, 5, "LEADER_NOT_AVAILABLE"},
    {broker_errc::not_leader_or_follower, 6, "NOT_LEADER_OR_FOLLOWER"},
    {broker_errc::request_timed_out, 7, "REQUEST_TIMED_OUT"},
    {broker_errc::broker_not_available, 8, "BROKER_NOT_AVAILABLE"},
    {broker_errc::replica_not_available, 9, "REPLICA_NOT_AVAILABLE"},
    {broker_errc::message_too_large, 10, "MESSAGE_TOO_LARGE"},
    {broker_errc::stale_controller_epoch, 11, "STALE_CONTROLLER_EPOCH"},
    {broker_errc::offset_metadata_too_large, 12, "OFFSET_METADATA_TOO_LARGE"},
    {broker_errc::network_exception, 13, "NETWORK_EXCEPTION"},
    {broker_errc::coordinator_load_in_progress, 14, "COORDINATOR_LOAD_IN_PROGRESS"},
    {broker_errc::coordinator_not_available, 15, "COORDINATOR_NOT_AVAILABLE"},
    {broker_errc::not_coordinator, 16, "NOT_COORDINATOR"},
    {broker_errc::invalid_topic_exception, 17, "INVALID_TOPIC_EXCEPTION"},
    {broker_errc::record_list_too_large, 18, "RECORD_LIST_TOO_LARGE"},
    {broker_errc::not_enough_replicas, 19, "NOT_ENOUGH_REPLICAS"},
    {broker_errc::not_enough_replicas_after_append, 20, "NOT_ENOUGH_REPLICAS_AFTER_APPEND"},
    {broker_errc::invalid_required_acks, 21, "INVALID_REQUIRED_ACKS"},
    {broker_errc::illegal_generation, 22, "ILLEGAL_GENERATION"},
    {broker_errc::inconsistent_group_protocol, 23, "INCONSISTENT_GROUP_PROTOCOL"},
    {broker_errc::invalid_group_id, 24, "INVALID_GROUP_ID"},
    {broker_errc::unknown_member_id, 25, "UNKNOWN_MEMBER_ID"},
    {broker_errc::invalid_session_timeout, 26, "INVALID_SESSION_TIMEOUT"},
    {broker_errc::rebalance_in_progress, 27, "REBALANCE_IN_PROGRESS"},
    {broker_errc::invalid_commit_offset_size, 28, "INVALID_COMMIT_OFFSET_SIZE"},
    {broker_errc::topic_authorization_failed, 29, "TOPIC_AUTHORIZATION_FAILED"},
    {broker_errc::group_authorization_failed, 30, "GROUP_AUTHORIZATION_FAILED"},
    {broker_errc::cluster_authorization_failed, 31, "CLUSTER_AUTHORIZATION_FAILED"},
    {broker_errc::invalid_timestamp, 32, "INVALID_TIMESTAMP"},
    {broker_errc::unsupported_sasl_mechanism, 33, "UNSUPPORTED_SASL_MECHANISM"},
    {broker_errc::illegal_sasl_state, 34, "ILLEGAL_SASL_STATE"},
    {broker_errc::unsupported_version, 35, "UNSUPPORTED_VERSION"},
    {broker_errc::topic_already_exists, 36, "TOPIC_ALREADY_EXISTS"},
    {broker_errc::invalid_partitions, 37, "INVALID_PARTITIONS"},
    {broker_errc::invalid_replication_factor, 38, "INVALID_REPLICATION_FACTOR"},
    {broker_errc::invalid_replica_assignment, 39, "INVALID_REPLICA_ASSIGNMENT"},
    {broker_errc::invalid_config, 40, "INVALID_CONFIG"},
    {broker_errc::not_controller, 41, "NOT_CONTROLLER"},
    {broker_errc::invalid_request, 42, "INVALID_REQUEST"},
    {broker_errc::unsupported_for_message_format, 43, "UNSUPPORTED_FOR_MESSAGE_FORMAT"},
    {broker_errc::policy_violation, 44, "POLICY_VIOLATION"},
    {broker_errc::out_of_order_sequence_number, 45, "OUT_OF_ORDER_SEQUENCE_NUMBER"},
    {broker_errc::duplicate_sequence_number, 46, "DUPLICATE_SEQUENCE_NUMBER"},
    {broker_errc::invalid_producer_epoch, 47, "INVALID_PRODUCER_EPOCH"},
    {broker_errc::invalid_txn_state, 48, "INVALID_TXN_STATE"},
    {broker_errc::invalid_producer_id_mapping, 49, "INVALID_PRODUCER_ID_MAPPING"},
    {broker_errc::invalid_transaction_timeout, 50, "INVALID_TRANSACTION_TIMEOUT"},
    {broker_errc::concurrent_transactions, 51, "CONCURRENT_TRANSACTIONS"},
    {broker_errc::transaction_coordinator_fenced, 52, "TRANSACTION_COORDINATOR_FENCED"},
    {broker_errc::transactional_id_authorization_failed, 53,
     "TRANSACTIONAL_ID_AUTHORIZATION_FAILED"},
    {broker_errc::security_disabled, 54, "SECURITY_DISABLED"},
    {broker_errc::operation_not_attempted, 55, "OPERATION_NOT_ATTEMPTED"},
    {broker_errc::kafka_storage_error, 56, "KAFKA_STORAGE_ERROR"},
    {broker_errc::log_dir_not_found, 57, "LOG_DIR_NOT_FOUND"},
    {broker_errc::sasl_authentication_failed, 58, "SASL_AUTHENTICATION_FAILED"},
    {broker_errc::unknown_producer_id, 59, "UNKNOWN_PRODUCER_ID"},
    {broker_errc::reassignment_in_progress, 60, "REASSIGNMENT_IN_PROGRESS"},
    {broker_errc::delegation_token_auth_disabled, 61, "DELEGATION_TOKEN_AUTH_DISABLED"},
    {broker_errc::delegation_token_not_found, 62, "DELEGATION_TOKEN_NOT_FOUND"},
    {broker_errc::delegation_token_owner_mismatch, 63, "DELEGATION_TOKEN_OWNER_MISMATCH"},
    {broker_errc::delegation_token_request_not_allowed, 64, "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED"},
    {broker_errc::delegation_token_authorization_failed, 65,
     "DELEGATION_TOKEN_AUTHORIZATION_FAILED"},
    {broker_errc::delegation_token_expired, 66, "DELEGATION_TOKEN_EXPIRED"},
    {broker_errc::invalid_principal_type, 67, "INVALID_PRINCIPAL_TYPE"},
    {broker_errc::non_empty_group, 68, "NON_EMPTY_GROUP"},
    {broker_errc::group_id_not_found, 69, "GROUP_ID_NOT_FOUND"},
    {broker_errc::fetch_session_id_not_found, 70, "FETCH_SESSION_ID_NOT_FOUND"},
    {broker_errc::invalid_fetch_session_epoch, 71, "INVALID_FETCH_SESSION_EPOCH"},
    {broker_errc::listener_not_found, 72, "LISTENER_NOT_FOUND"},
    {broker_errc::topic_deletion_disabled, 73, "TOPIC_DELETION_DISABLED"},
    {broker_errc::fenced_leader_epoch, 74, "FENCED_LEADER_EPOCH"},
    {broker_errc::unknown_leader_epoch, 75, "UNKNOWN_LEADER_EPOCH"},
    {broker_errc::unsupported_compression_type, 76, "UNSUPPORTED_COMPRESSION_TYPE"},
    {broker_errc::stale_broker_epoch, 77, "STALE_BROKER_EPOCH"},
    {broker_errc::offset_not_available, 78, "OFFSET_NOT_AVAILABLE"},
    {broker_errc::member_id_required, 79, "MEMBER_ID_REQUIRED"},
    {broker_errc::preferred_leader_not_available, 80, "PREFERRED_LEADER_NOT_AVAILABLE"},
    {broker_errc::group_max_size_reached, 81, "GROUP_MAX_SIZE_REACHED"},
    {broker_errc::fenced_instance_id, 82, "FENCED_INSTANCE_ID"},
    {broker_errc::eligible_leaders_not_available, 83, "ELIGIBLE_LEADERS_NOT_AVAILABLE"},
    {broker_errc::election_not_needed, 84, "ELECTION_NOT_NEEDED"},
    {broker_errc::no_reassignment_in_progress, 85, "NO_REASSIGNMENT_IN_PROGRESS"},
    {broker_errc::group_subscribed_to_topic, 86, "GROUP_SUBSCRIBED_TO_TOPIC"},
    {broker_errc::invalid_record, 87, "INVALID_RECORD"},
    {broker_errc::unstable_offset_commit, 88, "UNSTABLE_OFFSET_COMMIT"},
    {broker_errc::throttling_quota_exceeded, 89, "THROTTLING_QUOTA_EXCEEDED"},
    {broker_errc::producer_fenced, 90, "PRODUCER_FENCED"},
    {broker_errc::resource_not_found, 91, "RESOURCE_NOT_FOUND"},
    {broker_errc::duplicate_resource, 92, "DUPLICATE_RESOURCE"},
    {broker_errc::unacceptable_credential, 93, "UNACCEPTABLE_CREDENTIAL"},
    {broker_errc::inconsistent_voter_set, 94, "INCONSISTENT_VOTER_SET"},
    {broker_errc::invalid_update_version, 95, "INVALID_UPDATE_VERSION"},
    {broker_errc::feature_update_failed, 96, "FEATURE_UPDATE_FAILED"},
    {broker_errc::principal_deserialization_failure, 97, "PRINCIPAL_DESERIALIZATION_FAILURE"},
    {broker_errc::snapshot_not_found, 98, "SNAPSHOT_NOT_FOUND"},
    {broker_errc::position_out_of_range, 99, "POSITION_OUT_OF_RANGE"},
    {broker_errc::unknown_topic_id, 100, "UNKNOWN_TOPIC_ID"},
    {broker_errc::duplicate_broker_registration, 101, "DUPLICATE_BROKER_REGISTRATION"},
    {broker_errc::broker_id_not_registered, 102, "BROKER_ID_NOT_REGISTERED"},
    {broker_errc::inconsistent_topic_id, 103, "INCONSISTENT_TOPIC_ID"},
    {broker_errc::inconsistent_cluster_id, 104, "INCONSISTENT_CLUSTER_ID"},
    {broker_errc::transactional_id_not_found, 105, "TRANSACTIONAL_ID_NOT_FOUND"},
    {broker_errc::fetch_session_topic_id_error, 106, "FETCH_SESSION_TOPIC_ID_ERROR"},
    {broker_errc::ineligible_replica, 107, "INELIGIBLE_REPLICA"},
    {broker_errc::new_leader_elected, 108, "NEW_LEADER_ELECTED"},
    {broker_errc::offset_moved_to_tiered_storage, 109, "OFFSET_MOVED_TO_TIERED_STORAGE"},
    {broker_errc::fenced_member_epoch, 110, "FENCED_MEMBER_EPOCH"},
    {broker_errc::unreleased_instance_id, 111, "UNRELEASED_INSTANCE_ID"},
    {broker_errc::unsupported_assignor, 112, "UNSUPPORTED_ASSIGNOR"},
    {broker_errc::stale_member_epoch, 113, "STALE_MEMBER_EPOCH"},
    {broker_errc::mismatched_endpoint_type, 114, "MISMATCHED_ENDPOINT_TYPE"},
    {broker_errc::unsupported_endpoint_type, 115, "UNSUPPORTED_ENDPOINT_TYPE"},
    {broker_errc::unknown_controller_id, 116, "UNKNOWN_CONTROLLER_ID"},
    {broker_errc::unknown_subscription_id, 117, "UNKNOWN_SUBSCRIPTION_ID"},
    {broker_errc::telemetry_too_large, 118, "TELEMETRY_TOO_LARGE"},
    {broker_errc::invalid_registration, 119, "INVALID_REGISTRATION"},
    {broker_errc::transaction_abortable, 120, "TRANSACTION_ABORTABLE"},
    {broker_errc::invalid_record_state, 121, "INVALID_RECORD_STATE"},
    {broker_errc::share_session_not_found, 122, "SHARE_SESSION_NOT_FOUND"},
    {broker_errc::invalid_share_session_epoch, 123, "INVALID_SHARE_SESSION_EPOCH"},
    {broker_errc::fenced_state_epoch, 124, "FENCED_STATE_EPOCH"},
    {broker_errc::invalid_voter_key, 125, "INVALID_VOTER_KEY"},
    {broker_errc::duplicate_voter, 126, "DUPLICATE_VOTER"},
    {broker_errc::voter_not_found, 127, "VOTER_NOT_FOUND"},
    {broker_errc::invalid_regular_expression, 128, "INVALID_REGULAR_EXPRESSION"},
    {broker_errc::rebootstrap_required, 129, "REBOOTSTRAP_REQUIRED"},
    {broker_errc::streams_invalid_topology, 130, "STREAMS_INVALID_TOPOLOGY"},
    {broker_errc::streams_invalid_topology_epoch, 131, "STREAMS_INVALID_TOPOLOGY_EPOCH"},
    {broker_errc::streams_topology_fenced, 132, "STREAMS_TOPOLOGY_FENCED"},
    {broker_errc::share_session_limit_reached, 133, "SHARE_SESSION_LIMIT_REACHED"},
    {broker_errc::group_deletion_failed, 134, "GROUP_DELETION_FAILED"},
    {broker_errc::streams_topology_description_update_failed, 135,
     "STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED"},
    {broker_errc::controller_id_not_registered, 136, "CONTROLLER_ID_NOT_REGISTERED"},
};
std::error_code code_of(int number) {
    return {number, kcpp::broker_category()};
}

std::set<int> numbers_in(condition wanted) {
    std::set<int> found;
    for (const expected_code& e : every_code) {
        if (make_error_code(e.code) == wanted) found.insert(e.number);
    }
    return found;
}

std::set<client_errc> client_codes_in(condition wanted) {
    std::set<client_errc> found;
    for (const kcpp::base::client_error& e : kcpp::base::client_errors()) {
        if (make_error_code(e.code) == wanted) found.insert(e.code);
    }
    return found;
}

} // namespace

TEST(broker_errors, have_kafkas_numbers_and_names) {
    EXPECT_EQ(std::size(every_code), 138U);
    EXPECT_EQ(kcpp::base::kafka_errors().size(), std::size(every_code));
    for (const expected_code& e : every_code) {
        EXPECT_EQ(static_cast<int>(e.code), e.number);
        EXPECT_EQ(kcpp::name_of(e.code), e.name);
        const kcpp::base::kafka_error_info* row = kcpp::base::find_kafka_error(e.number);
        ASSERT_NE(row, nullptr) << e.name;
        EXPECT_EQ(row->code, e.number);
        EXPECT_EQ(row->name, e.name);
    }
}

TEST(broker_errors, say_their_name_and_what_it_means) {
    for (const expected_code& e : every_code) {
        const std::string message = make_error_code(e.code).message();
        EXPECT_TRUE(message.starts_with(std::string(e.name) + ": ")) << message;
        EXPECT_GT(message.size(), e.name.size() + 6) << message;
    }
}

TEST(broker_errors, newer_than_the_table_are_spoken_of_by_number) {
    EXPECT_EQ(code_of(137).message(), "error code 137 is newer than this client");
    EXPECT_EQ(kcpp::name_of(static_cast<broker_errc>(137)), "UNKNOWN_ERROR_CODE");
    EXPECT_EQ(kcpp::name_of(static_cast<broker_errc>(-2)), "UNKNOWN_ERROR_CODE");
    EXPECT_FALSE(code_of(137) == condition::retriable);
    EXPECT_FALSE(code_of(137) == condition::fatal);
}

// kafka-semantics: the retriable exceptions of the Java client.
TEST(broker_errors, are_retriable_exactly_where_the_java_client_retries) {
    const std::set<int> retriable = {// invalid metadata
                                     3, 5, 6, 9, 13, 56, 72, 74, 80, 83, 84, 100, 103,
                                     // coordinator
                                     15, 16,
                                     // the rest
                                     2, 7, 14, 19, 20, 41, 51, 70, 71, 106, 75, 78, 88, 89, 122,
                                     123, 133};
    EXPECT_EQ(numbers_in(condition::retriable), retriable);
}

TEST(broker_errors, are_fenced_where_somebody_took_the_place) {
    const std::set<int> fenced = numbers_in(condition::fenced);
    EXPECT_TRUE(fenced.contains(static_cast<int>(broker_errc::producer_fenced)));
    EXPECT_TRUE(fenced.contains(static_cast<int>(broker_errc::fenced_instance_id)));
    EXPECT_FALSE(fenced.contains(static_cast<int>(broker_errc::fenced_leader_epoch)));
}

TEST(broker_errors, are_never_both_retriable_and_fatal) {
    for (const int number : numbers_in(condition::retriable)) {
        EXPECT_FALSE(code_of(number) == condition::fatal) << number;
    }
}

// KIP-1050
TEST(broker_errors, are_abortable_where_only_the_transaction_is_lost) {
    EXPECT_TRUE(numbers_in(condition::abortable).contains(120));
    EXPECT_FALSE(make_error_code(broker_errc::transaction_abortable) == condition::fatal);
}

TEST(broker_errors, leave_the_unknown_outcome_to_the_error) {
    EXPECT_TRUE(numbers_in(condition::unknown_outcome).empty());
}

TEST(client_errors, are_all_in_the_table_once) {
    constexpr int last = static_cast<int>(client_errc::handler_failed);
    EXPECT_EQ(kcpp::base::client_errors().size(), static_cast<std::size_t>(last));
    std::set<std::string> messages;
    for (int code = 1; code <= last; ++code) {
        const kcpp::base::client_error* row = kcpp::base::find_client_error(code);
        ASSERT_NE(row, nullptr) << code;
        EXPECT_EQ(static_cast<int>(row->code), code);
        EXPECT_EQ(make_error_code(row->code).message(), row->message);
        EXPECT_TRUE(messages.insert(std::string(row->message)).second) << row->message;
    }
    EXPECT_EQ(kcpp::base::find_client_error(0), nullptr);
    EXPECT_EQ(kcpp::base::find_client_error(last + 1), nullptr);
}

TEST(client_errors, are_retriable_where_time_may_heal) {
    EXPECT_EQ(
        client_codes_in(condition::retriable),
        (std::set{client_errc::timed_out, client_errc::buffer_full, client_errc::connect_failed,
                  client_errc::connection_lost, client_errc::host_not_found}));
}

TEST(client_errors, are_fatal_once_closed) {
    EXPECT_EQ(client_codes_in(condition::fatal), std::set{client_errc::closed});
    EXPECT_TRUE(client_codes_in(condition::fenced).empty());
    EXPECT_TRUE(client_codes_in(condition::abortable).empty());
}

TEST(client_errors, of_an_unknown_number_still_have_a_message) {
    EXPECT_EQ(std::error_code(99, kcpp::client_category()).message(), "unknown client error 99");
}

TEST(conditions, are_none_of_a_foreign_category) {
    EXPECT_FALSE(std::make_error_code(std::errc::timed_out) == condition::retriable);
    EXPECT_FALSE(std::error_code(3, std::generic_category()) == condition::retriable);
}

TEST(conditions, can_be_written_in_either_order) {
    const std::error_code code = broker_errc::not_coordinator;
    EXPECT_TRUE(code == condition::retriable);
    EXPECT_TRUE(condition::retriable == code);
    EXPECT_TRUE(code != condition::fatal);
}

TEST(conditions, have_messages_and_categories_have_names) {
    for (const condition c : {condition::retriable, condition::fatal, condition::fenced,
                              condition::abortable, condition::unknown_outcome}) {
        EXPECT_FALSE(make_error_condition(c).message().starts_with("unknown condition"));
    }
    EXPECT_EQ(std::error_condition(9, kcpp::condition_category()).message(), "unknown condition 9");
    EXPECT_STREQ(kcpp::broker_category().name(), "kafka");
    EXPECT_STREQ(kcpp::client_category().name(), "kcpp");
    EXPECT_STREQ(kcpp::condition_category().name(), "kcpp condition");
}
