  $ . "$TESTDIR/setup.sh"

One command makes everything that nginx needs: trust file and bundle are there before anything was issued.

  $ export PASSPHRASE=correct-horse
  $ mtlsca init --name Acme --ca-pass env:PASSPHRASE
  made a CA in ca
    root          CN=Acme Root CA,O=Acme, until 2035-12-30 00:00 UTC
    issuing       CN=Acme Issuing CA,O=Acme, until 2030-12-31 00:00 UTC
    trust file    ca/chain.pem    for nginx: ssl_client_certificate
    CRL bundle    ca/crl/bundle.pem    for nginx: ssl_crl
    settings      ca/mtlsca.toml
  
  next: mtlsca issue server.example.com --profile server
        mtlsca issue alice --ou Client
  $ (cd ca && find . -printf '%m %y %P\n' | sort -k3)
  755 d 
  644 f audit.head
  644 f chain.pem
  755 d crl
  644 f crl/bundle.pem
  644 f crl/issuing.crl
  644 f crl/root.crl
  644 f issuing.crt
  600 f mtlsca.db
  644 f mtlsca.toml
  700 d private
  600 f private/issuing.key
  600 f private/root.key
  644 f root.crt
  $ openssl verify -x509_strict -crl_check_all -CAfile ca/root.crt -CRLfile ca/crl/bundle.pem ca/issuing.crt
  ca/issuing.crt: OK
  $ cat ca/issuing.crt ca/root.crt | cmp - ca/chain.pem
  $ grep -c 'BEGIN X509 CRL' ca/crl/bundle.pem
  2

The extensions are those that RFC 5280 wants of a CA, and no others.

  $ openssl x509 -in ca/root.crt -noout -subject -issuer -dates
  subject=O = Acme, CN = Acme Root CA
  issuer=O = Acme, CN = Acme Root CA
  notBefore=Dec 31 23:55:00 2025 GMT
  notAfter=Dec 30 00:00:00 2035 GMT
  $ openssl x509 -in ca/root.crt -noout -ext basicConstraints,keyUsage | sed 's/ *$//'
  X509v3 Basic Constraints: critical
      CA:TRUE
  X509v3 Key Usage: critical
      Certificate Sign, CRL Sign
  $ openssl x509 -in ca/issuing.crt -noout -subject -issuer -dates
  subject=O = Acme, CN = Acme Issuing CA
  issuer=O = Acme, CN = Acme Root CA
  notBefore=Dec 31 23:55:00 2025 GMT
  notAfter=Dec 31 00:00:00 2030 GMT
  $ openssl x509 -in ca/issuing.crt -noout -text | sed -n 's/^ *X509v3 //p'
  extensions:
  Basic Constraints: critical
  Key Usage: critical
  Subject Key Identifier: 
  Authority Key Identifier: 
  $ openssl x509 -in ca/issuing.crt -noout -ext basicConstraints,keyUsage | sed 's/ *$//'
  X509v3 Basic Constraints: critical
      CA:TRUE, pathlen:0
  X509v3 Key Usage: critical
      Certificate Sign, CRL Sign

The keys are encrypted PKCS#8 as the passphrase says, with at least 600,000 rounds of PBKDF2-HMAC-SHA256.

  $ openssl asn1parse -in ca/private/root.key | grep -E 'PBES2|PBKDF2|hmac|aes|INTEGER' | sed 's/.*prim: *//; s/ //g'
  OBJECT:PBES2
  OBJECT:PBKDF2
  INTEGER:0927C0
  OBJECT:hmacWithSHA256
  OBJECT:aes-256-cbc
  $ openssl pkey -in ca/private/issuing.key -passin env:PASSPHRASE -noout && echo opened
  opened
  $ openssl pkey -in ca/private/issuing.key -passin pass:wrong -noout 2>/dev/null
  [1]

A folder that holds a CA is left alone, whatever the options.

  $ cp -a ca before
  $ mtlsca init --name Other --no-passphrase
  mtlsca: error: ca: holds a CA already
  mtlsca: hint: choose another folder with --home
  [5]
  $ mtlsca init --name Other --no-passphrase --dry-run
  mtlsca: error: ca: holds a CA already
  mtlsca: hint: choose another folder with --home
  [5]
  $ diff -r ca before

A run that died at its very end left an empty folder, which who asks again removes.

  $ mkdir -m 700 ca/.init
  $ mtlsca init --name Acme --no-passphrase 2>&1 | head -1
  mtlsca: error: ca: holds a CA already
  $ diff -r ca before

Nor is a file overwritten that happens to be there.

  $ mkdir other && echo mine > other/root.crt
  $ mtlsca init --name Other --no-passphrase --home other
  mtlsca: error: other/root.crt: is in the way of a new CA
  mtlsca: hint: choose another folder with --home, or move it away
  [5]
  $ ls -A other && cat other/root.crt
  root.crt
  mine

--dry-run says what would be made, and makes nothing.

  $ mtlsca init --name Acme --home planned --dry-run
  would make a CA in planned
    root          CN=Acme Root CA,O=Acme, until 2035-12-30 00:00 UTC
    issuing       CN=Acme Issuing CA,O=Acme, until 2030-12-31 00:00 UTC
    trust file    planned/chain.pem    for nginx: ssl_client_certificate
    CRL bundle    planned/crl/bundle.pem    for nginx: ssl_crl
    settings      planned/mtlsca.toml
  $ ls planned
  ls: cannot access 'planned': No such file or directory
  [2]

A small shop needs one tier only. The subject is the shop's, the key of any type, the CA constrained.

  $ mtlsca init --name Tiny --home tiny --one-tier --no-passphrase --subject 'CN=Tiny CA,O=Tiny,C=DE' --key rsa-2048 \
  >   --root-days 100 --permit dns:example.com --permit ip:10.0.0.0/8 --permit email:example.com --exclude uri:evil.example
  made a CA in tiny
    root          CN=Tiny CA,O=Tiny,C=DE, until 2026-04-11 00:00 UTC
    trust file    tiny/chain.pem    for nginx: ssl_client_certificate
    CRL bundle    tiny/crl/bundle.pem    for nginx: ssl_crl
    settings      tiny/mtlsca.toml
  
  next: mtlsca --home tiny issue server.example.com --profile server
        mtlsca --home tiny issue alice --ou Client
  $ ls tiny tiny/crl tiny/private
  tiny:
  audit.head
  chain.pem
  crl
  mtlsca.db
  mtlsca.toml
  private
  root.crt
  
  tiny/crl:
  bundle.pem
  root.crl
  
  tiny/private:
  root.key
  $ openssl x509 -in tiny/root.crt -noout -subject -nameopt RFC2253 -enddate -ext nameConstraints,basicConstraints | sed 's/ *$//'
  subject=CN=Tiny CA,O=Tiny,C=DE
  notAfter=Apr 11 00:00:00 2026 GMT
  X509v3 Basic Constraints: critical
      CA:TRUE, pathlen:0
  X509v3 Name Constraints: critical
      Permitted:
        DNS:example.com
        IP:10.0.0.0/255.0.0.0
        email:example.com
      Excluded:
        URI:evil.example
  $ openssl x509 -in tiny/root.crt -noout -text | grep Public-Key
                  Public-Key: (2048 bit)
  $ cmp tiny/root.crt tiny/chain.pem
  $ mtlsca --home tiny issue www.example.com --profile server --out out | grep certificate
    certificate   out/www.example.com.crt
  $ openssl verify -x509_strict -crl_check_all -CAfile tiny/chain.pem -CRLfile tiny/crl/bundle.pem out/www.example.com.crt
  out/www.example.com.crt: OK

Every type of key, for CAs and for what they sign.

  $ for type in ec-p256 ec-p384 ec-p521 rsa-2048 rsa-3072 rsa-4096 ed25519; do
  >   mtlsca init --name Acme --home "$type" --no-passphrase --key "$type" >/dev/null &&
  >   mtlsca --home "$type" issue alice --key "$type" --out "$type/out" >/dev/null &&
  >   openssl verify -x509_strict -crl_check_all -CAfile "$type/chain.pem" -CRLfile "$type/crl/bundle.pem" "$type/out/alice.crt"
  > done
  ec-p256/out/alice.crt: OK
  ec-p384/out/alice.crt: OK
  ec-p521/out/alice.crt: OK
  rsa-2048/out/alice.crt: OK
  rsa-3072/out/alice.crt: OK
  rsa-4096/out/alice.crt: OK
  ed25519/out/alice.crt: OK

Each certificate names the CRL and the certificate of its own issuer.

  $ mtlsca init --name Acme --home urls --no-passphrase --crl-url http://pki.example/crl/ --issuer-url http://pki.example/ca \
  >   --ocsp-url http://ocsp.example >/dev/null
  $ mtlsca --home urls issue alice --out out >/dev/null
  $ for file in urls/root.crt urls/issuing.crt out/alice.crt; do
  >   echo "$file:"; openssl x509 -in "$file" -noout -text | grep -oE '(OCSP - |CA Issuers - )?URI:.*'
  > done
  urls/root.crt:
  urls/issuing.crt:
  URI:http://pki.example/crl/root.crl
  OCSP - URI:http://ocsp.example
  CA Issuers - URI:http://pki.example/ca/root.crt
  out/alice.crt:
  URI:http://pki.example/crl/issuing.crl
  OCSP - URI:http://ocsp.example
  CA Issuers - URI:http://pki.example/ca/issuing.crt

Several mistakes are told at once.

  $ mtlsca init --name "$(printf %065d 0)" --home bad --no-passphrase --root-days 10 --issuing-days 20
  mtlsca: error: 00000000000000000000000000000000000000000000000000000000000000000: cannot be made into a CA
    error    --name: has 65 characters, at most 64 are allowed
    error    --issuing-days: the issuing CA would outlive the root
  [3]
  $ mtlsca init --name Acme --home bad --no-passphrase --key rsa-1024
  mtlsca: error: init: --key: rsa-1024 is not a key type: ec-p256, ec-p384, ec-p521, rsa-2048, rsa-3072, rsa-4096, ed25519
  mtlsca: hint: mtlsca init --help
  [2]
  $ mtlsca init --name Acme --home bad --no-passphrase --root-days 0
  mtlsca: error: init: --root-days: 0 is not a number of days from 1 to 36500
  mtlsca: hint: mtlsca init --help
  [2]
  $ mtlsca init --name Acme --home bad --no-passphrase --permit example.com
  mtlsca: error: example.com: has no type
  mtlsca: hint: write dns:example.com, ip:10.0.0.0/8, email:example.com or uri:example.com
  [2]
  $ mtlsca init --name Acme --home bad --no-passphrase --subject 'CN=a,CN'
  mtlsca: error: CN=a,CN: TYPE=VALUE should stand here (character 6)
  mtlsca: hint: write it as "CN=name,O=organization,C=DE", with a backslash before , + " \ < > ;
  [2]
  $ mtlsca init --name Acme --home bad --no-passphrase --crl-url 'ftp://x y' 2>&1 | grep -e --crl-url
  *--crl-url: holds spaces, quotes or characters that are no part of a URL (glob)
  $ mtlsca init --name Acme --home bad --no-passphrase --crl-url 'ftp://x y' --dry-run 2>&1 | grep -e --crl-url
  *--crl-url: holds spaces, quotes or characters that are no part of a URL (glob)
  $ mtlsca init --home bad --no-passphrase
  mtlsca: error: init: --name is required
  mtlsca: hint: mtlsca init --help
  [2]
  $ mtlsca init --name Acme --home bad --no-passphrase extra
  mtlsca: error: init: the following argument was not expected: extra
  mtlsca: hint: mtlsca init --help
  [2]
  $ ls bad
  ls: cannot access 'bad': No such file or directory
  [2]

Modes do not depend on the umask.

  $ (umask 000; mtlsca init --name Acme --home open --no-passphrase >/dev/null; mtlsca --home open issue alice --out open/out >/dev/null)
  $ (umask 077; mtlsca init --name Acme --home closed --no-passphrase >/dev/null; mtlsca --home closed issue alice --out closed/out >/dev/null)
  $ for folder in open closed; do find $folder -printf '%m %y %P\n' | sort -k3 > $folder.modes; done
  $ diff open.modes closed.modes
  $ grep -E 'private|out|db|crl' open.modes
  755 d crl
  644 f crl/bundle.pem
  644 f crl/issuing.crl
  644 f crl/root.crl
  600 f mtlsca.db
  700 d out
  644 f out/alice.crt
  600 f out/alice.key
  700 d private
  600 f private/issuing.key
  600 f private/root.key

As JSON.

  $ mtlsca init --name Acme --home json --no-passphrase --json
  {
    "home": "json",
    "dry_run": false,
    "cas": [
      {
        "name": "root",
        "subject": "CN=Acme Root CA,O=Acme",
        "not_before": "2025-12-31T23:55:00Z",
        "not_after": "2035-12-30T00:00:00Z",
        "certificate_file": "json/root.crt",
        "key_file": "json/private/root.key"
      },
      {
        "name": "issuing",
        "subject": "CN=Acme Issuing CA,O=Acme",
        "not_before": "2025-12-31T23:55:00Z",
        "not_after": "2030-12-31T00:00:00Z",
        "certificate_file": "json/issuing.crt",
        "key_file": "json/private/issuing.key"
      }
    ],
    "chain_file": "json/chain.pem",
    "bundle_file": "json/crl/bundle.pem"
  }

What it says to do next can be copied into a shell, whatever the folder is called.

  $ mtlsca init --name Acme --home "it's here" --no-passphrase | sed -n 's/^next: //p' > next
  $ sed -i 's/$/ --out next.out/' next; . ./next | head -1
  issued server.example.com (server)
