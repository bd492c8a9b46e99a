# Sourced by the tests of this folder: a throw-away folder, and what relying parties are shown.
# shellcheck shell=sh
#
# Every relying party gets the same from every CA: alice (valid), mallory (revoked), www (a server), the CRLs, a PKCS#12.

set -eu
: "${MTLSCA:?the program under test}"
tests=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset MTLSCA_HOME MTLSCA_CA_PASS MTLSCA_KEY_PASS || true
export P12_PASSPHRASE=correct-horse MTLSCA_P12_PASS=env:P12_PASSPHRASE

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# accepted WHAT COMMAND...: must succeed.
accepted() {
    what=$1
    shift
    "$@" >output 2>&1 || { cat output; fail "$what: not accepted"; }
    echo "ok: $what"
}

# refused PATTERN WHAT COMMAND...: must fail, and say PATTERN.
refused() {
    pattern=$1 what=$2
    shift 2
    if "$@" >output 2>&1; then cat output; fail "$what: accepted"; fi
    grep -qi -- "$pattern" output || { cat output; fail "$what: refused, but not with '$pattern'"; }
    echo "ok: $what is refused"
}

# says PATTERN WHAT COMMAND...: must succeed and say PATTERN.
says() {
    pattern=$1 what=$2
    shift 2
    "$@" >output 2>&1 || { cat output; fail "$what: failed"; }
    grep -q -- "$pattern" output || { cat output; fail "$what: does not say '$pattern'"; }
    echo "ok: $what"
}

# make_ca NAME INIT_OPTION...: a CA in NAME/ca with alice, mallory and www beside it; changes into NAME.
make_ca() {
    mkdir "$folder/$1"
    cd "$folder/$1"
    shift
    "$MTLSCA" init --name Acme --no-passphrase "$@" >/dev/null
    "$MTLSCA" issue alice --ou Admin --san email:alice@example.com --san uri:spiffe://acme/alice >/dev/null
    "$MTLSCA" issue mallory >/dev/null
    "$MTLSCA" issue www.example.com --profile server --san ip:192.0.2.7 >/dev/null
    "$MTLSCA" revoke mallory --reason keyCompromise --invalidity-date 2026-01-01T00:00:00Z >/dev/null 2>&1
    "$MTLSCA" export alice --as p12 --key alice.key --out alice.p12 >/dev/null
}
