#include "network/call.hpp"

namespace kcpp::network::detail {

namespace {

const char* name_of(std::int16_t api_key) {
    return protocol::name(static_cast<protocol::api_key>(api_key));
}

} // namespace

error unsupported(const connection& to, std::int16_t api_key, std::int16_t oldest,
                  std::int16_t newest) {
    return error(client_errc::unsupported_version,
                 base::text(to_string(to.where()), " offers ", to.versions().describe(api_key),
                            " of ", name_of(api_key), ", while ", oldest, " to ", newest,
                            " would be needed; kcpp speaks to Kafka 2.1 and newer"),
                 {.broker = to.where().node});
}

error unsayable(const connection& to, std::int16_t api_key, std::int16_t version,
                wire::codec_error why) {
    return error(client_errc::unsupported_version,
                 base::text(name_of(api_key), " cannot say what was asked in version ", version,
                            ", the newest that ", to_string(to.where()),
                            " speaks: ", wire::text(why)),
                 {.broker = to.where().node});
}

error maybe_done(error failure) {
    return error::unknown_outcome(
        failure.code(), base::text(failure.message(), "; it may have been done or not"),
        {std::string(failure.topic()), failure.partition(), failure.broker()});
}

error unreadable(connection& from, std::int16_t api_key, std::int16_t version,
                 wire::codec_error why) {
    error bad(client_errc::protocol_error,
              base::text("the response of ", to_string(from.where()), " to ", name_of(api_key),
                         " version ", version, " cannot be read: ", wire::text(why),
                         "; the connection was closed"),
              {.broker = from.where().node});
    from.close(bad);
    return bad;
}

} // namespace kcpp::network::detail
