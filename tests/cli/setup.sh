# What every session begins with: mtlsca in the PATH, no settings of the caller, no terminal, and a clock that stands
# still until a command says NOW=… itself. The session's folder is cram's, and empty.
mkdir -p "$CRAMTMP/bin"
ln -sf "$MTLSCA" "$CRAMTMP/bin/mtlsca"
PATH=$CRAMTMP/bin:$PATH
unset MTLSCA_HOME MTLSCA_CA_PASS MTLSCA_KEY_PASS MTLSCA_P12_PASS SUDO_USER
umask 022
export NOW='2026-01-01 00:00:00' LD_PRELOAD="$MTLSCA_TEST_CLOCK"

# A CA in ./ca whose keys have no passphrase: deriving a key from one costs more than everything else.
new_ca() {
    mtlsca init --name Acme --no-passphrase "$@" >/dev/null
}

# What is random, by names: serials (twice the same is the same) become SERIAL, fingerprints SHA256.
without_serials() {
    sed -E 's/(\b|0x)[0-9A-F]{32}\b/SERIAL/g; s/\b[0-9a-f]{64}\b/SHA256/g; s/(x5t#S256 +)[-_A-Za-z0-9]{43}$/\1X5T/'
}

# The serial of the newest certificate with this name.
serial_of() {
    mtlsca list --json | jq -r --arg name "$1" '[.[] | select(.name == $name)] | last.serial'
}
