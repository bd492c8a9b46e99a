#!/bin/sh
# Certification requests as openssl and gnutls make them, sound and hostile ones; hostile ones that openssl would
# not write are laid out here and signed by openssl, so that what is wrong with each is one thing.
#   sh make.sh        needs openssl 3.0, certtool (gnutls-bin) and perl
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
rm -f ./*.der ./*.pem

new_key() { # NAME ALGORITHM [OPTION]...
    name=$1; shift
    openssl genpkey -quiet -out "$scratch/$name.key" -algorithm "$@" 2>/dev/null
}
new_key p256 EC -pkeyopt ec_paramgen_curve:P-256
new_key p384 EC -pkeyopt ec_paramgen_curve:P-384
new_key p521 EC -pkeyopt ec_paramgen_curve:P-521
new_key rsa RSA -pkeyopt rsa_keygen_bits:2048
new_key rsa_1024 RSA -pkeyopt rsa_keygen_bits:1024
new_key ed25519 ED25519
new_key ed448 ED448
new_key secp256k1 EC -pkeyopt ec_paramgen_curve:secp256k1
new_key explicit EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit

request() { # FILE KEY [OPTION]... <<EXTENSIONS
    file=$1 key=$2; shift 2
    { printf '[req]\ndistinguished_name=none\nreq_extensions=extensions\n[none]\n[extensions]\n'; cat; } >"$scratch/cnf"
    openssl req -new -config "$scratch/cnf" -key "$scratch/$key.key" -subj '/O=Acme/CN=alice' -outform DER -out "$file.der" "$@"
}
plain() { # FILE KEY [OPTION]...
    request "$@" <<'CONFIG'
subjectAltName = DNS:alice.example.com, IP:10.0.0.5, email:alice@example.com, URI:spiffe://acme/alice
CONFIG
}
plain p256 p256
plain p384 p384 -sha384
plain p521 p521 -sha512
plain rsa rsa
plain rsa_sha384 rsa -sha384
plain rsa_pss rsa -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
plain rsa_pss_sha512 rsa -sha512 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20
plain ed25519 ed25519
plain rsa_pss_sha1 rsa -sha1 -sigopt rsa_padding_mode:pss
plain rsa_pss_mixed rsa -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_mgf1_md:sha1
plain rsa_sha1 rsa -sha1
plain rsa_md5 rsa -md5
plain p256_sha1 p256 -sha1
plain rsa_1024 rsa_1024
plain ed448 ed448
plain secp256k1 secp256k1
plain explicit explicit
openssl req -in p256.der -inform DER -out p256.pem
openssl req -in rsa.der -inform DER -text -newhdr -out old_header.pem
openssl req -new -key "$scratch/p256.key" -subj '/CN=bare' -outform DER -out bare.der
openssl req -new -key "$scratch/p256.key" -subj '/' -outform DER -out empty_subject.der -addext subjectAltName=DNS:a.example.com

printf 'cn = "alice"\norganization = "Acme"\ndns_name = "alice.example.com"\nip_address = "10.0.0.5"\nemail = "alice@example.com"\nuri = "spiffe://acme/alice"\n' >"$scratch/template"
for key in p256 rsa; do
    certtool --generate-request --load-privkey "$scratch/$key.key" --template "$scratch/template" --outfile "gnutls_$key.pem" 2>/dev/null
done

# Extensions that ask for too much, or are malformed.
request ca p256 <<'CONFIG'
basicConstraints = critical, CA:TRUE, pathlen:3
CONFIG
request ca_false p256 <<'CONFIG'
basicConstraints = CA:FALSE
keyUsage = digitalSignature, keyEncipherment
extendedKeyUsage = clientAuth
CONFIG
request cert_sign p256 <<'CONFIG'
keyUsage = critical, digitalSignature, keyCertSign
CONFIG
request crl_sign p256 <<'CONFIG'
keyUsage = cRLSign
CONFIG
request unknown_critical p256 <<'CONFIG'
1.2.3.4 = critical, DER:0500
CONFIG
request duplicate_extension p256 <<'CONFIG'
subjectAltName = DNS:a.example.com
2.5.29.17 = DER:300f820d622e6578616d706c652e636f6d
CONFIG
request other_names p256 <<'CONFIG'
subjectAltName = otherName:1.3.6.1.4.1.311.20.2.3;UTF8:alice, RID:1.2.3, dirName:dn, DNS:a.example.com
[dn]
CN = x
CONFIG
san() { # FILE HEX, the value of subjectAltName
    request "$1" p256 <<CONFIG
subjectAltName = DER:$2
CONFIG
}
san san_ip_5_octets 300787050a00000501
san san_empty 3000
san san_nul 300d820b612e636f6d002e65766963
san san_newline 300782056120620a63
san san_not_ascii 30058203c3bc61
san san_escape 30078205611b5b6d62
san san_truncated 30098207612e62
san san_indefinite 30808203612e620000
san san_constructed_tag 3007a2050c03612e62
san san_trailing 30058203612e62ff
request san_repeated p256 <<'CONFIG'
subjectAltName = DNS:a.example.com, DNS:A.EXAMPLE.COM, DNS:a.example.com
CONFIG
request san_wildcards p256 <<'CONFIG'
subjectAltName = DNS:*.example.com, DNS:a.*.example.com, DNS:*, DNS:f*.example.com, DNS:10.0.0.1
CONFIG
request basic_constraints_malformed p256 <<'CONFIG'
basicConstraints = DER:300301017f
CONFIG
request key_usage_malformed p256 <<'CONFIG'
keyUsage = DER:030109
CONFIG

# Requests that openssl would not write: their parts, wrapped by hand.
wrap() { # TAG <CONTENT
    perl -e 'local $/; $c = <STDIN>; $n = length $c;
        $l = $n < 128 ? pack("C", $n) : $n < 256 ? pack("CC", 0x81, $n) : pack("Cn", 0x82, $n);
        print pack("H*", shift), $l, $c' "$1"
}
hex() {
    perl -e 'print pack "H*", join "", @ARGV' "$@"
}
part() { # FILE NUMBER: an element of the CertificationRequestInfo (0 version, 1 subject, 2 key)
    offset=$(openssl asn1parse -in "$1" -inform DER | sed -n 's/^ *\([0-9]*\):d=2 .*/\1/p' | sed -n "$(($2 + 1))p")
    openssl asn1parse -in "$1" -inform DER -strparse "$offset" -noout -out "$scratch/part"
    cat "$scratch/part"
}
ecdsa_sha256=300a06082a8648ce3d040302
signed() { # FILE [ALGORITHM] <CONTENT OF THE INFO
    wrap 30 >"$scratch/info"
    openssl dgst -sha256 -sign "$scratch/p256.key" -out "$scratch/signature" "$scratch/info"
    { cat "$scratch/info"; hex "${2:-$ecdsa_sha256}"; { hex 00; cat "$scratch/signature"; } | wrap 03; } | wrap 30 >"$1.der"
}
version=020100
subject() { part p256.der 1; }
key() { part p256.der 2; }
extension_request() { # CONTENT OF THE EXTENSIONS, hex
    { hex 06092a864886f70d01090e; hex "$1" | wrap 30 | wrap 31; } | wrap 30
}
# extensions: SAN dns:a.b, SAN dns:c.d, basicConstraints CA:TRUE
dns_a=300e0603551d11040730058203612e62
dns_c=300e0603551d11040730058203632e64
ca_true=300f0603551d130101ff040530030101ff

{ hex $version; subject; key; } | signed no_attributes
{ hex $version; subject; key; hex a000; } | signed empty_attributes
{ hex 020101; subject; key; hex a000; } | signed version_2
{ hex 0202ffff; subject; key; hex a000; } | signed version_negative
{ hex $version; subject; key; { extension_request $dns_a; extension_request $dns_c$ca_true; } | wrap a0; } | signed two_extension_requests
{ hex $version; subject; key; { hex 06092a864886f70d01090e; { hex $dns_a | wrap 30; hex $dns_c | wrap 30; } | wrap 31; } | wrap 30 | wrap a0; } | signed two_values
{ hex $version; subject; key; { hex 06092a864886f70d01090e3100 | wrap 30; } | wrap a0; } | signed no_value
{ hex $version; subject; key; { { hex 060a2b06010401823702010e; hex $dns_a | wrap 30 | wrap 31; } | wrap 30; } | wrap a0; } | signed microsoft
{ hex $version; subject; key; { { hex 06092a864886f70d010907; hex 0c03616263 | wrap 31; } | wrap 30; extension_request $dns_a; } | wrap a0; } | signed challenge_password
{ hex $version; subject; key; { extension_request 300c0603551d110405ffffffffff; } | wrap a0; } | signed san_no_sequence
{ hex $version; subject; key; { extension_request 30050603551d11; } | wrap a0; } | signed extension_without_value
{ hex $version; subject; key; hex a000; hex 0500; } | signed after_attributes
{ hex $version; subject; key; hex a000; } | signed wrong_algorithm 300d06092a864886f70d01010b0500
{ hex $version; subject; key; hex a000; } | signed algorithm_with_parameters 300c06082a8648ce3d0403020500
{ hex $version; subject; key; hex a000; } | signed unknown_algorithm 300506032a0304
{ hex $version; hex 3012311030; hex 0e06035504030c07610062221b5b6d; key; hex a000; } | signed cn_hostile
{ hex $version; hex 300f310d300b06035504030c0461c32862; key; hex a000; } | signed cn_not_utf8
{ hex $version; subject; part rsa.der 2; hex a000; } | signed foreign_key
{ hex $version; subject; hex 300506032a030403; hex a000; } | signed no_key
perl -0777 -pe 'substr($_, -3, 1) ^= "\x01"' p256.der >bad_signature.der
perl -0777 -pe 's/alice/alicf/' p256.der >changed_subject.der
# BER that d2i takes: the outer length (30 81 xx) in more octets than it needs, an indefinite length
{ hex 3084000000; tail -c +3 bare.der; } >long_length.der
{ hex 3080; tail -c +4 bare.der; hex 0000; } >indefinite_length.der
