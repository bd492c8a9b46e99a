#!/bin/bash
# no_memory_early.sh: where memory ends for good before a command has begun, it says that and ends with status 1, and
# does not say that something could not be put back. At each of the first 900 allocations of a command with long words,
# which have to be copied.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
name=somebody-who-has-no-certificate-here
"$MTLSCA" --home a-folder-with-a-long-name init --name Acme --no-passphrase >/dev/null 2>&1

told=0
ends() { # STEP EXPECTED WORD...
    local step=$1 expected=$2 status said number
    shift 2
    for number in $(seq 1 "$step" 900); do
        status=0
        said=$(LD_PRELOAD=$MTLSCA_TEST_FAILING FAILING_WHOSE=others FAILING_EVER=1 FAILING_ALLOCATION=$number \
            "$MTLSCA" "$@" 2>&1) || status=$?
        case $said in
        *"died in getpwuid_r"*) continue ;; # glibc's own code
        esac
        if [ "$status" -ne 1 ] || [ "$said" != "$expected" ]; then
            echo "allocation $number of $*: $status: $said"
            exit 1
        fi
        told=$((told + 1))
    done
}

words=(renew $name --home a-folder-with-a-long-name --out another-with-a-long-name)
ends 1 "mtlsca: error: memory: is exhausted" "${words[@]}"
ends 7 '{"error": {"code": 1, "message": "memory: is exhausted", "hint": null, "findings": []}}' --json "${words[@]}"
echo "told $told times"
[ "$told" -gt 1000 ]
