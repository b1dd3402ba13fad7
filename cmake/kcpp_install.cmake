# What `cmake --install` puts where: libraries, headers, the CMake package with one export per component, and kcpp.pc.

include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/kcpp")

install(TARGETS kcpp EXPORT kcppTargets FILE_SET HEADERS)
install(TARGETS kcpp_asio EXPORT kcpp_asioTargets FILE_SET HEADERS)
install(EXPORT kcppTargets NAMESPACE kcpp:: DESTINATION "${package_dir}")
install(EXPORT kcpp_asioTargets NAMESPACE kcpp:: DESTINATION "${package_dir}")
if(TARGET kcpp_testing_kit)
    install(TARGETS kcpp_testing_kit EXPORT kcpp_testingTargets FILE_SET HEADERS)
    install(EXPORT kcpp_testingTargets NAMESPACE kcpp:: DESTINATION "${package_dir}")
endif()
if(TARGET kcpp_cli)
    install(TARGETS kcpp_cli)
endif()

configure_package_config_file(cmake/kcppConfig.cmake.in kcppConfig.cmake INSTALL_DESTINATION "${package_dir}")
# Below 1.0 a new minor version may break its users.
write_basic_package_version_file(kcppConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    "${PROJECT_BINARY_DIR}/kcppConfig.cmake" "${PROJECT_BINARY_DIR}/kcppConfigVersion.cmake"
    cmake/kcpp_find.cmake cmake/Findasio.cmake cmake/Findlz4.cmake cmake/Findzstd.cmake
    DESTINATION "${package_dir}")

# The libraries behind a static kcpp; a shared one has them inside and asks its users for none.
if(NOT BUILD_SHARED_LIBS)
    set(pc_requires_private "libzstd, liblz4, zlib")
    set(pc_libs_private "-lsnappy ${CMAKE_THREAD_LIBS_INIT}")
endif()
file(RELATIVE_PATH pc_to_prefix "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file(cmake/kcpp.pc.in kcpp.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/kcpp.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
