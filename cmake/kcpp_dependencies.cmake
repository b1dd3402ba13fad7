# Everything kcpp needs, found and never vendored. A missing one is an error that names the package to install.

include(kcpp_find)

function(kcpp_require)
    kcpp_find(${ARGN})
    if(kcpp_missing)
        message(FATAL_ERROR "${kcpp_missing}")
    endif()
endfunction()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
kcpp_require(asio asio::asio libasio-dev asio)
kcpp_require(zstd kcpp::zstd libzstd-dev zstd MODULE)
kcpp_require(lz4 lz4::lz4 liblz4-dev lz4)
kcpp_require(ZLIB ZLIB::ZLIB zlib1g-dev zlib)
kcpp_require(Snappy Snappy::snappy libsnappy-dev snappy)
