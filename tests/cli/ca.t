  $ . "$TESTDIR/setup.sh"
  $ new_ca --crl-url http://pki.example.com/ --issuer-url http://pki.example.com/ --permit dns:example.com
  $ names() { openssl crl2pkcs7 -nocrl -certfile "$1" | openssl pkcs7 -print_certs -noout | sed -n 's/^subject=.*CN = //p'; }
  $ states() { mtlsca ca list --json | jq -r '.[] | "\(.name) \(.state) by \(.signer)\(.further_signers | map(" and " + .) | add // "")"'; }
  $ mtlsca issue alice >/dev/null

The CAs there are.

  $ mtlsca ca list
  root         active    CN=Acme Root CA,O=Acme, signed by root, until 2035-12-30 00:00 UTC
  issuing      active    CN=Acme Issuing CA,O=Acme, signed by root, until 2030-12-31 00:00 UTC

A renewal: same key, same subject, same constraints, other dates; files of the field keep working.

  $ spki() { openssl x509 -in "$1" -noout -pubkey; }
  $ cp ca/issuing.crt old.crt
  $ NOW='2029-01-01 00:00:00' mtlsca ca renew issuing --days 1000 --dry-run
  would change the CA
    certificate   issuing, CN=Acme Issuing CA,O=Acme, signed by root, until 2031-09-28 00:00 UTC
  $ cmp old.crt ca/issuing.crt
  $ export NOW='2026-01-02 00:00:00'
  $ mtlsca ca renew issuing
  changed the CA
    certificate   issuing, CN=Acme Issuing CA,O=Acme, signed by root, until 2031-01-01 00:00 UTC
  published the CRLs
    root          number 1, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 1, 0 entries, good until 2026-01-08 00:00 UTC
    bundle        ca/crl/bundle.pem
  next: let relying parties read the new certificate; the old one serves until it expires
  $ cmp -s old.crt ca/issuing.crt; echo "changed: $?"
  changed: 1
  $ [ "$(spki old.crt)" = "$(spki ca/issuing.crt)" ] && echo "same key"
  same key
  $ for ext in basicConstraints nameConstraints crlDistributionPoints authorityInfoAccess keyUsage subjectKeyIdentifier authorityKeyIdentifier; do
  >   diff <(openssl x509 -in old.crt -noout -ext $ext) <(openssl x509 -in ca/issuing.crt -noout -ext $ext); done
  $ openssl verify -attime 1767400000 -CAfile ca/root.crt -untrusted ca/issuing.crt alice.crt
  alice.crt: OK

An issuing CA ends with its root at the latest: what was asked for is refused, what is the default is shortened.

  $ NOW='2032-01-01 00:00:00' mtlsca ca renew issuing --days 3000
  mtlsca: warning: clock: nothing was recorded for 2190 days: no timer runs, or the clock is ahead
  mtlsca: error: --days: it would outlive root, which ends at 2035-12-30T00:00:00Z
  mtlsca: hint: fewer days, or first: mtlsca ca renew root
  [3]
  $ NOW='2032-01-01 00:00:00' mtlsca ca renew issuing --dry-run
  mtlsca: note: root: ends at 2035-12-30T00:00:00Z, and what it signs not later: that is less than before
  would change the CA
    certificate   issuing, CN=Acme Issuing CA,O=Acme, signed by root, until 2035-12-30 00:00 UTC
  $ mtlsca ca renew nobody
  mtlsca: error: nobody: is none of this CA's
  mtlsca: hint: mtlsca ca list shows them
  [4]

A new issuing CA: known before it signs.

  $ mtlsca ca rollover activate
  mtlsca: error: rollover: nothing is prepared
  mtlsca: hint: mtlsca ca rollover prepare issuing
  [4]
  $ mtlsca ca rollover prepare --subject 'CN=acme  issuing ca,O=Acme'
  mtlsca: error: CN=acme  issuing ca,O=Acme: is the subject of a CA of this folder, and relying parties confuse two keys of one name
  mtlsca: hint: choose another: --subject DN
  [5]
  $ mtlsca ca rollover prepare --dry-run --json | jq -c '.certificates, .states'
  [{"name":"issuing-2","signer":"root","subject":"CN=Acme Issuing CA 2,O=Acme","not_before":"2026-01-01T23:55:00Z","not_after":"2031-01-01T00:00:00Z"}]
  [{"name":"issuing-2","from":null,"to":"prepared"}]
  $ ls ca/private
  issuing.key
  root.key
  $ mtlsca ca rollover prepare --key rsa-2048
  changed the CA
    certificate   issuing-2, CN=Acme Issuing CA 2,O=Acme, signed by root, until 2031-01-01 00:00 UTC
    state         issuing-2: prepared
  published the CRLs
    root          number 1, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 1, 0 entries, good until 2026-01-08 00:00 UTC
    issuing-2     number 1, 0 entries, good until 2026-01-09 00:00 UTC
    bundle        ca/crl/bundle.pem
  next: let every relying party read the trust file and the bundle, then mtlsca ca rollover activate issuing
  $ stat -c '%a %n' ca/private/issuing-2.key ca/issuing-2.crt ca/crl/issuing-2.crl
  600 ca/private/issuing-2.key
  644 ca/issuing-2.crt
  644 ca/crl/issuing-2.crl
  $ names ca/chain.pem
  Acme Issuing CA 2
  Acme Issuing CA
  Acme Root CA
  $ grep -c BEGIN ca/crl/bundle.pem
  3
  $ openssl x509 -in ca/issuing-2.crt -noout -ext basicConstraints,nameConstraints,crlDistributionPoints,authorityInfoAccess | grep -v '^X509\|^Auth\|Full Name'
      CA:TRUE, pathlen:0
      Permitted:
        DNS:example.com
        URI:http://pki.example.com/root.crl
      CA Issuers - URI:http://pki.example.com/root.crt
  $ mtlsca ca rollover prepare
  mtlsca: error: issuing-2: is prepared already
  mtlsca: hint: mtlsca ca rollover activate issuing
  [5]
  $ mtlsca ca rollover retire
  mtlsca: error: issuing: nothing has taken over from it yet
  mtlsca: hint: mtlsca ca rollover activate issuing
  [3]

Active: it signs, and each certificate knows whose it is.

  $ mtlsca ca rollover activate >/dev/null
  $ mtlsca issue bob >/dev/null
  $ for name in alice bob; do openssl x509 -in $name.crt -noout -issuer -ext crlDistributionPoints | grep -o 'CN = .*\|URI.*'; done
  CN = Acme Issuing CA
  URI:http://pki.example.com/issuing.crl
  CN = Acme Issuing CA 2
  URI:http://pki.example.com/issuing-2.crl
  $ for name in alice bob; do mtlsca verify --as-nginx $name.crt | head -1; mtlsca verify $name.crt | head -1; done
  alice.crt: accepted
  alice.crt: accepted
  bob.crt: accepted
  bob.crt: accepted
  $ for name in alice bob; do mtlsca export $name --as pem | openssl crl2pkcs7 -nocrl -certfile /dev/stdin | openssl pkcs7 -print_certs -noout | sed -n 's/^subject=.*CN = //p' | xargs; done
  alice Acme Issuing CA
  bob Acme Issuing CA 2

What is revoked is in the CRL of who signed it, and only that one is made anew.

  $ mtlsca revoke alice --json 2>/dev/null | jq -c '[.crl.crls[] | [.issuer, .number, .entries]]'
  [["root",1,0],["issuing",2,1],["issuing-2",1,0]]
  $ mtlsca revoke bob --json 2>/dev/null | jq -c '[.crl.crls[] | [.issuer, .number, .entries]]'
  [["root",1,0],["issuing",2,1],["issuing-2",2,1]]

Undone, it stays prepared, and is kept for what it has signed.

  $ mtlsca ca rollover activate --undo | grep state
    state         issuing: retiring \xe2\x86\x92 active (esc)
    state         issuing-2: active \xe2\x86\x92 prepared (esc)
  $ mtlsca ca rollover prepare --undo
  mtlsca: error: issuing-2: has signed certificates that live until 2026-04-02T00:00:00Z
  mtlsca: hint: activate it again, or wait for that: without it they would be refused
  [3]
  $ mtlsca ca rollover activate >/dev/null; mtlsca ca rollover retire >/dev/null
  $ states
  root active by root
  issuing retired by root
  issuing-2 active by root
  $ mtlsca ca renew issuing
  mtlsca: error: issuing: is retired: it signs no more
  mtlsca: hint: renew the active one
  [3]
  $ mtlsca audit verify | head -1
  the audit log is intact

Retired, it signs CRLs until its last certificate has expired, and once more; then it is dropped.

  $ mtlsca crl --if-due | grep issuing
    issuing       number 2, 1 entry, good until 2026-01-09 00:00 UTC
    issuing-2     number 2, 1 entry, good until 2026-01-09 00:00 UTC
  $ NOW='2026-04-01 06:00:00' mtlsca crl --if-due | grep 'issuing \|dropped'
    issuing       number 3, 1 entry, good until 2026-04-08 06:00 UTC
  $ NOW='2026-04-01 12:00:00' mtlsca crl --if-due --json | jq -c '[.changed, .dropped, [.crls[].issuer]]'
  [true,["issuing"],["root","issuing-2"]]
  $ names ca/chain.pem
  Acme Issuing CA 2
  Acme Root CA
  $ grep -c BEGIN ca/crl/bundle.pem
  2
  $ NOW='2026-04-01 12:00:00' mtlsca crl check; NOW='2026-04-01 12:00:00' mtlsca crl --if-due | head -1
  ca/crl/bundle.pem: nginx accepts it
    good until    2026-04-08 06:00 UTC, 6 days left
  nothing was due
  $ ls ca/*.crt ca/private
  ca/issuing-2.crt
  ca/issuing.crt
  ca/root.crt
  
  ca/private:
  issuing-2.key
  issuing.key
  root.key

A prepared CA that has signed nothing is taken back; the next one has the next number.

  $ export NOW='2026-04-02 00:00:00'
  $ mtlsca ca rollover prepare >/dev/null; mtlsca ca rollover prepare --undo | grep state
    state         issuing-3: prepared \xe2\x86\x92 gone (esc)
  $ mtlsca ca rollover prepare | grep certificate
    certificate   issuing-4, CN=Acme Issuing CA 4,O=Acme, signed by root, until 2031-04-01 00:00 UTC
  $ mtlsca ca rollover prepare --undo >/dev/null

A new root, signed by the old one, too.

  $ mtlsca ca rollover prepare root | grep 'certificate\|state'
    certificate   root-2, CN=Acme Root CA 2,O=Acme, signed by root-2, until 2036-03-30 00:00 UTC
    certificate   root-2, CN=Acme Root CA 2,O=Acme, signed by root, until 2035-12-30 00:00 UTC
    state         root-2: prepared
  $ mtlsca ca rollover activate root | grep 'certificate\|state'
    certificate   issuing-2, CN=Acme Issuing CA 2,O=Acme, signed by root-2, until 2031-01-01 00:00 UTC
    state         root-2: prepared \xe2\x86\x92 active (esc)
    state         root: active \xe2\x86\x92 retiring (esc)
  $ states
  root retiring by root
  issuing gone by root
  issuing-2 active by root-2 and root
  issuing-3 gone by root
  issuing-4 gone by root
  root-2 active by root-2 and root
  $ names ca/chain.pem
  Acme Issuing CA 2
  Acme Root CA 2
  Acme Root CA
  $ names <(mtlsca issue carol >/dev/null; cat carol.crt)
  carol
  Acme Issuing CA 2
  Acme Root CA 2
  $ ls ca/*-by-*
  ca/issuing-2-by-root.crt
  ca/root-2-by-root.crt
  $ mtlsca ca rollover activate root --undo | grep 'certificate\|state'
    certificate   issuing-2, the one by root again
    state         root: retiring \xe2\x86\x92 active (esc)
    state         root-2: active \xe2\x86\x92 prepared (esc)
  $ cmp ca/issuing-2.crt <(mtlsca export carol --as pem | sed '1,/END/d')
  $ mtlsca ca rollover activate root >/dev/null; mtlsca ca rollover retire root >/dev/null
  $ names ca/chain.pem
  Acme Issuing CA 2
  Acme Root CA 2
  $ mtlsca crl check | head -1
  ca/crl/bundle.pem: nginx accepts it
  $ mtlsca ca rollover retire root --undo >/dev/null; names ca/chain.pem | tail -1; mtlsca ca rollover retire root >/dev/null
  Acme Root CA

One tier: the root issues, and is rolled over as an issuing CA is.

  $ mkdir solo; cd solo
  $ mtlsca init --name Solo --one-tier --no-passphrase >/dev/null
  $ mtlsca ca rollover prepare issuing
  mtlsca: error: issuing: this CA has one tier: its root issues
  mtlsca: hint: roll that over: mtlsca ca rollover prepare root
  [3]
  $ mtlsca issue alice >/dev/null
  $ mtlsca ca rollover prepare | grep certificate
    certificate   root-2, CN=Solo CA 2,O=Solo, signed by root-2, until 2036-03-30 00:00 UTC
  $ mtlsca ca rollover activate >/dev/null; mtlsca issue bob >/dev/null; mtlsca ca rollover retire >/dev/null
  $ mtlsca revoke alice >/dev/null 2>&1; for name in alice bob; do mtlsca verify --as-nginx $name.crt | head -1; done
  alice.crt: refused
  bob.crt: accepted
  $ mtlsca ca request
  mtlsca: error: ca request: this CA has one tier: its root signs itself
  mtlsca: hint: mtlsca ca renew root, mtlsca ca rollover prepare root
  [3]
