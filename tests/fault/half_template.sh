#!/bin/bash
# half_template.sh: where memory ends while a template is filled, the command says so; what it writes is whole. At each
# of the first thousand allocations of `init`, which fills its settings among them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
make() { "$MTLSCA" --home "$1" init --name Acme --no-passphrase >/dev/null 2>&1; }
make whole
made=0 refused=0
for number in $(seq 1000); do
    rm -rf new
    if LD_PRELOAD=$MTLSCA_TEST_FAILING FAILING_WHOSE=others FAILING_ALLOCATION=$number make new; then
        cmp whole/mtlsca.toml new/mtlsca.toml || { echo "half of the settings at allocation $number"; exit 1; }
        made=$((made + 1))
    else
        refused=$((refused + 1))
    fi
done
echo "$made made, $refused refused"
[ "$made" -gt 0 ] && [ "$refused" -gt 100 ]
