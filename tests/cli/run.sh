#!/bin/sh
# run.sh FILE.t [LOGS]: one session against the mtlsca in $MTLSCA, with the clock in $MTLSCA_TEST_CLOCK. ctest calls
# it.
# LOGS is where tests/valgrind.sh tells what it found, if $MTLSCA runs in it: what a session hides, by a pipe or a
# message of its own, fails it too.
#
# Without a terminal, also where a person runs it from one: what would ask there must fail here. What differed lies
# in FILE.t.err afterwards.
set -eu
: "${MTLSCA:?the program to test}" "${MTLSCA_TEST_CLOCK:?libcli_clock.so}"
logs=${2:-}
[ -z "$logs" ] || rm -rf "$logs"
status=0
setsid --wait cram3 --shell=/bin/bash "$1" </dev/null || status=$?
if [ -n "$logs" ]; then
    found=0
    grep -h '^==' "$logs"/* || found=$?
    [ $found = 1 ] || status=99
fi
exit $status
