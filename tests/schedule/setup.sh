# Sourced by every test here: a folder of its own that goes with it, with a CA whose keys have a passphrase.
set -euo pipefail
: "${MTLSCA:?the program to test}"
unset MTLSCA_HOME MTLSCA_CA_PASS MTLSCA_KEY_PASS MTLSCA_P12_PASS
umask 022
tests=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
mkdir bin
ln -s "$MTLSCA" bin/mtlsca
PATH=$scratch/bin:$PATH

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

(umask 077 && echo correct-horse >passphrase)
mtlsca --home ca --ca-pass file:passphrase init --name Acme >/dev/null
