#!/bin/sh
# Issuers and one request that asks for everything, by openssl 3.0. Dates are fixed; keys are thrown away, so a
# second run makes other files that serve as well.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/ca.cnf" <<'CNF'
[ca]
default_ca = this
[this]
database = $ENV::WORK/index.txt
serial = $ENV::WORK/serial
new_certs_dir = $ENV::WORK
default_md = sha256
policy = any
unique_subject = no
[any]
countryName = optional
organizationName = optional
commonName = supplied
[plain]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[constrained]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
nameConstraints = critical, permitted;DNS:example.com
[req]
distinguished_name = name
[name]
[everything]
basicConstraints = critical, CA:TRUE
keyUsage = critical, digitalSignature, keyCertSign, cRLSign
extendedKeyUsage = anyExtendedKeyUsage
subjectAltName = DNS:alice.example.com, DNS:alice.example.com, email:alice@example.com
1.2.3.4.5 = critical, ASN1:NULL
CNF
export WORK="$work"
: >"$work/index.txt"
echo 01 >"$work/serial"

# FILE EXTENSIONS: a CA of 2026-01-01 to 2031-01-01
issuer() {
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/ca.key" \
        -subj "/C=DE/O=Acme/CN=Acme Issuing CA" -config "$work/ca.cnf" -out "$work/ca.csr" 2>/dev/null
    openssl ca -batch -config "$work/ca.cnf" -selfsign -keyfile "$work/ca.key" -in "$work/ca.csr" \
        -extensions "$2" -startdate 20260101000000Z -enddate 20310101000000Z -notext -out "$1" 2>/dev/null
}
issuer issuing.crt plain
openssl x509 -in issuing.crt -noout -pubkey | openssl pkey -pubin -outform DER -out issuing.spki
issuer constrained.crt constrained

openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/leaf.key" \
    -subj "/C=DE/O=Evil/OU=Admin/OU=Sales/CN=alice" -config "$work/ca.cnf" -reqexts everything \
    -out everything.csr 2>/dev/null
