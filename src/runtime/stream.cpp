#include "runtime/stream.hpp"

#include <asio/error.hpp>

namespace kcpp::runtime {

bool is_end_of_stream(std::error_code error) noexcept {
    return error == asio::error::eof;
}

} // namespace kcpp::runtime
