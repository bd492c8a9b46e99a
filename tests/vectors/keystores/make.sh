#!/bin/sh
# Files of others that hold a private key, with as few rounds as a search needs to be quick. Passphrase: geheim.
#   sh make.sh        needs openssl 3.0
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export_key() { # NAME OPTION...
    name=$1
    shift
    openssl pkcs12 -export -nocerts -inkey "$scratch/key.pem" -passout pass:geheim -iter 2 -name k "$@" -out "$name.p12"
}
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$scratch/key.pem"
export_key modern
export_key triple_des -keypbe PBE-SHA1-3DES -macalg sha1
export_key plain -keypbe NONE
openssl pkcs8 -topk8 -in "$scratch/key.pem" -passout pass:geheim -iter 2 -out encrypted.pem
openssl pkcs8 -topk8 -in "$scratch/key.pem" -passout pass:geheim -scrypt -scrypt_N 16 -scrypt_r 1 -scrypt_p 1 \
    -outform DER -out scrypt.der
