  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ vectors=$TESTDIR/../vectors/requests
  $ refuse() { mtlsca --home "$CRAMTMP/refused_requests.t/ca" sign "$@" 2>"$CRAMTMP/refused" >"$CRAMTMP/signed"; code=$?; grep -vE 'hint: --dry-run|: refused by policy$|^  note ' "$CRAMTMP/refused"; return $code; }
  $ openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key
  $ csr() { openssl req -new -key key -out csr "$@" 2>/dev/null; }

Who wants to be a CA, or more than a profile gives.

  $ cd "$vectors"
  $ refuse ca.der
    error    extension basicConstraints: asks for a CA certificate, which no profile gives
  [3]
  $ refuse cert_sign.der
    error    extension keyUsage: asks for the right to sign certificates, which no profile gives
  [3]
  $ refuse crl_sign.der
    error    extension keyUsage: asks for the right to sign CRLs, which no profile gives
  [3]
  $ refuse unknown_critical.der
    error    extension 1.2.3.4: is critical and nothing that this CA writes for a requester
  [3]
  $ refuse basic_constraints_malformed.der
    error    extension basicConstraints: malformed DER: a BOOLEAN is neither 00 nor FF
  [3]
  $ refuse duplicate_extension.der
    error    extension subjectAltName: is there more than once
  [3]
  $ refuse two_extension_requests.der
    error    extension basicConstraints: asks for a CA certificate, which no profile gives
    error    extension subjectAltName: is there more than once
    error    extensionRequest: is there 2 times; once is allowed
  [3]
  $ refuse san_wildcards.der
    error    san dns:*.example.com: profile client allows no wildcards (wildcard_dns)
    error    san dns:a.*.example.com: has a "*" that is not the whole leftmost label of several
    error    san dns:*: has a "*" that is not the whole leftmost label of several
    error    san dns:f*.example.com: has a "*" that is not the whole leftmost label of several
    error    san dns:10.0.0.1: looks like an IPv4 address; write ip:ADDRESS
  [3]

Keys that nobody should trust, and signatures that prove nothing.

  $ refuse rsa_1024.der
    error    key: has 1024 bits; 2048 and more are allowed
  [3]
  $ refuse secp256k1.der
    error    key: ec-secp256k1 is no curve that is certified; ec-p256, ec-p384 and ec-p521 are
    error    signature: was not checked, because ec-secp256k1 keys are not certified
  [3]
  $ refuse explicit.der
    error    key: does not name its curve; ec-p256, ec-p384 and ec-p521 are allowed
    error    signature: was not checked, because ec-explicit keys are not certified
  [3]
  $ refuse ed448.der
    error    key: ed448 is no algorithm that is certified; EC, RSA and Ed25519 are
    error    signature: was not checked, because ed448 keys are not certified
  [3]
  $ refuse bad_signature.der
    error    signature: does not prove possession of the key: it is wrong, or ecdsa-with-SHA256 is not accepted (SHA-256, SHA-384 or SHA-512 with ECDSA or RSA, and Ed25519, are)
  [3]
  $ refuse changed_subject.der
    error    signature: does not prove possession of the key: it is wrong, or ecdsa-with-SHA256 is not accepted (SHA-256, SHA-384 or SHA-512 with ECDSA or RSA, and Ed25519, are)
  [3]
  $ refuse foreign_key.der
    error    signature: does not prove possession of the key: it is wrong, or ecdsa-with-SHA256 is not accepted (SHA-256, SHA-384 or SHA-512 with ECDSA or RSA, and Ed25519, are)
  [3]
  $ refuse rsa_sha1.der
    error    signature: does not prove possession of the key: it is wrong, or sha1WithRSAEncryption is not accepted (SHA-256, SHA-384 or SHA-512 with ECDSA or RSA, and Ed25519, are)
  [3]
  $ refuse rsa_md5.der
    error    signature: does not prove possession of the key: it is wrong, or md5WithRSAEncryption is not accepted (SHA-256, SHA-384 or SHA-512 with ECDSA or RSA, and Ed25519, are)
  [3]
  $ refuse no_key.der
  mtlsca: error: no_key.der: public key: malformed DER: the tag 0x30 should stand where 0x06 stands
  [3]

Names that are no names: NUL, quote and escape sequence; not UTF-8; too short an address, NUL, newline and more in SANs.

  $ refuse cn_hostile.der
    error    subject CN: holds control characters, invisible characters or bytes that are not UTF-8
  [3]
  $ refuse cn_not_utf8.der
  mtlsca: error: cn_not_utf8.der: name: the value of CN is no string of its kind
  [3]
  $ refuse san_ip_5_octets.der
    error    san ip:0a00000501: has 5 octets; an address has 4 or 16
  [3]
  $ refuse san_nul.der
    error    san dns:a.com\x00.evic: has characters other than letters, digits, "-" and "_"; write international names as xn--…
  [3]
  $ refuse san_newline.der
    error    san dns:a b\x0Ac: has characters other than letters, digits, "-" and "_"; write international names as xn--…
  [3]
  $ refuse san_escape.der
    error    san dns:a\x1B[mb: has characters other than letters, digits, "-" and "_"; write international names as xn--…
  [3]
  $ refuse san_not_ascii.der
    error    san dns:üa: has characters other than letters, digits, "-" and "_"; write international names as xn--…
  [3]
  $ refuse other_names.der
    error    san otherName:060a2b060104018237140203a0070c05616c696365: is of a kind that is not certified; dns, ip, email and uri are
    error    san registeredID:2a03: is of a kind that is not certified; dns, ip, email and uri are
    error    san directoryName:300c310a300806035504030c0178: is of a kind that is not certified; dns, ip, email and uri are
  [3]
  $ refuse san_empty.der
    error    subjectAltName: malformed DER: ends where an element should begin
  [3]

What is malformed DER although OpenSSL reads it.

  $ refuse long_length.der
  mtlsca: error: long_length.der: malformed DER: a length is longer than it needs to be
  [3]
  $ refuse indefinite_length.der
  mtlsca: error: indefinite_length.der: malformed DER: an element has an indefinite length
  [3]
  $ refuse san_trailing.der
    error    subjectAltName: malformed DER: 1 bytes follow after its end
  [3]
  $ refuse version_2.der
    error    version: is 1; RFC 2986 knows only 0
  [3]

  $ cd "$CRAMTMP/refused_requests.t"
  $ openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3 -out three
  $ openssl req -new -key three -subj /CN=three -out csr; refuse csr
    error    key: has an exponent that is even, below 65537 or above 2^256
  [3]

Common names that would say something else to whoever reads them as text.

  $ csr -subj '/CN=x,OU=Admin'; refuse csr
    error    subject CN: holds ',', which separates attributes where names are matched as text; none of ,+"\<>;= is allowed
  [3]
  $ csr -subj '/CN=x\/OU=Admin'; refuse csr
    error    subject CN: holds '=', which separates attributes where names are matched as text; none of ,+"\<>;= is allowed
  [3]
  $ csr -subj $'/CN=x\nOU=Admin'; refuse csr
    error    subject CN: holds control characters, invisible characters or bytes that are not UTF-8
  [3]
  $ csr -subj '/CN=a\\"b'; refuse csr
    error    subject CN: holds '\', which separates attributes where names are matched as text; none of ,+"\<>;= is allowed
  [3]
  $ csr -subj '/CN=x=y+z;<q>'; refuse csr
    error    subject CN: holds '\', which separates attributes where names are matched as text; none of ,+"\<>;= is allowed
  [3]
  $ csr -subj "/CN= leading"; refuse csr
    error    subject CN: begins or ends with a space
  [3]
  $ csr -utf8 -subj $'/CN=pay\342\200\256lap'; refuse csr
    error    subject CN: holds control characters, invisible characters or bytes that are not UTF-8
  [3]
  $ csr -subj /; refuse csr
    error    subject CN: there is neither a CN nor a SAN; give --name or --san
  [3]
  $ printf 'cn = "%s"\n' "$(printf %065d 0)" > template; certtool --generate-request --load-privkey key --template template --outfile csr 2>/dev/null; refuse csr
    error    subject CN: has 65 characters, at most 64 are allowed
  [3]
  $ csr -subj '/CN=alice/CN=bob'; refuse csr
    error    subject CN: the request has several common names; say which one counts with --name
  [3]
  $ csr -subj /CN=www.example.com -addext subjectAltName=DNS:*.example.com; refuse csr --profile server
    error    san dns:*.example.com: profile server allows no wildcards (wildcard_dns)
  [3]
  $ csr -subj '/CN=*.example.com'; refuse csr --profile server
    error    san dns:*.example.com: profile server allows no wildcards (wildcard_dns)
  [3]
  $ csr -subj /CN=www.example.com -addext subjectAltName=email:a@example.com,URI:https://example.com/; refuse csr --profile server
    error    san email:a@example.com: profile server allows dns, ip
    error    san uri:https://example.com/: profile server allows dns, ip
  [3]

A role that was not granted, and one that only looks like it.

  $ csr -subj /OU=Admin/CN=x; mtlsca sign csr 2>&1 >signed | tail -2
    error    ou Admin: is a role, which the operator grants and not the requester: `--ou Admin`
  mtlsca: hint: grant it: --ou Admin
  $ csr -subj /OU=admin/CN=x; refuse csr
    error    ou admin: looks like the role Admin; if it is meant, grant it: `--ou Admin`
  [3]
  $ csr -subj '/OU=Admin,OU=Ops/CN=x'; refuse csr
    error    ou Admin,OU=Ops: looks like the role Admin; if it is meant, grant it: `--ou Admin`
  [3]
  $ csr -utf8 -subj $'/OU=\320\220dmin/CN=x'; refuse csr
    error    ou Аdmin: looks like the role Admin; if it is meant, grant it: `--ou Admin`
  [3]

Keys that are taken: the CA's own, and one that was revoked for compromise.

  $ openssl req -new -key ca/private/issuing.key -subj /CN=x -out csr; refuse csr
    error    key: is the key of a CA; make a new one
  [3]
  $ openssl req -new -key ca/private/root.key -subj /CN=x -out csr; refuse csr
    error    key: is the key of a CA; make a new one
  [3]
  $ csr -subj /CN=alice; mtlsca sign csr > alice.crt; mtlsca revoke alice --reason keyCompromise >/dev/null 2>&1
  $ refuse csr
    error    key: a certificate with this key was revoked for keyCompromise; make a new one
  [3]

Files that are no request, or more than one.

  $ csr -subj /CN=bob
  $ openssl req -in csr -outform DER -out der
  $ head -c 100 der > cut; refuse cut
  mtlsca: error: cut: malformed DER: an element is cut off
  [3]
  $ head -c 200 csr > cut; refuse cut
  mtlsca: error: cut: the PEM block in line 1 has no end
  mtlsca: hint: the file is cut off; copy it again
  [3]
  $ (cat der; echo) > trailing; refuse trailing
  mtlsca: error: trailing: malformed DER: 1 bytes follow after its end
  [3]
  $ (openssl req -in csr; echo; openssl req -in csr) > two; refuse two
  mtlsca: error: two: holds 2 certificate requests
  mtlsca: hint: give each one in a file of its own
  [3]
  $ cat der der > two; refuse two
  mtlsca: error: two: malformed DER: \d+ bytes follow after its end (re)
  [3]
  $ : > empty; refuse empty
  mtlsca: error: empty: is no certificate request
  mtlsca: hint: a PKCS#10 request in PEM or DER is expected, as from: openssl req -new
  [3]
  $ refuse alice.crt
  mtlsca: error: alice.crt: holds no certificate request
  mtlsca: hint: a PKCS#10 request in PEM or DER is expected, as from: openssl req -new
  [3]
  $ refuse key
  mtlsca: error: key: holds no certificate request
  mtlsca: hint: a PKCS#10 request in PEM or DER is expected, as from: openssl req -new
  [3]
  $ refuse ca
  mtlsca: error: ca: is a folder, not a file
  mtlsca: hint: give a file
  [3]
  $ mkfifo pipe; timeout 60 mtlsca sign pipe
  mtlsca: error: pipe: is a FIFO, not a file
  mtlsca: hint: give - and pipe the content to standard input
  [3]
  $ refuse nosuch
  mtlsca: error: nosuch: there is no such file
  mtlsca: hint: check the path
  [4]
  $ refuse /dev/null
  mtlsca: error: /dev/null: is a device, not a file
  mtlsca: hint: give a file
  [3]
  $ head -c 50M /dev/zero > large; refuse large
  mtlsca: error: large: is larger than 65536 bytes
  mtlsca: hint: check that it is the file you mean
  [3]
  $ (cat csr; head -c 50M /dev/zero) > large; refuse large
  mtlsca: error: large: is larger than 65536 bytes
  mtlsca: hint: check that it is the file you mean
  [3]
  $ refuse - < large
  mtlsca: error: standard input: is larger than 65536 bytes
  mtlsca: hint: check that it is the file you mean
  [3]
  $ rm large; (openssl req -in csr; head -c 65000 /dev/zero | tr '\0' x) > comment; refuse comment
    error    key: a certificate with this key was revoked for keyCompromise; make a new one
  [3]

Nothing of all that was signed or recorded.

  $ mtlsca list --json | jq -r '.[].name'
  alice
  $ mtlsca audit verify | head -1
  the audit log is intact
