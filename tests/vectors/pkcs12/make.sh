#!/bin/sh
# The chain of ../certificates as certs-only PKCS#7. openssl keeps the order of its input, DER sorts a SET:
# given in that order, both must come out the same.
#   sh make.sh        needs openssl 3.0
set -eu
cd "$(dirname "$0")"
for name in root client server issuing; do
    openssl x509 -inform DER -in "../certificates/golden/$name.der"
done | openssl crl2pkcs7 -nocrl -certfile /dev/stdin -outform DER -out chain.p7b
