# Finds standalone Asio: its own package config where there is one (vcpkg, Conan), else the bare headers (Debian).
# Target: asio::asio
find_package(asio CONFIG QUIET)
if(NOT TARGET asio::asio)
    find_path(asio_INCLUDE_DIR asio.hpp)
    mark_as_advanced(asio_INCLUDE_DIR)
endif()
include(FindPackageHandleStandardArgs)
if(TARGET asio::asio)
    set(asio_FOUND TRUE)
else()
    find_package_handle_standard_args(asio REQUIRED_VARS asio_INCLUDE_DIR)
    if(asio_FOUND)
        find_package(Threads REQUIRED)
        add_library(asio::asio INTERFACE IMPORTED)
        set_target_properties(asio::asio PROPERTIES
            INTERFACE_INCLUDE_DIRECTORIES "${asio_INCLUDE_DIR}"
            INTERFACE_COMPILE_DEFINITIONS ASIO_STANDALONE
            INTERFACE_LINK_LIBRARIES Threads::Threads)
    endif()
endif()
