# What kcpp needs of Debian 12 or Ubuntu 24.04, and the function that installs what is missing.
# Sourced by examples/run, tests/run and tests/packaging/run. "a|b" means a, or b where a release has no a.

library_packages=(g++ cmake ninja-build libasio-dev libzstd-dev liblz4-dev zlib1g-dev libsnappy-dev)
test_packages=(libgtest-dev nlohmann-json3-dev python3 ccache mold)
clang_packages=("clang-19|clang-20|clang-21|clang-18")
integration_packages=("openjdk-17-jdk-headless|default-jdk-headless" maven kcat docker-compose python3-yaml)
packaging_packages=(git pkgconf)
bench_packages=(libcli11-dev pkgconf librdkafka-dev)

is_installed() {
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

first_installed() { # a|b
    local name
    for name in ${1//|/ }; do
        is_installed "$name" && return
    done
    return 1
}

first_available() { # a|b
    local name
    for name in ${1//|/ }; do
        apt-cache show "$name" &>/dev/null && echo "$name" && return
    done
    echo "no package ${1//|/ or } in the configured apt sources" >&2
    return 1
}

# need PACKAGE…: installs those that are missing. Where there is no apt, CMake will name what it does not find.
need() {
    command -v apt-get >/dev/null || return 0
    local package name missing=() names=() as_root=()
    for package in "$@"; do
        first_installed "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    echo "installing ${missing[*]%%|*}"
    ((EUID == 0)) || as_root=(sudo)
    as_root+=(env DEBIAN_FRONTEND=noninteractive)
    "${as_root[@]}" apt-get -qq update || return
    for package in "${missing[@]}"; do
        name=$(first_available "$package") || return
        names+=("$name")
    done
    "${as_root[@]}" apt-get -qq -o Dpkg::Use-Pty=0 install --yes --no-install-recommends "${names[@]}" >/dev/null
}

# The clang to use: 19, on which kcpp is tested, or the newest there is.
clang_version() {
    local version
    for version in 19 $(compgen -c clang++- | grep -Eo '[0-9]+$' | sort -rnu); do
        command -v "clang++-$version" >/dev/null && echo "$version" && return
    done
    return 1
}

# Speeds up building where they are there; neither is needed.
fast_build_options() {
    if command -v ccache >/dev/null; then echo -DCMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
    if command -v mold >/dev/null; then
        echo -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold
        echo -DCMAKE_SHARED_LINKER_FLAGS=-fuse-ld=mold
    fi
}
