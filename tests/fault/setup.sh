# Sourced by every test here: a folder of its own that goes with it, mounts too, and what must hold whatever happened.
set -euo pipefail
: "${MTLSCA:?the program to test}" "${MTLSCA_TEST_DYING:?libfault_dying.so}"
unset MTLSCA_HOME MTLSCA_CA_PASS MTLSCA_KEY_PASS MTLSCA_P12_PASS
umask 022
scratch=$(mktemp -d)
mounts=()
clean_up() {
    local mount
    wait
    cd /
    for mount in "${mounts[@]}"; do
        umount "$mount" || umount -l "$mount"
    done
    rm -rf "$scratch"
}
trap clean_up EXIT
cd "$scratch"
mkdir bin
ln -s "$MTLSCA" bin/mtlsca
PATH=$scratch/bin:$PATH

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# expect STATUS... -- COMMAND...: its output lies in $scratch/output.
expect() {
    local wanted=() status=0
    while [ "$1" != -- ]; do
        wanted+=("$1")
        shift
    done
    shift
    "$@" >"$scratch/output" 2>&1 || status=$?
    [[ " ${wanted[*]} " == *" $status "* ]] && return
    cat "$scratch/output" >&2
    fail "\"$*\" ended with $status, not with ${wanted[*]}"
}

# dying N COMMAND...: gets a signal ($DYING_SIGNAL, else SIGKILL) at its N'th change of a file, or ends by itself where
# it makes fewer.
dying() {
    local status=0
    { (LD_PRELOAD=$MTLSCA_TEST_DYING DYING_AT=$1 exec "${@:2}") >"$scratch/dying" 2>&1 || status=$?; } 2>/dev/null
    return $status
}

said() { # TEXT: it stands in the output of the last `expect`
    grep -qF -- "$1" "$scratch/output" || { cat "$scratch/output" >&2; fail "nobody said \"$1\""; }
}

new_ca() { # HOME [OPTION]...
    expect 0 -- mtlsca --home "$1" init --name Acme --no-passphrase "${@:2}"
}

mount_here() { # FOLDER [MOUNT OPTION]...
    mount "${@:2}" "$1" || fail "cannot mount on $1: these tests need root, as CI has it"
    mounts=("$PWD/$1" "${mounts[@]}")
}
unmount() {
    umount "$1"
    local left=() mount
    for mount in "${mounts[@]}"; do
        [ "$mount" = "$PWD/$1" ] || left+=("$mount")
    done
    mounts=("${left[@]}")
}

crl_number() { # HOME ISSUER
    printf '%d\n' "$(openssl crl -inform DER -in "$1/crl/$2.crl" -noout -crlnumber | sed 's/.*=//')"
}

# sound HOME [FOLDER OF LEAVES]: what holds at every moment, whoever died.
sound() {
    local home=$1 leaves=${2:-} issuer file serial
    [ "$(sqlite3 "$home/mtlsca.db" 'PRAGMA integrity_check; PRAGMA foreign_key_check')" = ok ] || fail "the database is not sound"
    expect 0 -- mtlsca --home "$home" audit verify
    # What is revoked may not be published yet (10); nginx must take the bundle in any case.
    expect 0 10 -- mtlsca --home "$home" crl check
    openssl verify -crl_check_all -CAfile "$home/chain.pem" -CRLfile "$home/crl/bundle.pem" "$home/issuing.crt" >/dev/null ||
        fail "openssl does not take the bundle"
    for issuer in root issuing; do
        [ "$(openssl crl -inform DER -in "$home/crl/$issuer.crl" -CAfile "$home/$issuer.crt" -noout 2>&1)" = "verify OK" ] ||
            fail "crl/$issuer.crl is not whole"
    done
    mtlsca --home "$home" list --json | jq -r '.[] | select(.status != "pending") | .serial' >"$scratch/serials"
    [ -n "$leaves" ] || return 0
    for file in "$leaves"/*.crt; do
        [ -e "$file" ] || continue
        serial=$(openssl x509 -in "$file" -noout -serial) || fail "$file is not whole"
        grep -qx "${serial#serial=}" "$scratch/serials" || fail "$file is unknown to its CA"
    done
    for file in "$leaves"/*.key; do
        [ -e "$file" ] || continue
        openssl pkey -in "$file" -noout || fail "$file is not whole"
    done
}

is_revoked() { # HOME FILE: for who reads its bundle
    [[ $(openssl verify -crl_check_all -CAfile "$1/root.crt" -untrusted "$2" -CRLfile "$1/crl/bundle.pem" "$2" 2>&1) == *"certificate revoked"* ]]
}

no_leftovers() { # FOLDER...
    local found
    found=$(find "$@" \( -name '.?*' -o -name '*.tmp' -o -name '*-journal' \) -not -name . | sort)
    [ -z "$found" ] || fail "left behind: $found"
}
