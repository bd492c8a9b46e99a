#!/bin/sh
# Requests of OCSP clients as OpenSSL 3.0 makes them, about golden/client.der and its neighbours. Nonces are random:
# what is made anew differs in them. gnutls.der is by `ocsptool --generate-request` of GnuTLS 3.7.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in issuing client; do
    openssl x509 -inform DER -in "../certificates/golden/$name.der" -out "$work/$name.pem"
done
ask() {
    name=$1
    shift
    openssl ocsp -issuer "$work/issuing.pem" "$@" -reqout "$name.der" >/dev/null 2>&1
}
ask plain -cert "$work/client.pem" -no_nonce
ask nonce -cert "$work/client.pem"
ask sha256 -sha256 -cert "$work/client.pem" -no_nonce
ask sha384 -sha384 -cert "$work/client.pem" -no_nonce
ask sha512 -sha512 -cert "$work/client.pem" -no_nonce
ask md5 -md5 -cert "$work/client.pem" -no_nonce
ask several -cert "$work/client.pem" -serial 0x1234 -sha256 -serial 0x80 -no_nonce
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/key" -out "$work/who.pem" -subj /CN=who \
    2>/dev/null
ask signed -cert "$work/client.pem" -signer "$work/who.pem" -signkey "$work/key" -no_nonce
ocsptool --generate-request --load-issuer "$work/issuing.pem" --load-cert "$work/client.pem" --outfile gnutls.der >/dev/null
