#!/bin/sh
# Keys as others write them. Private ones (PASSPHRASE is "correct horse"):
#   NAME.key   sound keys in many wrappings, for PrivateKey::open
# Public ones, DER SubjectPublicKeyInfo:
#   NAME.spki  of the keys above, and of keys that nobody should certify
#   sh make.sh        needs openssl 3.0, certtool (gnutls-bin) and python3
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
rm -f ./*.key ./*.spki

generate() { # NAME ALGORITHM [OPTION]...
    name=$1; shift
    openssl genpkey -quiet -out "$scratch/$name.pem" -algorithm "$@" 2>/dev/null
    openssl pkey -in "$scratch/$name.pem" -pubout -outform DER -out "$name.spki"
}
generate ec_p256 EC -pkeyopt ec_paramgen_curve:P-256
generate ec_p384 EC -pkeyopt ec_paramgen_curve:P-384
generate ec_p521 EC -pkeyopt ec_paramgen_curve:P-521
generate rsa_2048 RSA -pkeyopt rsa_keygen_bits:2048
generate rsa_2050 RSA -pkeyopt rsa_keygen_bits:2050
generate ed25519 ED25519

# Wrappings.
openssl pkcs8 -topk8 -nocrypt -in "$scratch/ec_p256.pem" -out pkcs8.key
openssl pkcs8 -topk8 -nocrypt -in "$scratch/ec_p256.pem" -outform DER -out pkcs8_der.key
openssl pkcs8 -topk8 -v2 aes-256-cbc -in "$scratch/ec_p256.pem" -passout "pass:correct horse" -out pkcs8_encrypted.key
openssl pkcs8 -topk8 -scrypt -in "$scratch/ec_p256.pem" -passout "pass:correct horse" -out pkcs8_scrypt.key
openssl ec -in "$scratch/ec_p256.pem" -out sec1.key 2>/dev/null
openssl ec -aes128 -in "$scratch/ec_p256.pem" -passout "pass:correct horse" -out sec1_encrypted.key 2>/dev/null
openssl ecparam -name P-256 >sec1_with_parameters.key
cat sec1.key >>sec1_with_parameters.key
openssl rsa -traditional -in "$scratch/rsa_2048.pem" -out pkcs1.key 2>/dev/null
openssl pkey -in "$scratch/ed25519.pem" -out ed25519.key
certtool --to-p8 --load-privkey "$scratch/ec_p256.pem" --password "correct horse" --outfile gnutls_encrypted.key 2>/dev/null
openssl req -x509 -key "$scratch/ec_p256.pem" -subj /CN=x -days 1 -out "$scratch/certificate.pem"
cat "$scratch/certificate.pem" sec1.key >behind_certificate.key
cat ed25519.key sec1.key >two_keys.key
openssl pkey -in "$scratch/ec_p256.pem" -pubout -out public_only.key
cp "$scratch/certificate.pem" certificate_only.key
printf 'this is no key\n' >garbage.key
: >empty.key
chmod 644 ./*.key

# Weak or foreign.
generate rsa_1024 RSA -pkeyopt rsa_keygen_bits:1024
generate rsa_8200 RSA -pkeyopt rsa_keygen_bits:8200
generate rsa_e3 RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3
generate rsa_pss RSA-PSS -pkeyopt rsa_keygen_bits:2048
generate secp256k1 EC -pkeyopt ec_paramgen_curve:secp256k1
generate brainpool EC -pkeyopt ec_paramgen_curve:brainpoolP256r1
generate explicit EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit
generate x25519 X25519
generate ed448 ED448
openssl genpkey -quiet -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:2048 -out "$scratch/dsa_parameters.pem" 2>/dev/null
openssl genpkey -quiet -paramfile "$scratch/dsa_parameters.pem" -out "$scratch/dsa.pem" 2>/dev/null
openssl pkey -in "$scratch/dsa.pem" -pubout -outform DER -out dsa_2048.spki
openssl pkey -in "$scratch/ec_p256.pem" -ec_conv_form compressed -pubout -outform DER -out ec_compressed.spki
openssl pkey -in "$scratch/ec_p256.pem" -ec_conv_form hybrid -pubout -outform DER -out ec_hybrid.spki
python3 crafted.py
python3 reduced_r.py .
