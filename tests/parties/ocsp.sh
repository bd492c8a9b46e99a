#!/bin/sh
# OpenSSL, GnuTLS and Java believe our OCSP answers, by CAs of every type of key: signed on demand and beforehand.
. "$(dirname "$0")/setup.sh"
javac -d "$folder/classes" "$tests/OcspCheck.java"

# respond ISSUER CERT OPTION...: the request of openssl ocsp in request.der, our answer in response.der.
respond() {
    issuer=$1 certificate=$2
    shift 2
    openssl ocsp -issuer "ca/$issuer.crt" "$@" -cert "$certificate" -reqout request.der 2>/dev/null
    "$MTLSCA" ocsp respond --in request.der --out response.der >/dev/null 2>&1 || fail "no answer about $certificate"
}
# With the nonce of the request, and a signature up to the root.
openssl_reads() {
    openssl ocsp -respin response.der -reqin request.der -issuer "ca/$issuer.crt" "$@" -cert "$certificate" \
        -CAfile ca/chain.pem
}
gnutls_reads() {
    ocsptool --verify-response --load-trust ca/chain.pem --load-response response.der &&
        ocsptool --response-info --infile response.der
}
java_reads() {
    java -cp "$folder/classes" OcspCheck ca/root.crt ca/issuing.crt "$2" root.der "$1"
}

for key in ec-p256 ec-p521 rsa-2048 rsa-3072 ed25519; do
    make_ca "$key" --key "$key"
    respond root ca/issuing.crt
    says "ca/issuing.crt: good" "$key: OpenSSL, the issuing CA by the root's responder" openssl_reads -no_nonce
    cp response.der root.der
    for hash in sha1 sha256 sha384; do
        respond issuing alice.crt "-$hash"
        says "alice.crt: good" "$key: OpenSSL, client, $hash, nonce" openssl_reads "-$hash" -no_nonce
        respond issuing mallory.crt "-$hash"
        says "mallory.crt: revoked" "$key: OpenSSL, revoked client, $hash, nonce" openssl_reads "-$hash" -no_nonce
    done
    grep -q "Response verify OK" output || fail "$key: OpenSSL does not believe the signature"
    respond issuing alice.crt -no_nonce
    says "Certificate Status: good" "$key: GnuTLS, client" gnutls_reads
    accepted "$key: Java, client" java_reads response.der alice.crt
    respond issuing mallory.crt -no_nonce
    says "Certificate Status: revoked" "$key: GnuTLS, revoked client" gnutls_reads
    says "Revocation time" "$key: GnuTLS, its time" gnutls_reads
    refused "REVOKED" "$key: Java, revoked client" java_reads response.der mallory.crt
    # An answer about somebody else is no answer.
    refused "." "$key: Java, the answer about another certificate" java_reads response.der alice.crt
done

# Signed beforehand, both kinds of names.
"$MTLSCA" ocsp presign --out answers >/dev/null
"$MTLSCA" ocsp presign --out staples --names serial >/dev/null
issuer=issuing certificate=alice.crt
openssl ocsp -issuer ca/issuing.crt -cert alice.crt -no_nonce -reqout request.der
cp "answers/$(base64 -w0 request.der).der" response.der
says "alice.crt: good" "presigned: OpenSSL finds it by its request" openssl_reads -no_nonce
cmp -s response.der "staples/$("$MTLSCA" show alice --json | sed -n 's/.*"serial": "\(.*\)",/\1/p').der" &&
    fail "two runs made one signature"
ocsptool --generate-request --load-issuer ca/issuing.crt --load-cert alice.crt --outfile request.der >/dev/null
[ -f "answers/$(base64 -w0 request.der).der" ] || fail "presigned: GnuTLS does not find it by its request"
cp "staples/$("$MTLSCA" show mallory --json | sed -n 's/.*"serial": "\(.*\)",/\1/p').der" response.der
refused "REVOKED" "presigned: Java, revoked client" java_reads response.der mallory.crt

# A responder's certificate is good for nothing else.
openssl x509 -in ca/ocsp/issuing.pem -out responder.crt
refused "purpose\|unsuitable\|unsupported" "a responder as a client" openssl verify -purpose sslclient -CAfile ca/chain.pem responder.crt
# Another CA's responder speaks for nobody here.
respond issuing alice.crt -no_nonce
cp response.der ours.der
cp -r ca "$folder/kept"
make_ca other
"$MTLSCA" --home "$folder/kept" ocsp respond --in ../ed25519/request.der --out response.der >/dev/null
refused "verify" "an answer by a responder of another CA" openssl ocsp -respin response.der -issuer ca/issuing.crt \
    -cert alice.crt -CAfile ca/chain.pem -no_nonce
