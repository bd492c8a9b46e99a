#!/bin/sh
# One certificate as openssl and gnutls write it: DER, PEM behind openssl's text, PEM behind certtool's.
set -eu
cd "$(dirname "$0")"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /CN=pem -days 1 \
    -outform DER -out certificate.der 2>/dev/null
openssl x509 -inform DER -in certificate.der -text -out openssl.pem
certtool --certificate-info --inder --infile certificate.der --outfile certtool.pem
