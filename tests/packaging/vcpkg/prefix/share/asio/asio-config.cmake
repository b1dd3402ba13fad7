# vcpkg's name for Asio, forwarded to the system's headers.
find_package(Threads REQUIRED)
find_path(standin_asio_include asio.hpp REQUIRED)
add_library(asio::asio INTERFACE IMPORTED)
target_include_directories(asio::asio INTERFACE "${standin_asio_include}")
target_compile_definitions(asio::asio INTERFACE ASIO_STANDALONE)
target_link_libraries(asio::asio INTERFACE Threads::Threads)
