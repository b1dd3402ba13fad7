# kcpp_find(PACKAGE TARGET DEBIAN VCPKG [MODULE]): looks for one dependency and, where it is missing, leaves a sentence
# in kcpp_missing that names what to install. Used by kcpp's own build and by the installed package alike.
macro(kcpp_find package target debian vcpkg)
    set(kcpp_missing "")
    find_package(${package} ${ARGN} QUIET)
    if(NOT TARGET ${target})
        string(CONCAT kcpp_missing
            "kcpp needs ${package} (target ${target}), which was not found.\n"
            "  Debian, Ubuntu: apt-get install ${debian}\n"
            "  vcpkg:          vcpkg install ${vcpkg}\n"
            "  elsewhere:      point CMAKE_PREFIX_PATH at the prefix that holds it")
    endif()
endmacro()
