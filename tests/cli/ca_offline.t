  $ . "$TESTDIR/setup.sh"
  $ echo 'a long passphrase' >pass; export MTLSCA_CA_PASS=file:pass
  $ mtlsca init --name Acme --permit dns:example.com --issuer-url http://pki.example.com/ >/dev/null
  $ cp -a ca safe; rm ca/private/root.key
  $ names() { openssl crl2pkcs7 -nocrl -certfile "$1" | openssl pkcs7 -print_certs -noout | sed -n 's/^subject=.*CN = //p'; }
  $ number() { openssl crl -inform DER -in "$1" -noout -crlnumber; }

Without the root's key the way is told.

  $ mtlsca ca renew issuing
  mtlsca: error: ca/private/root.key: the key of root is not there
  mtlsca: hint: mtlsca ca request issuing --out FILE, mtlsca ca sign where the root's key is, mtlsca ca install takes the certificate
  [6]
  $ mtlsca ca rollover prepare
  mtlsca: error: ca/private/root.key: the key of root is not there
  mtlsca: hint: mtlsca ca request issuing-2 --out FILE makes a key and a request, mtlsca ca sign signs it where the root's key is, mtlsca ca install takes the certificate
  [6]
  $ mtlsca ca list | tail -2
  root         active    CN=Acme Root CA,O=Acme, signed by root, until 2035-12-30 00:00 UTC, its key is elsewhere
  issuing      active    CN=Acme Issuing CA,O=Acme, signed by root, until 2030-12-31 00:00 UTC

A renewal there and back.

  $ export NOW='2027-01-01 00:00:00'
  $ mtlsca ca request --out issuing.csr
  wrote issuing.csr
    for           issuing, CN=Acme Issuing CA,O=Acme
  next: mtlsca ca sign where the root's key is, then mtlsca ca install here
  $ openssl req -in issuing.csr -noout -verify -subject -text 2>&1 | grep -i 'verify ok\|CA:TRUE\|Certificate Sign'
  .*verify OK (re)
                      CA:TRUE
                      Certificate Sign, CRL Sign
  $ mtlsca --home safe ca sign issuing.csr --out issuing.crt --dry-run
  would sign issuing.csr
    for           issuing, a renewal
    subject       CN=Acme Issuing CA,O=Acme
    signed by     root
    valid until   2031-12-31 00:00 UTC
    permits       dns:example.com
  $ mtlsca --home safe ca sign issuing.csr --out issuing.crt | head -1; mtlsca --home safe audit show | tail -1 | grep -o 'ca-signed.*' | without_serials
  signed issuing.crt
  ca-signed  ca sign  SERIAL * issuing by root: CN=Acme Issuing CA,O=Acme (glob)
  $ mtlsca ca install issuing.crt --dry-run
  would install issuing, renewed
    subject       CN=Acme Issuing CA,O=Acme
    valid until   2031-12-31 00:00 UTC
  $ mtlsca ca install issuing.crt 2>&1 | grep 'installed\|error'
  installed issuing, renewed
  mtlsca: error: ca/private/root.key: the root's key is not there, and its CRL is due: its nextUpdate is 2026-06-30T00:00:00Z
  $ cmp issuing.crt ca/issuing.crt
  $ mtlsca ca install issuing.crt 2>&1 | head -1
  mtlsca: error: issuing: has this certificate already

The root's CRL, which is due.

  $ mtlsca ca root-crl request --out request.json
  wrote request.json; next: mtlsca ca root-crl sign where the root's key is, then install here
  $ without_serials <request.json
  {
    "format": "mtlsca root CRL request 1",
    "issuer": "root",
    "subject": "CN=Acme Root CA,O=Acme",
    "key_sha256": "SHA256",
    "number": 2,
    "next_update": "2027-06-30T00:00:00Z",
    "why": "its nextUpdate is 2026-06-30T00:00:00Z",
    "revoked": []
  }
  $ sed 's/"number": 2/"number": 1/; s/2027-06-30/2030-06-30/' request.json >bad.json
  $ mtlsca --home safe ca root-crl sign bad.json --out root.crl
  mtlsca: error: request of a CRL: is not signed
    error    crl of root: would have number 1, and 1 was made
    error    crl of root: would be good until 2030-06-30T00:00:00Z, which is longer than root_next_update in the settings here
  mtlsca: hint: mtlsca ca root-crl request makes a new one
  [3]
  $ echo '{"format": 1}' >bad.json; mtlsca --home safe ca root-crl sign bad.json --out root.crl
  mtlsca: error: bad.json: is no request of a root's CRL: "format" is not right
  mtlsca: hint: mtlsca ca root-crl request makes one
  [3]
  $ mtlsca --home safe ca root-crl sign request.json --out root.crl
  signed root.crl
    root          number 2, 0 entries, good until 2027-06-30 00:00 UTC
    why           its nextUpdate is 2026-06-30T00:00:00Z
  next: carry root.crl back, and mtlsca ca root-crl install it there
  $ mtlsca ca root-crl install root.crl --dry-run; mtlsca ca root-crl install root.crl --dry-run --json | jq -c .; number ca/crl/root.crl
  would install root.crl
    root          number 2, 0 entries, good until 2027-06-30 00:00 UTC
  {"dry_run":true,"issuer":"root","number":2,"this_update":"2026-12-31T23:55:00Z","next_update":"2027-06-30T00:00:00Z","entries":0}
  crlNumber=0x01
  $ mtlsca ca root-crl request --dry-run
  mtlsca: error: ca root-crl request: takes no --dry-run: mtlsca crl check says what is due
  [2]
  $ mtlsca ca root-crl install root.crl --on-change 'cp $MTLSCA_BUNDLE told'
  published the CRLs
    root          number 2, 0 entries, good until 2027-06-30 00:00 UTC
    issuing       number 2, 0 entries, good until 2027-01-08 00:00 UTC
    bundle        ca/crl/bundle.pem
    told          cp $MTLSCA_BUNDLE told
  $ number ca/crl/root.crl; cmp told ca/crl/bundle.pem; mtlsca crl check | head -1; mtlsca audit verify | head -1
  crlNumber=0x02
  ca/crl/bundle.pem: nginx accepts it
  the audit log is intact
  $ mtlsca ca root-crl install root.crl
  mtlsca: error: root.crl: is the CRL that is published
  [5]
  $ mtlsca ca root-crl install safe/crl/issuing.crl
  mtlsca: error: safe/crl/issuing.crl: is by no root of this CA: CN=Acme Issuing CA,O=Acme
  [3]

The root's OCSP responder is certified on the same way, once somebody has asked: its key stays here.

  $ openssl ocsp -issuer ca/root.crt -cert ca/issuing.crt -no_nonce -reqout request.der
  $ mtlsca ocsp respond --in request.der --out response.der 2>&1 | sed 's/, serial.*//'
  mtlsca: note: made OCSP responder of issuing
  mtlsca: error: request.der: is answered with tryLater: root: has no responder's certificate
  mtlsca: hint: run it once where the CA's key is, with --ca-pass if it has a passphrase
  $ mtlsca ca root-crl request --out request.json >/dev/null; mtlsca ca root-crl request --out again.json >/dev/null
  $ jq -r .ocsp_responder_key request.json again.json | uniq | base64 -d | openssl pkey -pubin -inform DER -noout -text | head -1
  Public-Key: (256 bit)
  $ mtlsca --home safe ca root-crl sign again.json --out root.pem >/dev/null; grep BEGIN root.pem
  -----BEGIN X509 CRL-----
  -----BEGIN CERTIFICATE-----
  $ openssl x509 -in <(sed '1,/END X509 CRL/d' root.pem) -noout -subject -enddate -ext extendedKeyUsage
  subject=CN = OCSP responder of root
  notAfter=Jun 30 00:00:00 2027 GMT
  X509v3 Extended Key Usage: 
      OCSP Signing
  $ (sed '/END X509 CRL/q' root.pem; cat ca/issuing.crt) > bad.pem; mtlsca ca root-crl install bad.pem
  mtlsca: error: OCSP responder of root: the certificate that came back is not one by root
  mtlsca: hint: mtlsca ca root-crl request begins anew
  [3]
  $ mtlsca ca root-crl install root.pem --dry-run | head -1
  would install root.pem
  $ mtlsca ca root-crl install root.pem >/dev/null; stat -c '%n %a' ca/ocsp/*
  ca/ocsp/issuing.pem 600
  ca/ocsp/root.pem 600
  $ mtlsca ocsp respond --in request.der --out response.der | tail -1
    until         2027-01-02 00:00 UTC
  $ openssl ocsp -respin response.der -issuer ca/root.crt -cert ca/issuing.crt -CAfile ca/root.crt -no_nonce 2>&1 | head -2
  Response verify OK
  ca/issuing.crt: good
  $ mtlsca list --json | jq -c '.[] | select(.profile == "ocsp-responder") | [.name, .status]'
  ["OCSP responder of issuing","valid"]
  ["OCSP responder of root","valid"]
  $ mtlsca audit verify | head -1
  the audit log is intact

A new issuing CA: its key is made here and never travels.

  $ mtlsca ca request issuing-3 --out new.csr
  mtlsca: error: issuing-3: is none of this CA's
  mtlsca: hint: the next issuing CA is called issuing-2
  [4]
  $ mtlsca ca request issuing-2 --key ec-p384 --out new.csr | head -2
  wrote new.csr
    for           issuing-2, CN=Acme Issuing CA 2,O=Acme
  $ head -1 ca/private/issuing-2.key; stat -c %a ca/private/issuing-2.key
  -----BEGIN ENCRYPTED PRIVATE KEY-----
  600
  $ mtlsca ca request issuing-2 --out again.csr >/dev/null; cmp <(openssl req -in new.csr -noout -pubkey) <(openssl req -in again.csr -noout -pubkey)
  $ mtlsca --home safe ca sign new.csr --out new.crt --days 99999
  mtlsca: error: ca sign: --days: 99999 is not a number of days from 1 to 36500
  mtlsca: hint: mtlsca ca sign --help
  [2]
  $ mtlsca --home safe ca sign new.csr --out new.crt --days 1000 | grep -v 'valid until'
  signed new.crt
    for           issuing-2, a new CA
    subject       CN=Acme Issuing CA 2,O=Acme
    signed by     root
    permits       dns:example.com
  next: carry new.crt back, and mtlsca ca install it there
  $ mtlsca ca install new.crt | grep 'installed\|next'
  installed issuing-2, prepared
  next: let every relying party read the trust file and the bundle, then mtlsca ca rollover activate
  $ names ca/chain.pem
  Acme Issuing CA 2
  Acme Issuing CA
  Acme Root CA
  $ mtlsca ca rollover activate >/dev/null; mtlsca issue alice >/dev/null; mtlsca verify --as-nginx alice.crt | head -1
  mtlsca: note: made OCSP responder of issuing-2, serial [0-9A-F]+, good until 2027-01-15 00:00 UTC (re)
  alice.crt: accepted

What is no CA of ours is not signed, and what was signed elsewhere not installed.

  $ openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout evil.key -out evil.csr -subj '/O=Other/CN=Evil' 2>/dev/null
  $ mtlsca --home safe ca sign evil.csr --out evil.crt
  mtlsca: error: evil.csr: is no request that this root signs
    error    extensions: do not ask for a CA: mtlsca sign is for everybody else
    error    subject: CN=Evil,O=Other differs from our CAs' in more than its CN
  mtlsca: hint: mtlsca ca request makes one
  [3]
  $ openssl req -new -x509 -key evil.key -subj '/O=Acme/CN=Acme Issuing CA 3' -out evil.crt
  $ mtlsca ca install evil.crt
  mtlsca: error: CN=Acme Issuing CA 3,O=Acme: cannot be installed
    error    key: is none of ours: neither a CA's here nor ca/private/issuing-3.key
    error    signature: is by no root of this CA
    error    basicConstraints: have another path length than those of issuing-2
    error    keyUsage: is not keyCertSign and cRLSign
    error    nameConstraints: differ from those of issuing-2
  mtlsca: hint: mtlsca ca request, and mtlsca ca sign where the root's key is
  [3]
  $ ls evil.crt >/dev/null; mtlsca ca list | wc -l
  3

The root itself is renewed where its key is, and its certificate installed here.

  $ mtlsca --home safe ca renew root --days 7300 >/dev/null 2>&1; cmp -s safe/root.crt ca/root.crt; echo "differs: $?"
  differs: 1
  $ mtlsca ca install safe/root.crt | head -1; cmp safe/root.crt ca/root.crt; mtlsca verify --as-nginx alice.crt | head -1
  installed root, renewed
  alice.crt: accepted
