# How kcpp's own targets are compiled.

# Flags that every source of ours is built with. They never reach a user's build.
add_library(kcpp_flags INTERFACE)
target_compile_features(kcpp_flags INTERFACE cxx_std_20)
target_compile_options(kcpp_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual
    $<$<BOOL:${KCPP_WARNINGS_AS_ERRORS}>:-Werror>)
# With optimisation g++ 12 sees these where they are not: in std::optional, in what sanitizers put in, in Asio's coroutine frames.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(kcpp_flags INTERFACE -Wno-maybe-uninitialized -Wno-mismatched-new-delete -Wno-restrict)
endif()
# Of a .cpp that is included, as src/producer's are and all are in unity builds, g++ thinks it is a header, whose types should not be
# made of unnamed ones.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(kcpp_flags INTERFACE -Wno-subobject-linkage)
endif()
target_include_directories(kcpp_flags INTERFACE
    "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")
# Asio 1.22 looks for the coroutines TS in clang and misses C++20's unless it is told. No Asio macro that changes a layout
# or a function is set, ever: a program that uses Asio too has its own copy of the same inline functions, and they must agree.
target_compile_definitions(kcpp_flags INTERFACE
    $<$<CXX_COMPILER_ID:Clang,AppleClang>:ASIO_HAS_CO_AWAIT=1>)

# For folders of programs that do little of their own that could be fast, which take most of a build's time: what is below is
# optimised less than the library.
macro(kcpp_optimise_less)
    string(REPLACE "-O3" "-O1" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
    string(REPLACE "-O1" "-O0" CMAKE_CXX_FLAGS "${CMAKE_CXX_FLAGS}")
endmacro()

# kcpp_layer(NAME SOURCES … DEPENDS …): one folder of src/, as the object library kcpp_NAME.
function(kcpp_layer name)
    cmake_parse_arguments(PARSE_ARGV 1 layer "" "" "SOURCES;DEPENDS")
    if(NOT layer_SOURCES)
        return()
    endif()
    add_library(kcpp_${name} OBJECT ${layer_SOURCES})
    target_link_libraries(kcpp_${name} PRIVATE kcpp_flags ${layer_DEPENDS})
    # Asio shows its symbols whatever the compiler is told. A shared kcpp must not: the program's own Asio may be another version.
    target_compile_definitions(kcpp_${name} PRIVATE $<$<BOOL:${BUILD_SHARED_LIBS}>:ASIO_DISABLE_VISIBILITY>)
    if("asio::asio" IN_LIST layer_DEPENDS)
        target_compile_options(kcpp_${name} PRIVATE
            "$<$<BOOL:${BUILD_SHARED_LIBS}>:SHELL:-include ${PROJECT_SOURCE_DIR}/src/runtime/shared_asio.hpp>")
    endif()
    set_target_properties(kcpp_${name} PROPERTIES
        CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
        POSITION_INDEPENDENT_CODE ON
        UNITY_BUILD ${KCPP_UNITY_BUILD} UNITY_BUILD_BATCH_SIZE 16)
    set_property(GLOBAL APPEND PROPERTY KCPP_LAYERS kcpp_${name})
endfunction()

# kcpp_test(NAME SOURCES … [LINK …] [LABELS …]): a GoogleTest program that sees kcpp's internals. Its label is "unit" unless
# said otherwise; "threads" is for those that the thread sanitizer has to see, "simulation" and "integration" for the others.
function(kcpp_test name)
    cmake_parse_arguments(PARSE_ARGV 1 test "" "" "SOURCES;LINK;LABELS")
    if(NOT test_LABELS)
        set(test_LABELS unit)
    endif()
    add_executable(${name} ${test_SOURCES})
    target_link_libraries(${name} PRIVATE kcpp_flags kcpp_whole ${test_LINK} GTest::gtest_main)
    set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
    # gtest_discover_tests loses all but the first of a list. In one string, ctest -L finds each word as well.
    string(JOIN " " labels ${test_LABELS})
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${labels}" TIMEOUT 120)

    # One target per label: `ninja kcpp_tests_threads` builds what `ctest -L threads` runs.
    foreach(label IN LISTS test_LABELS)
        if(NOT TARGET kcpp_tests_${label})
            add_custom_target(kcpp_tests_${label})
        endif()
        add_dependencies(kcpp_tests_${label} ${name})
    endforeach()
endfunction()

# kcpp_fuzzer(NAME SOURCES … [LINK …]): with KCPP_BUILD_FUZZERS a libFuzzer program in <build>/fuzzers; in every other build the
# same source as a test that feeds it tests/fuzz/corpus/NAME, so that each compiler and sanitizer runs what a fuzzer once found.
function(kcpp_fuzzer name)
    cmake_parse_arguments(PARSE_ARGV 1 fuzz "" "" "SOURCES;LINK")
    add_executable(${name} ${fuzz_SOURCES})
    target_link_libraries(${name} PRIVATE kcpp_flags kcpp_whole ${fuzz_LINK})
    set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
    if(KCPP_BUILD_FUZZERS)
        target_link_options(${name} PRIVATE -fsanitize=fuzzer)
        set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/fuzzers")
    else()
        target_sources(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests/fuzz/replay.cpp")
        add_test(NAME ${name} COMMAND ${name} "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
        set_tests_properties(${name} PROPERTIES LABELS "unit;fuzz" TIMEOUT 120)
    endif()
endfunction()
