# vcpkg's name for snappy, forwarded to the system's library.
find_path(standin_snappy_include snappy.h REQUIRED)
find_library(standin_snappy_library snappy REQUIRED)
add_library(Snappy::snappy UNKNOWN IMPORTED)
set_target_properties(Snappy::snappy PROPERTIES
    IMPORTED_LOCATION "${standin_snappy_library}" INTERFACE_INCLUDE_DIRECTORIES "${standin_snappy_include}")
