# vcpkg's name for lz4, forwarded to the system's library.
find_path(standin_lz4_include lz4frame.h REQUIRED)
find_library(standin_lz4_library lz4 REQUIRED)
add_library(lz4::lz4 UNKNOWN IMPORTED)
set_target_properties(lz4::lz4 PROPERTIES
    IMPORTED_LOCATION "${standin_lz4_library}" INTERFACE_INCLUDE_DIRECTORIES "${standin_lz4_include}")
