#!/bin/sh
# sh tests/bench/ocsp.sh [--size full|small] [--json FILE]: what answering OCSP costs, beside nginx, openssl and
# the signature alone, with the limits that must be met. README.md explains; the environment is run.sh's.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
PATH=$PATH:/usr/sbin
for program in nginx openssl python3 taskset; do
    command -v "$program" >/dev/null || { echo "this benchmark needs $program" >&2; exit 1; }
done
if [ -z "${MTLSCA:-}" ] || [ -z "${MTLSCA_BENCH:-}" ]; then
    (
        cd "$top"
        cmake --preset release
        cmake --build --preset release --target mtlsca fill_inventory http_requests
    ) >&2
    MTLSCA=${MTLSCA:-$top/build/release/app/mtlsca}
    MTLSCA_BENCH=${MTLSCA_BENCH:-$top/build/release/tests/bench}
fi
export MTLSCA MTLSCA_BENCH
exec python3 -B "$here/ocsp.py" "$@"
