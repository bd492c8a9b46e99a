#!/bin/sh
# Certificates as openssl and gnutls make them. What our writer must reproduce byte for byte (golden/) has the
# same content in the same order in the configuration below, and keys whose signatures never change (Ed25519,
# RSA with PKCS#1 v1.5). The keys are made once and committed; the rest can be made again at any time:
#   sh make.sh        needs openssl 3.0 and certtool (gnutls-bin)
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

key() { # NAME ALGORITHM [OPTION]...
    name=$1; shift
    [ -f "$name.key" ] || openssl genpkey -quiet -out "$name.key" -algorithm "$@" 2>/dev/null
}
key root ED25519
key issuing RSA -pkeyopt rsa_keygen_bits:2048
key leaf EC -pkeyopt ec_paramgen_curve:P-256
chmod 644 ./*.key

cat >"$scratch/ca.cnf" <<'CONFIG'
[req]
distinguished_name = nothing
string_mask = utf8only
utf8 = yes
prompt = no
[nothing]
[ca]
database = $ENV::scratch/index.txt
new_certs_dir = $ENV::scratch
serial = $ENV::scratch/serial
unique_subject = no
policy = anything
preserve = yes
default_md = default
email_in_dn = yes
string_mask = utf8only
[anything]
countryName = optional
organizationName = optional
organizationalUnitName = optional
commonName = optional
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[issuing]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
nameConstraints = critical, permitted;DNS:example.com, permitted;IP:10.0.0.0/255.0.0.0, permitted;IP:2001:db8:0:0:0:0:0:0/ffff:ffff:0:0:0:0:0:0, excluded;DNS:secret.example.com
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
crlDistributionPoints = URI:http://ca.example.com/crl/root.crl
authorityInfoAccess = OCSP;URI:http://ocsp.example.com/, caIssuers;URI:http://ca.example.com/root.crt
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:server.example.com, IP:10.1.2.3, IP:2001:db8::1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
crlDistributionPoints = URI:http://ca.example.com/crl/issuing.crl
authorityInfoAccess = OCSP;URI:http://ocsp.example.com/, caIssuers;URI:http://ca.example.com/issuing.crt
[client]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
[nameless]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = clientAuth, serverAuth
subjectAltName = critical, URI:spiffe://example.com/pay, email:alice@example.com
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
[responder]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = OCSPSigning
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
noCheck = ignored
[foreign]
basicConstraints = CA:FALSE
keyUsage = digitalSignature, nonRepudiation, keyAgreement, decipherOnly
extendedKeyUsage = clientAuth, 1.3.6.1.4.1.311.20.2.2
subjectAltName = otherName:1.3.6.1.4.1.311.20.2.3;UTF8:alice@corp, dirName:person, RID:1.2.3, DNS:Alice.Example.com
authorityKeyIdentifier = keyid:always, issuer:always
crlDistributionPoints = first, second
1.2.3.4 = critical, ASN1:NULL
[person]
CN = Alice
[first]
fullname = URI:http://a.example.com/1.crl, URI:ldap://a.example.com/cn=1
reasons = keyCompromise
[second]
CRLissuer = dirName:person
CONFIG

make() { # NAME KEY ISSUER SERIAL SUBJECT SECTION NOT_BEFORE NOT_AFTER
    export scratch
    : >"$scratch/index.txt"
    echo "$4" >"$scratch/serial"
    openssl req -new -config "$scratch/ca.cnf" -key "$2.key" -subj "$5" -out "$scratch/request"
    if [ "$3" = self ]; then issuer="-selfsign"; signer=$2; else issuer="-cert $scratch/$3.pem"; signer=$3; fi
    openssl ca -config "$scratch/ca.cnf" -name ca -batch -notext -in "$scratch/request" -out "$scratch/out.pem" \
        $issuer -keyfile "$signer.key" -extensions "$6" -startdate "$7" -enddate "$8" 2>"$scratch/log" ||
        { cat "$scratch/log"; exit 1; }
    cp "$scratch/out.pem" "$scratch/$(basename "$1").pem"
    openssl x509 -in "$scratch/out.pem" -outform DER -out "$1.der"
}
mkdir -p golden
make golden/root root self 01 "/C=DE/O=Acme/CN=Acme Root" root 20260101000000Z 20560101000000Z
make golden/issuing issuing root 7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF "/C=DE/O=Acme/CN=Acme Issuing" issuing \
    20260101000000Z 20491231235959Z
make golden/server leaf issuing 80112233445566778899AABBCCDDEEFF "/O=Acme/CN=server.example.com" server \
    20260102030405Z 20270102030405Z
make golden/client leaf issuing 0101 "/O=Acme/OU=Client/OU=Admin/CN=alice" client 20260102030405Z 20270102030405Z
make golden/nameless leaf issuing 0102 "/" nameless 20260102030405Z 20270102030405Z
make golden/responder leaf issuing 0103 "/O=Acme/CN=Äcme Respönder" responder 20260102030405Z 20270102030405Z
make foreign leaf issuing 0104 "/O=Acme/OU=Admin+CN=alice/emailAddress=alice@example.com" foreign \
    20260102030405Z 20270102030405Z

# Another maker: version 3 with gnutls' habits, and version 1, which has no extensions at all.
cat >"$scratch/gnutls.cfg" <<'CONFIG'
cn = "gnutls.example.com"
organization = "Acme"
serial = 0x0203
activation_date = "2026-01-02 03:04:05 UTC"
expiration_date = "2027-01-02 03:04:05 UTC"
dns_name = "gnutls.example.com"
ip_address = "10.0.0.7"
uri = "https://gnutls.example.com/x"
tls_www_client
tls_www_server
signing_key
CONFIG
certtool --generate-certificate --load-privkey leaf.key --load-ca-certificate "$scratch/issuing.pem" \
    --load-ca-privkey issuing.key --template "$scratch/gnutls.cfg" --outder --outfile gnutls.der 2>/dev/null
openssl req -new -config "$scratch/ca.cnf" -key leaf.key -subj "/CN=version one" -out "$scratch/request"
openssl x509 -req -in "$scratch/request" -CA "$scratch/issuing.pem" -CAkey issuing.key -set_serial 5 \
    -days 365 -outform DER -out version1.der 2>/dev/null

cat "$scratch/server.pem" "$scratch/issuing.pem" "$scratch/root.pem" >chain.pem
openssl verify -x509_strict -attime 1780000000 -CAfile "$scratch/root.pem" "$scratch/issuing.pem"
for leaf in server client nameless responder; do
    openssl verify -x509_strict -attime 1780000000 -CAfile "$scratch/root.pem" -untrusted "$scratch/issuing.pem" \
        "$scratch/$leaf.pem"
done
