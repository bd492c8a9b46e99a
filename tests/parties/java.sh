#!/bin/sh
# Java believes our chains (PKIX with CRLs, which it checks for every CA), CRLs and PKCS#12 files.
. "$(dirname "$0")/setup.sh"
javac -d "$folder/classes" "$tests/PkixCheck.java"

pkix() {
    java -cp "$folder/classes" PkixCheck ca/root.crt ca/issuing.crt ca/crl/root.crl ca/crl/issuing.crl "$1"
}

for key in ec-p256 ec-p521 rsa-2048 rsa-3072 ed25519; do
    make_ca "$key" --key "$key"
    accepted "$key: client" pkix alice.crt
    accepted "$key: server" pkix www.example.com.crt
    refused "REVOKED" "$key: revoked client" pkix mallory.crt
    says "PrivateKeyEntry" "$key: PKCS#12" keytool -list -keystore alice.p12 -storetype PKCS12 -storepass:env P12_PASSPHRASE
    says "CN=alice" "$key: keytool reads the certificate" keytool -printcert -file alice.crt
    says "KEY_COMPROMISE" "$key: keytool reads the CRL" keytool -printcrl -file ca/crl/issuing.crl
done

"$MTLSCA" export alice --as p12 --key alice.key --for java8 --out java8.p12 >/dev/null
says "Certificate chain length: 3" "PKCS#12 for java8" keytool -list -v -keystore java8.p12 -storetype PKCS12 -storepass:env P12_PASSPHRASE
