#!/bin/sh
# OpenSSL believes our certificates, CRLs and PKCS#12 files, for every key type and both numbers of tiers.
. "$(dirname "$0")/setup.sh"

verify() {
    openssl verify -x509_strict -crl_check_all -CRLfile ca/crl/bundle.pem -CAfile ca/chain.pem "$@"
}

for key in ec-p256 ec-p384 ec-p521 rsa-2048 rsa-3072 rsa-4096 ed25519; do
    make_ca "$key" --key "$key"
    accepted "$key: client" verify -purpose sslclient alice.crt
    accepted "$key: server" verify -purpose sslserver -verify_hostname www.example.com www.example.com.crt
    accepted "$key: issuing CA" verify ca/issuing.crt
    refused "certificate revoked" "$key: revoked client" verify mallory.crt
    refused "unsupported\|unsuitable\|purpose" "$key: client as server" verify -purpose sslserver alice.crt
    says "Key Compromise" "$key: reason in the CRL" openssl crl -in ca/crl/issuing.crl -inform DER -noout -text
    says "Invalidity Date" "$key: invalidity date in the CRL" openssl crl -in ca/crl/issuing.crl -inform DER -noout -text
    "$MTLSCA" renew alice --rekey --force --revoke-old >/dev/null 2>&1
    accepted "$key: renewed client" verify -purpose sslclient alice.crt
    accepted "$key: its key" openssl pkey -in alice.key -noout -check
    accepted "$key: CRL signature" openssl crl -in ca/crl/issuing.crl -inform DER -CAfile ca/chain.pem -noout
done

make_ca one-tier --one-tier
accepted "one tier: client" verify -purpose sslclient alice.crt
refused "certificate revoked" "one tier: revoked client" verify mallory.crt

make_ca constrained --permit dns:example.com --permit ip:192.0.2.0/24 --permit email:example.com --permit uri:acme --exclude dns:secret.example.com
accepted "constrained: inside" verify www.example.com.crt
# Outside: signed with the CA's key by openssl, since mtlsca refuses.
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout evil.key -out evil.csr -subj /CN=evil 2>/dev/null
printf 'subjectAltName=DNS:www.evil.org\n' >evil.ext
openssl x509 -req -in evil.csr -CA ca/issuing.crt -CAkey ca/private/issuing.key -days 5 -extfile evil.ext -out evil.crt 2>/dev/null
refused "permitted subtree violation" "constrained: outside" openssl verify -CAfile ca/chain.pem evil.crt

make_ca targets
for target in modern ios windows macos android java8; do
    "$MTLSCA" export alice --as p12 --key alice.key --for "$target" --out "$target.p12" >/dev/null
    accepted "PKCS#12 for $target" openssl pkcs12 -in "$target.p12" -passin env:P12_PASSPHRASE -nodes -legacy
    openssl pkcs12 -in "$target.p12" -passin env:P12_PASSPHRASE -nodes -nocerts -legacy 2>/dev/null | openssl pkey >from-p12.key
    openssl pkey -in alice.key >plain.key
    cmp -s from-p12.key plain.key || fail "PKCS#12 for $target holds another key"
    refused "mac verify" "PKCS#12 for $target with a wrong passphrase" openssl pkcs12 -in "$target.p12" -passin pass:wrong -nodes -legacy
done
says "PBES2, PBKDF2, AES-256-CBC" "PKCS#12 modern: algorithms" openssl pkcs12 -in modern.p12 -passin env:P12_PASSPHRASE -info -noout
says "MAC: sha256" "PKCS#12 modern: MAC" openssl pkcs12 -in modern.p12 -passin env:P12_PASSPHRASE -info -noout
says "MAC: sha1" "PKCS#12 macos: MAC" openssl pkcs12 -in macos.p12 -passin env:P12_PASSPHRASE -info -noout -legacy
