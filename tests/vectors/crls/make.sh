#!/bin/sh
# CRLs as openssl and gnutls make them, by the CAs of ../certificates. What our writer must reproduce byte for
# byte lies in golden/: keys whose signatures never change, extensions and entries in the same order.
#   sh make.sh        needs openssl 3.0 and certtool (gnutls-bin)
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export scratch
certificates=../certificates

cat >"$scratch/ca.cnf" <<'CONFIG'
[ca]
database = $ENV::scratch/index.txt
new_certs_dir = $ENV::scratch
crlnumber = $ENV::scratch/crlnumber
default_md = default
unique_subject = no
[plain]
database = $ENV::scratch/index.txt
default_md = default
unique_subject = no
[usual]
authorityKeyIdentifier = keyid:always
[delta]
authorityKeyIdentifier = keyid:always
2.5.29.27 = critical, ASN1:INTEGER:5
[partitioned]
authorityKeyIdentifier = keyid:always
issuingDistributionPoint = critical, @point
[point]
fullname = URI:http://ca.example.com/part.crl
[unknown]
authorityKeyIdentifier = keyid:always
1.2.3.4 = critical, ASN1:NULL
2.5.29.46 = critical, ASN1:NULL
CONFIG

make() { # NAME CA SECTION EXTENSIONS NUMBER
    openssl x509 -inform DER -in "$certificates/golden/$2.der" -out "$scratch/ca.pem"
    echo "$5" >"$scratch/crlnumber"
    extensions=; [ "$4" = none ] || extensions="-crlexts $4"
    openssl ca -config "$scratch/ca.cnf" -name "$3" -gencrl $extensions -cert "$scratch/ca.pem" \
        -keyfile "$certificates/$2.key" -crl_lastupdate 20260201000000Z -crl_nextupdate 20260208000000Z \
        -out "$scratch/out.pem" 2>"$scratch/log" || { cat "$scratch/log"; exit 1; }
    openssl crl -in "$scratch/out.pem" -outform DER -out "$1.der"
    openssl crl -in "$scratch/out.pem" -noout -verify -CAfile "$scratch/ca.pem"
}
row() { printf 'R\t360101000000Z\t%s\t%s\tunknown\t/CN=x\n' "$2" "$1" >>"$scratch/index.txt"; }

mkdir -p golden
: >"$scratch/index.txt"
make golden/empty root ca usual 01
row 05 260115120000Z
make version1 issuing plain none 01
row 0102 260116120000Z,superseded
row 80112233445566778899AABBCCDDEEFF 260117120000Z,keyTime,20250630235959Z
row 8F 260118120000Z,certificateHold
make golden/entries issuing ca usual 0123456789ABCDEF
make golden/entries-ed25519 root ca usual 02
make delta issuing ca delta 06
make partitioned issuing ca partitioned 07
make unknown issuing ca unknown 08
row 90 260119120000Z,removeFromCRL
row 91 260119120000Z,holdInstruction,holdInstructionReject
make reasons issuing ca usual 09

printf 'crl_this_update_date = "2026-02-01 00:00:00 UTC"\ncrl_next_update_date = "2026-02-08 00:00:00 UTC"\ncrl_revocation_date = "2026-01-20 00:00:00 UTC"\ncrl_number = 10\n' >"$scratch/gnutls.cfg"
openssl x509 -inform DER -in "$certificates/golden/server.der" -out "$scratch/server.pem"
openssl x509 -inform DER -in "$certificates/golden/issuing.der" -out "$scratch/ca.pem"
certtool --generate-crl --load-ca-privkey "$certificates/issuing.key" --load-ca-certificate "$scratch/ca.pem" \
    --load-certificate "$scratch/server.pem" --template "$scratch/gnutls.cfg" --outder --outfile gnutls.der 2>/dev/null
