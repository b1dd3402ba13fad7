# The rules of the house, as tests: layers, public headers that stand alone, one cluster however it is started.

add_test(NAME layers COMMAND Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/layers")
add_test(NAME layers_can_fail COMMAND Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/layers" --prove)

# kcpp/asio.hpp needs what its target, kcpp::asio, gives.
get_target_property(asio_include_dirs asio::asio INTERFACE_INCLUDE_DIRECTORIES)
list(TRANSFORM asio_include_dirs PREPEND -I)
add_test(NAME headers COMMAND Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/headers"
    "${CMAKE_CXX_COMPILER}" -DASIO_STANDALONE -DASIO_HAS_CO_AWAIT=1 ${asio_include_dirs})

set_tests_properties(layers layers_can_fail headers PROPERTIES LABELS "unit;api" TIMEOUT 120)

add_test(NAME compose COMMAND Python3::Interpreter "${PROJECT_SOURCE_DIR}/integration/compose_test")
set_tests_properties(compose PROPERTIES LABELS integration TIMEOUT 120)
