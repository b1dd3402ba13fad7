# vcpkg's name for zstd, forwarded to the system's library.
find_path(standin_zstd_include zstd.h REQUIRED)
find_library(standin_zstd_library zstd REQUIRED)
add_library(zstd::libzstd UNKNOWN IMPORTED)
set_target_properties(zstd::libzstd PROPERTIES
    IMPORTED_LOCATION "${standin_zstd_library}" INTERFACE_INCLUDE_DIRECTORIES "${standin_zstd_include}")
