#!/usr/bin/env bash
# Hostile values in sites, settings and inventory: refused, or nothing but values to nginx. The test is in Python.
# MTLSCA=path/to/mtlsca [MTLSCA_SEED=number] tests/nginx/hostile_test.sh
set -eu
for program in nginx openssl python3; do
    PATH=$PATH:/usr/sbin command -v $program >/dev/null || { echo "this test needs $program" >&2; exit 1; }
done
PATH=$PATH:/usr/sbin exec python3 -B "$(dirname "$0")/hostile_test.py"
