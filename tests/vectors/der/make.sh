#!/bin/sh
# What our DER writer must give byte for byte, as openssl writes it (Debian 12: OpenSSL 3.0).
set -eu
cd "$(dirname "$0")"
openssl asn1parse -genconf all.cnf -noout -out all.der
