#!/bin/sh
# Distinguished names as openssl and gnutls encode them, and how openssl prints each:
#   *.der            the DER of a Name
#   rfc2253.txt      FILE, a tab, what -nameopt RFC2253 prints, which is nginx's $ssl_client_s_dn
#   utf8.txt         the same without -esc_msb: non-ASCII characters stay as they are
#   malformed/*.der  what is no Name, or holds a string that is not of its kind
#   sh make.sh       needs openssl 3.0, certtool (gnutls-bin) and perl
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
rm -rf ./*.der ./*.txt malformed
mkdir malformed
openssl genpkey -quiet -algorithm ED25519 -out "$scratch/key"

record() { # FILE REQUEST: the Name of a PEM request, and its prints
    offset=$(openssl asn1parse -strictpem -in "$2" | sed -n 's/^ *\([0-9]*\):d=2 .*SEQUENCE.*/\1/p' | head -1)
    openssl asn1parse -strictpem -in "$2" -strparse "$offset" -noout -out "$1.der"
    printf '%s\t%s\n' "$1" "$(openssl req -in "$2" -noout -subject -nameopt RFC2253 | sed 's/^subject=//')" >>rfc2253.txt
    printf '%s\t%s\n' "$1" "$(openssl req -in "$2" -noout -subject -nameopt RFC2253,-esc_msb | sed 's/^subject=//')" >>utf8.txt
}
name() { # FILE SUBJECT [STRING_MASK]
    printf 'oid_section=oids\n[oids]\ndotted=1.2.3.4.5\nuuid=2.25.329800735698586629295641978511506172918\n' >"$scratch/cnf"
    printf '[req]\ndistinguished_name=none\nutf8=yes\nstring_mask=%s\n[none]\n' "${3:-utf8only}" >>"$scratch/cnf"
    openssl req -new -utf8 -config "$scratch/cnf" -key "$scratch/key" -subj "$2" -out "$scratch/req"
    record "$1" "$scratch/req"
}
name simple '/C=DE/O=Acme/OU=Admin/CN=alice'
name several_ous '/O=Acme/OU=Client/OU=Admin/CN=alice'
name imitation '/O=Acme/CN=x,OU=Admin'
name backslash '/CN=x\\,OU=Admin'
name specials '/CN=a\+b"c\\d<e>f;g=h#i/O=,'
name hash_first '/CN=#abc'
name hash_alone '/CN=#'
name blanks '/CN= a b /O= /OU=  '
name multi_valued '/O=Acme/OU=Admin+CN=x+L=here'
name controls "$(printf '/CN=a\nb\033[31m\177c\td')"
name umlaut '/O=Grüße/CN=Müller 日本 😀'
name c1 "$(printf '/CN=a\302\205b\302\240c')"
name every_type '/DC=com/DC=example/UID=u1/serialNumber=42/street=Main 1/postalCode=10115/L=Berlin/ST=BE/title=Dr/GN=A/SN=B/initials=AB/pseudonym=p/dnQualifier=q/businessCategory=b/description=d/emailAddress=a@example.com'
name unknown_type '/CN=x/dotted=abc/uuid=def'
name latin1 '/CN=Müller' MASK:0x4
name bmp '/CN=Müller 日本' MASK:0x800
name universal '/CN=Mü😀' MASK:0x100
name long "/CN=x/dotted=$(printf 'x%.0s' $(seq 200))"
printf 'cn = "alice"\nunit = "Admin"\nunit = "Ops"\norganization = "Acme GmbH"\ncountry = DE\nuid = "u1"\ndc = "example"\n' >"$scratch/template"
certtool --generate-request --load-privkey "$scratch/key" --template "$scratch/template" --outfile "$scratch/req" 2>/dev/null
record gnutls "$scratch/req"

encode() { # FILE <<CONFIG
    cat >"$scratch/cnf"
    openssl asn1parse -genconf "$scratch/cnf" -noout -out "malformed/$1.der"
}
common_name() { # FILE VALUE, a CN with a value of any kind
    encode "$1" <<CONFIG
asn1 = SEQUENCE:name
[name]
rdn = SET:rdn
[rdn]
cn = SEQUENCE:cn
[cn]
type = OID:commonName
value = $2
CONFIG
}
octets() { # FILE TAG HEX: a CN whose octets openssl would not write as that type of string
    size=$((${#3} / 2))
    perl -e 'print pack "H*", sprintf "30%02x31%02x30%02x0603550403%s%02x%s", @ARGV' \
        $((size + 11)) $((size + 9)) $((size + 7)) "$2" "$size" "$3" >"malformed/$1.der"
}
octets bad_utf8 0c 61c328
octets overlong_utf8 0c c0af
octets surrogate_utf8 0c eda080
octets printable_newline 13 610a62
octets ia5_high 16 61ff
octets numeric_letters 12 313261
octets bmp_odd 1e 006100
octets bmp_surrogate 1e d83dde00
octets universal_odd 1c 000061
octets universal_too_high 1c 00110000
common_name integer 'INTEGER:7'
common_name octets 'OCT:abc'
common_name sequence 'SEQWRAP,UTF8:abc'
encode empty_set <<'CONFIG'
asn1 = SEQUENCE:name
[name]
rdn = SET:rdn
[rdn]
CONFIG
encode no_value <<'CONFIG'
asn1 = SEQUENCE:name
[name]
rdn = SET:rdn
[rdn]
cn = SEQUENCE:cn
[cn]
type = OID:commonName
CONFIG
encode three_parts <<'CONFIG'
asn1 = SEQUENCE:name
[name]
rdn = SET:rdn
[rdn]
cn = SEQUENCE:cn
[cn]
type = OID:commonName
value = UTF8:a
more = UTF8:b
CONFIG
encode no_set <<'CONFIG'
asn1 = SEQUENCE:name
[name]
cn = SEQUENCE:cn
[cn]
type = OID:commonName
value = UTF8:a
CONFIG
# SET OF in the wrong order: the tag of a SEQUENCE keeps genconf from sorting
encode unsorted_set <<'CONFIG'
asn1 = SEQUENCE:name
[name]
rdn = IMPLICIT:17U,SEQUENCE:rdn
[rdn]
ou = SEQUENCE:ou
cn = SEQUENCE:cn
[ou]
type = OID:organizationalUnitName
value = UTF8:Admin
[cn]
type = OID:commonName
value = UTF8:x
CONFIG
# What OpenSSL 3.0 reads no name with (found by tests/fuzz/names.cpp)
encode visible_string <<'CONFIG'
asn1 = SEQUENCE:name
[name]
rdn = SET:rdn
[rdn]
cn = SEQUENCE:cn
[cn]
type = OID:commonName
value = VISIBLE:alice
CONFIG
encode not_a_name <<'CONFIG'
asn1 = UTF8:CN=alice
CONFIG
(cat simple.der; printf x) >malformed/trailing.der
