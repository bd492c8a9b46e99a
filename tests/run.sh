#!/bin/sh
# sh tests/run.sh [PRESET...]: installs what the tests need, builds, and runs every test. As root on Debian 12.
#
# Of these presets the tests are others: "coverage" says which lines they run, "valgrind" runs programs under memcheck,
# "lint" asks clang-tidy and cppcheck, "fuzz" searches for hours, and "nightly" is all of what CI samples, with these
# three at its end.
#
# Without presets it does what CI does: address and undefined behaviour sanitizers with clang++ over unit and command
# tests, the thread sanitizer over what has threads, and everything against a release by g++, whose summary comes last.
set -eu
cd "$(dirname "$0")/.."
. app/packages.sh
trap 'report_failed_step $?; wait' EXIT

step "install what builds"
# shellcheck disable=SC2086
install_packages $build_packages catch2 clang libclang-rt-14-dev
# What tests need comes beside the first build.
# The package of Kubernetes' own repository has the same program, and the two exclude each other.
kubectl=kubernetes-client
! command -v kubectl >/dev/null || kubectl=
# shellcheck disable=SC2086
install_packages nginx-light curl openssl gnutls-bin libnss3-tools default-jdk-headless mandoc python3-cram faketime jq \
    sqlite3 strace time logrotate git procps systemd prometheus python3-yaml python3-jsonschema chromium chromium-driver \
    python3-selenium $kubectl &
installing=$!

# Some tests act as another user, who has to get as far as /tmp; a new root made by debootstrap may be 0700.
case $(stat -c %a /) in
*[1357]) ;;
*) echo "/ was closed to other users" && chmod go+rx / ;;
esac

launcher=
command -v ccache >/dev/null && launcher=-DCMAKE_CXX_COMPILER_LAUNCHER=ccache

# build PRESET [TARGET...]
build() {
    preset=$1
    shift
    step "build $preset"
    cmake --preset "$preset" $launcher >build-"$preset".log 2>&1 || { cat build-"$preset".log; return 1; }
    rm -f build-"$preset".log
    cmake --build --preset "$preset" ${1:+--target "$@"} -- --quiet
}

# check PRESET [CTEST OPTION...]
check() {
    preset=$1
    shift
    if [ -n "$installing" ]; then
        step "install what tests need"
        wait "$installing"
        installing=
    fi
    step "test $preset"
    ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j 3 "$@"
}

# search PRESET AT_ONCE: the fuzzers, so many at a time, and what they did.
search() {
    check "$1" -L fuzz -j "$2"
    cat build/"$1"/tests/fuzz/*.report
}

coverage() {
    install_packages gcovr
    build coverage mtlsca cli_clock unit
    find build/coverage -name '*.gcda' -delete
    # A process that became another user cannot write its counts, and shall not say so where its test listens.
    export GCOV_ERROR_FILE=/dev/null
    check coverage -L 'unit|cli'
    step "lines that ran"
    sh tests/coverage.sh build/coverage
}

memcheck() {
    install_packages valgrind
    build valgrind mtlsca cli_clock unit
    check valgrind -L 'unit|cli'
}

# Three quarters of an hour: clang-tidy looks at every header of every file.
lint() {
    install_packages clang-tidy cppcheck
    step "lint"
    cmake --preset lint $launcher >/dev/null
    cmake --build --preset lint --target cppcheck tidy
}

# The hours of the fuzzers belong to the night.
hunt() {
    build fuzz fuzz
    search fuzz 2
}

# whole PRESET
whole() {
    build "$1"
    check "$1"
}

if [ $# -gt 0 ]; then
    for preset in "$@"; do
        case $preset in
        coverage | lint) $preset ;;
        valgrind) memcheck ;;
        fuzz) hunt ;;
        nightly)
            whole nightly
            hunt
            memcheck
            lint
            ;;
        *) whole "$preset" ;;
        esac
    done
    exit 0
fi

# Some sessions encrypt dozens of keys; they run without the sanitizers here, and with them under `sh tests/run.sh asan`.
build asan mtlsca cli_clock unit fuzz
check asan -L 'unit|cli' -E '^cli\.(secrets|init|renew|export|revoke)$'
search asan 4 # three minutes in place of five, and half of the executions
build tsan unit_store unit_io unit_threads
check tsan -R '^unit\.(store|io|threads)$'
build release
check release
