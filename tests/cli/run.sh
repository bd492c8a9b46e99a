#!/bin/sh
# run.sh FILE.t: one session against the mtlsca in $MTLSCA, with the clock in $MTLSCA_TEST_CLOCK. ctest calls it.
#
# Without a terminal, also where a person runs it from one: what would ask there must fail here. What differed lies
# in FILE.t.err afterwards.
set -eu
: "${MTLSCA:?the program to test}" "${MTLSCA_TEST_CLOCK:?libcli_clock.so}"
exec setsid --wait cram3 --shell=/bin/bash "$1" </dev/null
