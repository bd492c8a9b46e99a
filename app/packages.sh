# Debian packages for app/quickstart.sh and tests/run.sh, which source this file.
# shellcheck shell=sh

build_packages="g++ cmake ninja-build pkg-config libssl-dev libsqlite3-dev libcli11-dev libfmt-dev
 libtomlplusplus-dev nlohmann-json3-dev libkainjow-mustache-dev libpcre2-dev libmicrohttpd-dev"

# step WORDS: what is being done, so that a failure can be named.
step() {
    current_step=$*
    printf '\n== %s\n' "$current_step"
}

# To be set as the EXIT trap's first act.
report_failed_step() {
    [ "$1" -eq 0 ] || printf '\nfailed: %s\n' "${current_step:-start}" >&2
}

# install_packages PACKAGE...: only what is missing, so that a second run needs no network.
install_packages() {
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || { echo "all there"; return 0; }
    [ "$(id -u)" -eq 0 ] || { echo "needs root to install:$missing" >&2; return 1; }
    # A freshly installed nginx must not start serving on port 80 of somebody's machine.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod 755 $policy
        own_policy=yes
    fi
    echo "installing:$missing"
    status=0
    # shellcheck disable=SC2086
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } \
        >/tmp/mtlsca-apt.$$ 2>&1 </dev/null || status=$?
    [ -z "${own_policy:-}" ] || rm -f $policy
    [ $status -eq 0 ] || tail -n 20 /tmp/mtlsca-apt.$$ >&2
    rm -f /tmp/mtlsca-apt.$$
    return $status
}
