  $ . "$TESTDIR/setup.sh"
  $ mtlsca init --name Acme --no-passphrase --crl-url http://pki.example/ --issuer-url http://pki.example/ --ocsp-url http://ocsp.example \
  >   --permit dns:example.com --exclude ip:10.9.0.0/16 >/dev/null
  $ mtlsca issue alice --ou Client --owner 'Team Pay' --label env=prod --san dns:alice.example.com --bind 10.0.0.0/8 >/dev/null

A record of the inventory, by any selector.

  $ mtlsca show alice | without_serials
  alice
    status        valid, 90 days left
    serial        SERIAL
    profile       client
    subject       CN=alice,OU=Client
    names         dns:alice.example.com
    OU            Client
    owner         Team Pay
    labels        env=prod
    bound to      10.0.0.0/8
    recorded      2026-01-01 00:00 UTC
    valid from    2025-12-31 23:55 UTC
    valid until   2026-04-01 00:00 UTC
    SHA-256       SHA256
    x5t#S256      X5T
  $ mtlsca show file:alice.crt --json | jq 'del(.serial, .sha256, .x5t_s256)'
  {
    "name": "alice",
    "profile": "client",
    "subject": "CN=alice,OU=Client",
    "san": [
      "dns:alice.example.com"
    ],
    "not_before": "2025-12-31T23:55:00Z",
    "not_after": "2026-04-01T00:00:00Z",
    "certificate_file": null,
    "key_file": null,
    "status": "valid",
    "owner": "Team Pay",
    "labels": {
      "env": "prod"
    },
    "ou": [
      "Client"
    ],
    "revoked_at": null,
    "reason": null,
    "invalidity_date": null,
    "bindings": [
      "10.0.0.0/8"
    ],
    "deployments": [],
    "recorded_at": "2026-01-01T00:00:00Z",
    "renews": null,
    "renewed_by": null,
    "revocation_planned": null
  }
  $ mtlsca show san:alice.example.com --json | jq -r .x5t_s256 > x5t
  $ openssl x509 -in alice.crt -outform DER | openssl dgst -sha256 -binary | basenc --base64url | tr -d = | diff - x5t
  $ openssl x509 -in alice.crt -outform DER | sha256sum | cut -d' ' -f1 | diff - <(mtlsca show alice --json | jq -r .sha256)

A certificate from a file in PEM or DER, or from standard input; it needs no CA.

  $ mtlsca --home nowhere show alice.crt | without_serials
  certificate
    subject       CN=alice,OU=Client
    issuer        CN=Acme Issuing CA,O=Acme
    serial        SERIAL
    names         dns:alice.example.com
    valid from    2025-12-31 23:55 UTC
    valid until   2026-04-01 00:00 UTC, 90 days left
    key           ec-p256
    usage         digitalSignature, clientAuth
    CRL           http://pki.example/issuing.crl
    OCSP          http://ocsp.example
    issuer at     http://pki.example/issuing.crt
    signature     ecdsa-with-SHA256
    SHA-256       SHA256
    x5t#S256      X5T
  CA certificate
    subject       CN=Acme Issuing CA,O=Acme
    issuer        CN=Acme Root CA,O=Acme
    serial        SERIAL
    valid from    2025-12-31 23:55 UTC
    valid until   2030-12-31 00:00 UTC, 1825 days left
    key           ec-p256
    usage         keyCertSign, cRLSign
    permitted     dns:example.com
    excluded      ip:10.9.0.0/16
    CRL           http://pki.example/root.crl
    OCSP          http://ocsp.example
    issuer at     http://pki.example/root.crt
    signature     ecdsa-with-SHA256
    SHA-256       SHA256
    x5t#S256      X5T
  $ openssl x509 -in alice.crt -outform DER -out alice.der
  $ mtlsca --home nowhere show alice.der | sed -n 1,3p
  certificate
    subject       CN=alice,OU=Client
    issuer        CN=Acme Issuing CA,O=Acme
  $ mtlsca --home nowhere show - < ca/root.crt | without_serials | sed -n 1,9p
  CA certificate
    subject       CN=Acme Root CA,O=Acme
    issuer        CN=Acme Root CA,O=Acme
    serial        SERIAL
    valid from    2025-12-31 23:55 UTC
    valid until   2035-12-30 00:00 UTC, 3650 days left
    key           ec-p256
    usage         keyCertSign, cRLSign
    signature     ecdsa-with-SHA256
  $ mtlsca show ca/issuing.crt | grep -E 'permitted|excluded|CRL|issuer at|OCSP'
    permitted     dns:example.com
    excluded      ip:10.9.0.0/16
    CRL           http://pki.example/root.crl
    OCSP          http://ocsp.example
    issuer at     http://pki.example/root.crt
  $ mtlsca show ca/chain.pem --json | jq -r '.[].subject'
  CN=Acme Issuing CA,O=Acme
  CN=Acme Root CA,O=Acme
  $ mtlsca show alice.crt --json | jq -c '(if type == "array" then .[0] else . end) | keys_unsorted'
  ["type","serial","subject","issuer","not_before","not_after","san","ca","key","key_usages","extended_key_usages","crl_urls","issuer_urls","ocsp_urls","signature_algorithm","sha256","x5t_s256"]

A request.

  $ openssl req -new -key alice.key -subj /OU=Admin/CN=alice -addext basicConstraints=critical,CA:TRUE -addext subjectAltName=DNS:a.example.com,IP:10.0.0.1 -out alice.csr
  $ mtlsca show alice.csr
  certification request
    subject       CN=alice,OU=Admin
    names         dns:a.example.com, ip:10.0.0.1
    key           ec-p256
    asks for      basicConstraints (critical)
    asks for      subjectAltName
    error         request: asks to be a CA, which sign refuses
  $ openssl req -in alice.csr -outform DER | mtlsca show - --json | jq 'del(.sha256)'
  {
    "type": "request",
    "subject": "CN=alice,OU=Admin",
    "san": [
      "dns:a.example.com",
      "ip:10.0.0.1"
    ],
    "key": "ec-p256",
    "extensions": [
      {
        "oid": "2.5.29.19",
        "name": "basicConstraints",
        "critical": true
      },
      {
        "oid": "2.5.29.17",
        "name": "subjectAltName",
        "critical": false
      }
    ],
    "findings": [
      {
        "severity": "error",
        "rule": "request-asks-for-ca",
        "subject": "request",
        "detail": "asks to be a CA, which sign refuses"
      }
    ]
  }
  $ openssl req -in alice.csr -outform DER | perl -pe 'BEGIN { $/ = undef } substr($_, -3, 1) ^= "\x01"' > forged.der
  $ mtlsca show forged.der | grep signature
    error         signature: does not prove possession of the key: it is wrong, or ecdsa-with-SHA256 is not accepted (SHA-256, SHA-384 or SHA-512 with ECDSA or RSA, and Ed25519, are)

A CRL, alone or in a bundle.

  $ mtlsca revoke alice --reason keyCompromise --invalidity-date 2025-12-24T00:00:00Z >/dev/null 2>&1
  $ mtlsca show ca/crl/issuing.crl | without_serials
  CRL
    issuer        CN=Acme Issuing CA,O=Acme
    number        2
    this update   2025-12-31 23:55 UTC
    next update   2026-01-08 00:00 UTC, 7 days left
    signature     ecdsa-with-SHA256
    entries       1
      SERIAL  2026-01-01 00:00 UTC  keyCompromise.*2025-12-24 00:00 UTC.* (re)
  $ mtlsca show ca/crl/bundle.pem | grep -E 'issuer|number'
    issuer        CN=Acme Issuing CA,O=Acme
    number        2
    issuer        CN=Acme Root CA,O=Acme
    number        1
  $ mtlsca show ca/crl/issuing.crl --json | jq '.entries[].serial = "SERIAL"'
  {
    "type": "crl",
    "issuer": "CN=Acme Issuing CA,O=Acme",
    "number": 2,
    "this_update": "2025-12-31T23:55:00Z",
    "next_update": "2026-01-08T00:00:00Z",
    "signature_algorithm": "ecdsa-with-SHA256",
    "entry_count": 1,
    "entries": [
      {
        "serial": "SERIAL",
        "revoked_at": "2026-01-01T00:00:00Z",
        "reason": "keyCompromise",
        "invalidity_date": "2025-12-24T00:00:00Z"
      }
    ]
  }
  $ mtlsca crl show ca/crl/bundle.pem --json | jq -c '.[] | [.type, .issuer, .number, .entry_count]'
  ["crl","CN=Acme Issuing CA,O=Acme",2,1]
  ["crl","CN=Acme Root CA,O=Acme",1,0]

What is none of them.

  $ mtlsca show alice.key
  mtlsca: error: alice.key: holds no certificate, request or CRL
  [3]
  $ echo hello > hello.txt; mtlsca show hello.txt
  mtlsca: error: hello.txt: is no certificate, request or CRL, neither as PEM nor as DER
  [3]
  $ : > empty; mtlsca show empty
  mtlsca: error: empty: is no certificate, request or CRL, neither as PEM nor as DER
  [3]
  $ mtlsca show nobody
  mtlsca: error: nobody: no such certificate
  mtlsca: hint: mtlsca list shows what there is
  [4]
  $ mtlsca show ./nobody.crt 2>&1 | grep -c 'no such file'
  1
  $ mtlsca show ca/crl 2>/dev/null
  [4]
  $ head -c 200 alice.crt | mtlsca show -
  mtlsca: error: standard input: the PEM block in line 1 has no end
  mtlsca: hint: the file is cut off; copy it again
  [3]
  $ head -c 300 alice.der | mtlsca show -
  mtlsca: error: standard input: is no certificate, request or CRL, neither as PEM nor as DER
  [3]
  $ mtlsca crl show alice.crt
  mtlsca: error: alice.crt: holds no CRL
  [3]
  $ mtlsca show
  mtlsca: error: show: SUBJECT is required
  mtlsca: hint: mtlsca show --help
  [2]

A live endpoint: what it presents.

  $ mtlsca issue localhost.example.com --profile server --out server >/dev/null
  $ mtlsca show 127.0.0.1:1 2>&1 | head -1
  mtlsca: error: 127.0.0.1:1: does not answer
