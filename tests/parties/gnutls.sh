#!/bin/sh
# GnuTLS believes our chains, CRLs and PKCS#12 files.
. "$(dirname "$0")/setup.sh"

# A chain as a server sends it, the root behind it, and the CRLs of both CAs.
verify() {
    certificate=$1
    shift
    cat "$certificate" >chain
    certtool --verify --load-ca-certificate ca/root.crt --load-crl ca/crl/bundle.pem "$@" <chain
}

for key in ec-p256 ec-p384 ec-p521 rsa-2048 rsa-3072 ed25519; do
    make_ca "$key" --key "$key"
    says "Chain verification output: Verified" "$key: client" verify alice.crt --verify-purpose 1.3.6.1.5.5.7.3.2
    says "Chain verification output: Verified" "$key: server" verify www.example.com.crt --verify-hostname www.example.com
    refused "revoked" "$key: revoked client" verify mallory.crt
    says "Serial Number" "$key: CRL" certtool --crl-info --inder --infile ca/crl/issuing.crl
    says "CRL Number (not critical): 00*2" "$key: CRL number" certtool --crl-info --inder --infile ca/crl/issuing.crl
    says "CERTIFICATE" "$key: PKCS#12" certtool --p12-info --inder --infile alice.p12 --password "$P12_PASSPHRASE"
    refused "MAC\|verif" "$key: PKCS#12, wrong passphrase" certtool --p12-info --inder --infile alice.p12 --password wrong
done
