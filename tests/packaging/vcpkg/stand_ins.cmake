# Stand-ins for the functions that vcpkg gives to a portfile, for machines where vcpkg is not to be had. They do what vcpkg does
# for a triplet of static libraries and release builds. Run as a script:
#   cmake -D PORTFILE=… -D PREFIX=<dependencies> -D OUT=<folder to work in> -P stand_ins.cmake
cmake_minimum_required(VERSION 3.23)
set(PORT kcpp)
set(CURRENT_PACKAGES_DIR "${OUT}/packages")
set(build "${OUT}/build")

function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(vcpkg_cmake_configure)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "SOURCE_PATH" "OPTIONS")
    if(NOT EXISTS "${arg_SOURCE_PATH}/CMakeLists.txt" OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "vcpkg_cmake_configure: ${ARGV}")
    endif()
    run("${CMAKE_COMMAND}" -S "${arg_SOURCE_PATH}" -B "${build}" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF
        "-DCMAKE_CXX_FLAGS_RELEASE=${CMAKE_CXX_FLAGS_RELEASE}"
        "-DCMAKE_PREFIX_PATH=${PREFIX}" "-DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR}" -DCMAKE_INSTALL_LIBDIR=lib
        ${arg_OPTIONS})
endfunction()

function(vcpkg_cmake_install)
    run("${CMAKE_COMMAND}" --build "${build}" --target install -- --quiet)
endfunction()

# Moves the package to share/<port> and tells its files that the prefix is now two folders up.
function(vcpkg_cmake_config_fixup)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "CONFIG_PATH" "")
    set(from "${CURRENT_PACKAGES_DIR}/${arg_CONFIG_PATH}")
    set(to "${CURRENT_PACKAGES_DIR}/share/${PORT}")
    file(MAKE_DIRECTORY "${CURRENT_PACKAGES_DIR}/share")
    file(RENAME "${from}" "${to}")
    get_filename_component(emptied "${from}" DIRECTORY)
    file(REMOVE_RECURSE "${emptied}")

    file(GLOB_RECURSE scripts "${to}/*.cmake")
    set(up "get_filename_component(_IMPORT_PREFIX \"\${_IMPORT_PREFIX}\" PATH)\n")
    foreach(script IN LISTS scripts)
        file(READ "${script}" text)
        string(REPLACE "${up}${up}${up}" "${up}${up}" text "${text}")
        string(REPLACE "\${CMAKE_CURRENT_LIST_DIR}/../../../" "\${CMAKE_CURRENT_LIST_DIR}/../../" text "${text}")
        file(WRITE "${script}" "${text}")
    endforeach()
endfunction()

# vcpkg rewrites the prefix and asks pkg-config; kcpp.pc has to be where it looks for it.
function(vcpkg_fixup_pkgconfig)
    if(NOT EXISTS "${CURRENT_PACKAGES_DIR}/lib/pkgconfig/kcpp.pc")
        message(FATAL_ERROR "vcpkg_fixup_pkgconfig: no lib/pkgconfig/kcpp.pc")
    endif()
endfunction()

function(vcpkg_copy_pdbs) # Windows only
endfunction()

function(vcpkg_install_copyright)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "FILE_LIST")
    file(INSTALL ${arg_FILE_LIST} DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}" RENAME copyright)
endfunction()

include("${PORTFILE}")

# What vcpkg's own check after a build asks for.
foreach(needed IN ITEMS share/kcpp/copyright share/kcpp/usage share/kcpp/kcppConfig.cmake include/kcpp/producer.hpp)
    if(NOT EXISTS "${CURRENT_PACKAGES_DIR}/${needed}")
        message(FATAL_ERROR "the port installs no ${needed}")
    endif()
endforeach()
foreach(unwanted IN ITEMS lib/cmake debug/include share/man bin)
    if(EXISTS "${CURRENT_PACKAGES_DIR}/${unwanted}")
        message(FATAL_ERROR "the port installs ${unwanted}")
    endif()
endforeach()
