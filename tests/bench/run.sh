#!/bin/sh
# sh tests/bench/run.sh [--size full|small] [--ten-million] [--only JOB,JOB…] [--json FILE]: what issuing,
# revoking and listing cost, beside peers and floors, with the limits that must be met. README.md explains.
#
# MTLSCA         the program; a release is built where it is not given
# MTLSCA_BENCH   the folder of this benchmark's own programs; likewise
# TMPDIR         must be on a disk with 6 GB to spare, 25 GB with --ten-million
#
# Markdown goes to standard output, progress to standard error, the figures as JSON to the file. Exit 1 where a
# measurement went wrong or a limit was missed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
for program in openssl python3 flock xargs; do
    command -v "$program" >/dev/null || { echo "this benchmark needs $program" >&2; exit 1; }
done
if [ -z "${MTLSCA:-}" ] || [ -z "${MTLSCA_BENCH:-}" ]; then
    (
        cd "$top"
        cmake --preset release
        cmake --build --preset release --target mtlsca paired fill_inventory floor_batch floor_crl floor_requests \
            make_requests
    ) >&2
    MTLSCA=${MTLSCA:-$top/build/release/app/mtlsca}
    MTLSCA_BENCH=${MTLSCA_BENCH:-$top/build/release/tests/bench}
fi
export MTLSCA MTLSCA_BENCH
exec python3 -B "$here/scale.py" "$@"
