  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ for name in alice bob carol; do mtlsca issue $name >/dev/null; done
  $ mtlsca issue www.example.com --profile server >/dev/null

Chain, dates and revocation.

  $ mtlsca verify alice.crt | without_serials
  alice.crt: accepted
    subject       CN=alice
    serial        SERIAL
    valid until   2026-04-01 00:00 UTC
  $ openssl x509 -in alice.crt -outform DER | mtlsca verify - | head -1
  standard input: accepted
  $ mtlsca verify ca/issuing.crt | head -1
  ca/issuing.crt: accepted
  $ mtlsca verify alice.crt --at 2025-12-31T23:55:00Z | head -1
  alice.crt: accepted
  $ mtlsca verify alice.crt --at 2025-12-31T23:54:59Z | without_serials
  alice.crt: refused
    subject       CN=alice
    serial        SERIAL
    valid until   2026-04-01 00:00 UTC
    error         CN=Acme Root CA,O=Acme: certificate is not yet valid
    error         CN=Acme Issuing CA,O=Acme: certificate is not yet valid
    error         CN=alice: certificate is not yet valid
  $ mtlsca verify alice.crt --at 2026-04-01T00:00:00Z | head -1
  alice.crt: refused
  $ NOW='2026-04-01 00:00:01' mtlsca verify alice.crt | without_serials
  alice.crt: refused
    subject       CN=alice
    serial        SERIAL
    valid until   2026-04-01 00:00 UTC
    error         CN=alice: certificate has expired
  $ mtlsca verify alice.crt --at soon
  mtlsca: error: verify: --at: soon is not a time: 2026-11-21T09:30:00Z
  mtlsca: hint: mtlsca verify --help
  [2]

The inventory knows of a revocation before the CRL does; nginx knows the CRL only.

  $ mtlsca revoke bob --reason keyCompromise --no-crl >/dev/null 2>&1
  $ mtlsca verify bob.crt | without_serials
  bob.crt: refused
    subject       CN=bob
    serial        SERIAL
    valid until   2026-04-01 00:00 UTC
    error         CN=bob: was revoked at 2026-01-01T00:00:00Z (keyCompromise)
  $ mtlsca verify bob.crt --as-nginx | head -1
  bob.crt: accepted
  $ mtlsca crl >/dev/null
  $ mtlsca verify bob.crt --as-nginx | without_serials
  bob.crt: refused
    subject       CN=bob
    serial        SERIAL
    valid until   2026-04-01 00:00 UTC
    error         CN=bob: certificate revoked
  $ mtlsca hold carol >/dev/null 2>&1
  $ mtlsca verify carol.crt | grep error
    error         CN=carol: is on hold since 2026-01-01T00:00:00Z (certificateHold)
  $ mtlsca verify carol.crt --as-nginx | grep error
    error         CN=carol: certificate revoked

As nginx: purposes, and the CRL's own dates.

  $ mtlsca verify alice.crt --as-nginx | head -1
  alice.crt: accepted
  $ mtlsca verify www.example.com.crt | head -1
  www.example.com.crt: accepted
  $ mtlsca verify www.example.com.crt --as-nginx | grep -v serial
  www.example.com.crt: refused
    subject       CN=www.example.com
    valid until   2026-04-01 00:00 UTC
    error         CN=www.example.com: unsuitable certificate purpose
  $ mtlsca verify alice.crt --as-nginx --at 2026-01-07T23:59:59Z | head -1
  alice.crt: accepted
  $ mtlsca verify alice.crt --as-nginx --at 2026-01-08T00:00:01Z | grep error
    error         CN=alice: CRL has expired
  $ mtlsca verify alice.crt --at 2026-01-08T00:00:01Z | head -1
  alice.crt: accepted
  $ mtlsca verify ca/issuing.crt --as-nginx | grep -v serial
  ca/issuing.crt: refused
    subject       CN=Acme Issuing CA,O=Acme
    valid until   2030-12-31 00:00 UTC
    error         CN=Acme Issuing CA,O=Acme: unsuitable certificate purpose

Certificates of others: another CA's, one of the same names, one that this CA's key signed behind its back.

  $ new_ca --home other; mtlsca --home other issue alice --out other/out >/dev/null
  $ mtlsca verify other/out/alice.crt | without_serials
  other/out/alice.crt: refused
    subject       CN=alice
    serial        SERIAL
    valid until   2026-04-01 00:00 UTC
    error         CN=Acme Issuing CA,O=Acme: unable to get local issuer certificate
    error         CN=alice: is not in the inventory of this CA
  $ mtlsca verify other/out/alice.crt --as-nginx | grep error
    error         CN=Acme Issuing CA,O=Acme: unable to get local issuer certificate
    error         CN=alice: unable to get certificate CRL
    error         CN=Acme Issuing CA,O=Acme: unable to get certificate CRL
  $ openssl req -new -key alice.key -subj /OU=Admin/CN=alice -out alice.csr
  $ openssl x509 -req -in alice.csr -CA ca/issuing.crt -CAkey ca/private/issuing.key -days 10 -out behind.crt 2>/dev/null
  $ mtlsca verify behind.crt | grep error
    error         CN=alice,OU=Admin: is not in the inventory of this CA
  $ openssl x509 -in alice.crt -outform DER | perl -pe 'BEGIN { $/ = undef } substr($_, -1) ^= "\x01"' > forged.der
  $ mtlsca verify forged.der | grep error
    error         CN=alice: certificate signature failure
    error         CN=alice: is not in the inventory of this CA

What is no certificate.

  $ mtlsca verify alice.csr
  mtlsca: error: alice.csr: holds no certificate
  [3]
  $ mtlsca verify nosuch.crt
  mtlsca: error: nosuch.crt: there is no such file
  mtlsca: hint: check the path
  [4]
  $ mtlsca verify ca
  mtlsca: error: ca: is a folder, not a file
  mtlsca: hint: give a file
  [3]

As JSON.

  $ mtlsca verify alice.crt --json | without_serials
  {
    "file": "alice.crt",
    "accepted": true,
    "at": "2026-01-01T00:00:00Z",
    "serial": "SERIAL",
    "status": "valid",
    "findings": []
  }
  $ mtlsca verify bob.crt --json --as-nginx | jq -c '[.accepted, .status, [.findings[].rule]]'
  [false,"revoked",["verify-23"]]
