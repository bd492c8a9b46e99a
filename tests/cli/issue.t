  $ . "$TESTDIR/setup.sh"
  $ new_ca

A key and its certificate, here, under the profile "client".

  $ mtlsca issue alice --ou Client | without_serials
  issued alice (client)
    serial        SERIAL
    subject       CN=alice,OU=Client
    valid until   2026-04-01 00:00 UTC (90 days)
    certificate   alice.crt
    key           alice.key
  $ find . -maxdepth 1 -name 'alice*' -printf '%m %f\n' | sort
  600 alice.key
  644 alice.crt
  $ openssl x509 -in alice.crt -noout -subject -nameopt RFC2253 -dates -ext keyUsage,extendedKeyUsage,basicConstraints,subjectAltName
  subject=CN=alice,OU=Client
  notBefore=Dec 31 23:55:00 2025 GMT
  notAfter=Apr  1 00:00:00 2026 GMT
  X509v3 Basic Constraints: critical
      CA:FALSE
  X509v3 Key Usage: critical
      Digital Signature
  X509v3 Extended Key Usage: 
      TLS Web Client Authentication
  $ openssl x509 -in alice.crt -noout -text | sed -n 's/^ *X509v3 //p'
  extensions:
  Basic Constraints: critical
  Key Usage: critical
  Extended Key Usage: 
  Subject Key Identifier: 
  Authority Key Identifier: 

The file holds the chain as nginx sends it: the leaf, then the issuing CA. The key is the certificate's.

  $ grep -c 'BEGIN CERTIFICATE' alice.crt
  2
  $ openssl verify -x509_strict -crl_check_all -purpose sslclient -CAfile ca/root.crt -untrusted alice.crt -CRLfile ca/crl/bundle.pem alice.crt
  alice.crt: OK
  $ diff <(openssl pkey -in alice.key -pubout) <(openssl x509 -in alice.crt -noout -pubkey)
  $ head -1 alice.key
  -----BEGIN PRIVATE KEY-----

A leaf's key is never kept in the CA's folder, and its serial has 128 random bits.

  $ find . -name '*.key' | sort
  ./alice.key
  ./ca/private/issuing.key
  ./ca/private/root.key
  $ openssl x509 -in alice.crt -noout -serial
  serial=[0-9A-F]{32} (re)

A server: its name is a SAN, whether DNS or IP, and nobody logs in with it.

  $ mtlsca issue www.example.com --profile server --san dns:example.com --san ip:10.0.0.5 --san IP:10.0.0.5 --out servers | without_serials
  issued www.example.com (server)
    serial        SERIAL
    subject       CN=www.example.com
    names         dns:www.example.com, dns:example.com, ip:10.0.0.5
    valid until   2026-04-01 00:00 UTC (90 days)
    certificate   servers/www.example.com.crt
    key           servers/www.example.com.key
  $ openssl x509 -in servers/www.example.com.crt -noout -ext subjectAltName,extendedKeyUsage
  X509v3 Extended Key Usage: 
      TLS Web Server Authentication
  X509v3 Subject Alternative Name: 
      DNS:www.example.com, DNS:example.com, IP Address:10.0.0.5
  $ mtlsca issue 10.0.0.7 --profile server --out servers >/dev/null
  $ mtlsca issue 2001:db8::1 --profile server --out servers >/dev/null
  $ openssl x509 -in servers/10.0.0.7.crt -noout -ext subjectAltName
  X509v3 Subject Alternative Name: 
      IP Address:10.0.0.7
  $ openssl x509 -in servers/2001:db8::1.crt -noout -ext subjectAltName
  X509v3 Subject Alternative Name: 
      IP Address:2001:DB8:0:0:0:0:0:1
  $ stat -c '%a %n' servers
  700 servers
  $ mtlsca issue both.example.com --profile server-client --ou Gateway --out servers >/dev/null
  $ openssl x509 -in servers/both.example.com.crt -noout -subject -ext extendedKeyUsage,subjectAltName
  subject=OU = Gateway, CN = both.example.com
  X509v3 Extended Key Usage: 
      TLS Web Server Authentication, TLS Web Client Authentication
  X509v3 Subject Alternative Name: 
      DNS:both.example.com

Every type of name, lifetime, key, owner, labels and network bindings.

  $ mtlsca issue bob --san dns:bob.example.com --san ip:2001:db8::2 --san email:bob@example.com --san uri:https://example.com/bob \
  >   --ou Client --ou Admin --owner 'Team Pay' --label env=prod --label tier=1 --bind 10.0.0.5 --bind 10.1.0.0/16 --days 30 \
  >   --key rsa-3072 | without_serials
  issued bob (client)
    serial        SERIAL
    subject       CN=bob,OU=Admin,OU=Client
    names         dns:bob.example.com, ip:2001:db8::2, email:bob@example.com, uri:https://example.com/bob
    valid until   2026-01-31 00:00 UTC (30 days)
    owner         Team Pay
    bound to      10.0.0.5, 10.1.0.0/16
    certificate   bob.crt
    key           bob.key
  $ openssl x509 -in bob.crt -noout -subject -nameopt RFC2253 -enddate -ext subjectAltName,keyUsage
  subject=CN=bob,OU=Admin,OU=Client
  notAfter=Jan 31 00:00:00 2026 GMT
  X509v3 Key Usage: critical
      Digital Signature, Key Encipherment
  X509v3 Subject Alternative Name: 
      DNS:bob.example.com, IP Address:2001:DB8:0:0:0:0:0:2, email:bob@example.com, URI:https://example.com/bob
  $ openssl x509 -in bob.crt -noout -text | grep Public-Key
                  Public-Key: (3072 bit)
  $ mtlsca show bob | grep -E '^  (owner|labels|bound|OU)'
    OU            Client, Admin
    owner         Team Pay
    labels        env=prod, tier=1
    bound to      10.0.0.5, 10.1.0.0/16

What a name has for a file name is made safe.

  $ mtlsca issue 'a/b ../c' --out odd | grep -E 'subject|certificate|key'
    subject       CN=a/b ../c
    certificate   odd/a_b .._c.crt
    key           odd/a_b .._c.key
  $ ls odd
  a_b .._c.crt
  a_b .._c.key
  $ mtlsca issue --out odd -- -x | tail -2
    certificate   odd/_x.crt
    key           odd/_x.key

A second live certificate of one name is refused where the profile says unique; the hint says how to renew.

  $ mtlsca issue alice --out second
  mtlsca: error: alice: a live certificate of profile client has this name, serial [0-9A-F]{32} (re)
  mtlsca: hint: to renew it: mtlsca renew [0-9A-F]{32} (re)
  [5]
  $ mtlsca issue ALICE --out second 2>&1 | head -1
  mtlsca: error: ALICE: a live certificate of profile client has this name, serial [0-9A-F]{32} (re)
  $ ls second
  ls: cannot access 'second': No such file or directory
  [2]
  $ mtlsca issue www.example.com --profile server --out second | head -1
  issued www.example.com (server)

An existing key is kept, unless --force says otherwise; nothing is signed then.

  $ cp alice.key alice.key.before
  $ mtlsca revoke alice >/dev/null 2>&1
  $ mtlsca issue alice
  mtlsca: error: alice.key: is there already
  mtlsca: hint: write elsewhere with --out, or overwrite it with --force
  [5]
  $ cmp alice.key alice.key.before
  $ mtlsca list --status valid | grep -c alice
  0
  [1]
  $ mtlsca issue alice --force >/dev/null
  $ cmp -s alice.key alice.key.before
  [1]

A key with a passphrase, and a PKCS#12 beside it.

  $ export KEY=one P12=two
  $ mtlsca issue carol --key-pass env:KEY --p12 --p12-pass env:P12 | tail -3
    certificate   carol.crt
    key           carol.key
    PKCS#12       carol.p12
  $ head -1 carol.key
  -----BEGIN ENCRYPTED PRIVATE KEY-----
  $ openssl pkey -in carol.key -passin env:KEY -noout && echo opened
  opened
  $ openssl pkcs12 -in carol.p12 -passin env:P12 -passout pass: -info 2>&1 >/dev/null | grep -E 'MAC|PKCS7|Bag'
  MAC: sha256, Iteration 100000
  MAC length: 32, salt length: 8
  PKCS7 Encrypted data: PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256
  PKCS7 Data
  $ openssl pkcs12 -in carol.p12 -passin env:P12 -nokeys | grep -E 'friendlyName|subject'
      friendlyName: carol
  subject=CN = carol
  subject=O = Acme, CN = Acme Issuing CA
  subject=O = Acme, CN = Acme Root CA
  $ stat -c '%a %n' carol.*
  644 carol.crt
  600 carol.key
  600 carol.p12

--dry-run goes through it field by field, and changes nothing.

  $ mtlsca issue dave --ou Admin --san dns:dave.example.com --dry-run
  would sign dave (client)
    granted  subject CN: dave
    granted  ou Admin  (by the operator)
    granted  san dns:dave.example.com: dave.example.com  (by the operator)
    added    key: ec-p256  (made here)
    added    not before: 2025-12-31T23:55:00Z  (backdated, because clocks differ)
    added    not after: 2026-04-01T00:00:00Z  (the profile's validity)
    added    key usage digitalSignature  (by the profile)
    dropped  key usage keyEncipherment  (not for ec-p256 keys)
    added    extended key usage clientAuth  (by the profile)
  $ mtlsca issue dave --ou Nobody --san dns:dave..example --days 4000 --dry-run
  would refuse dave
    granted  subject CN: dave
    refused  ou Nobody: Nobody  (profile client allows Admin, Client, Gateway, Ops)
    refused  san dns:dave..example  (has an empty label)
    added    key: ec-p256  (made here)
    added    not before: 2025-12-31T23:55:00Z  (backdated, because clocks differ)
    refused  not after: 4000d  (profile client allows at most 398d; would outlive the CA, which expires at 2030-12-31T00:00:00Z; 1825d are possible)
    added    key usage digitalSignature  (by the profile)
    dropped  key usage keyEncipherment  (not for ec-p256 keys)
    added    extended key usage clientAuth  (by the profile)
    error    ou Nobody: profile client allows Admin, Client, Gateway, Ops
    error    san dns:dave..example: has an empty label
    error    not after: profile client allows at most 398d
    error    not after: would outlive the CA, which expires at 2030-12-31T00:00:00Z; 1825d are possible
  [3]
  $ mtlsca issue alice --out elsewhere --dry-run
  mtlsca: error: alice: a live certificate of profile client has this name, serial [0-9A-F]{32} (re)
  mtlsca: hint: to renew it: mtlsca renew [0-9A-F]{32} (re)
  [5]
  $ rm alice.*; mtlsca revoke alice >/dev/null 2>&1; touch alice.key; mtlsca issue alice --dry-run
  mtlsca: error: alice.key: is there already
  mtlsca: hint: write elsewhere with --out, or overwrite it with --force
  [5]
  $ rm alice.key; cp -a ca before; mtlsca issue dave --dry-run >/dev/null; mtlsca issue dave --days 999 --dry-run >/dev/null; diff -r ca before
  $ ls dave*
  ls: cannot access 'dave*': No such file or directory
  [2]

All that is wrong is told at once.

  $ mtlsca issue dave --ou Nobody --san dns:dave..example --san ip:1.2.3 --san x:y --days 4000 --bind 10.0.0.256 --label novalue --attribute O=Acme
  mtlsca: error: dave: refused by policy
    error    subject O: profile client wants no attributes
    error    ou Nobody: profile client allows Admin, Client, Gateway, Ops
    error    san dns:dave..example: has an empty label
    error    san ip:1.2.3: is no IP address (IPv4-mapped ones count as none)
    error    san x:y: has no type; write dns:NAME, ip:ADDRESS, email:ADDRESS or uri:URI
    error    not after: profile client allows at most 398d
    error    not after: would outlive the CA, which expires at 2030-12-31T00:00:00Z; 1825d are possible
    error    label novalue: write KEY=VALUE
    error    binding 10.0.0.256: is no address and no network such as 10.1.0.0/16 (bits behind the prefix must be zero)
  mtlsca: hint: --dry-run shows the whole plan; profiles are in mtlsca.toml
  [3]
  $ mtlsca issue "$(printf %065d 0)" 2>&1 | tail -2
    error    subject CN: has 65 characters, at most 64 are allowed
  mtlsca: hint: --dry-run shows the whole plan; profiles are in mtlsca.toml
  $ mtlsca issue '' 2>&1 | grep subject
    error    subject CN: is empty
  $ mtlsca issue dave --profile nosuch
  mtlsca: error: profile nosuch: there is no such profile
  mtlsca: hint: there are client, server, server-client
  [4]
  $ mtlsca issue dave --key dsa-1024
  mtlsca: error: issue: --key: dsa-1024 is not a key type: ec-p256, ec-p384, ec-p521, rsa-2048, rsa-3072, rsa-4096, ed25519
  mtlsca: hint: mtlsca issue --help
  [2]
  $ mtlsca issue dave --profile server --san email:dave@example.com --ou Admin
  mtlsca: error: dave: refused by policy
    error    ou Admin: profile server allows none
    error    san email:dave@example.com: profile server allows dns, ip
  mtlsca: hint: --dry-run shows the whole plan; profiles are in mtlsca.toml
  [3]
  $ mtlsca issue dave --san uri:spiffe://acme/pay --san dns:dave.example.com --san uri:https://example.com/
  mtlsca: error: dave: refused by policy
    error    san uri:spiffe://acme/pay: must be the only URI (SPIFFE X.509-SVID 2), there are 2
  mtlsca: hint: --dry-run shows the whole plan; profiles are in mtlsca.toml
  [3]

No certificate outlives its issuer.

  $ mtlsca init --name Short --home short --no-passphrase --root-days 40 --issuing-days 20 >/dev/null
  $ mtlsca --home short issue alice --out short/out | without_serials
  mtlsca: warning: not after: shortened from 90d to 20d: the CA expires then
  issued alice (client)
    serial        SERIAL
    subject       CN=alice
    valid until   2026-01-21 00:00 UTC (20 days)
    certificate   short/out/alice.crt
    key           short/out/alice.key
  $ openssl x509 -in short/out/alice.crt -noout -enddate
  notAfter=Jan 21 00:00:00 2026 GMT
  $ openssl x509 -in short/issuing.crt -noout -enddate
  notAfter=Jan 21 00:00:00 2026 GMT

As JSON; global options may stand before the command or after it.

  $ mtlsca --json issue eve --ou Client --out json | without_serials
  {
    "serial": "SERIAL",
    "name": "eve",
    "profile": "client",
    "subject": "CN=eve,OU=Client",
    "san": [],
    "not_before": "2025-12-31T23:55:00Z",
    "not_after": "2026-04-01T00:00:00Z",
    "sha256": "SHA256",
    "certificate_file": "json/eve.crt",
    "key_file": "json/eve.key"
  }
  $ mtlsca issue eve2 --out json --home ca --format json | jq -r .name
  eve2
