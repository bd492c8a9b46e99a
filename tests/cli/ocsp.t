  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ for name in alice mallory; do mtlsca issue $name >/dev/null; done
  $ mtlsca revoke mallory --reason keyCompromise --invalidity-date 2025-12-24 >/dev/null 2>&1

OpenSSL asks, and believes the answer. The responders of both CAs are made by the first one who answers.

  $ ask() { openssl ocsp -issuer ca/issuing.crt "$@" -reqout request.der; }
  $ believe() { openssl ocsp -respin response.der -issuer ca/issuing.crt -CAfile ca/chain.pem "$@" 2>&1; }
  $ ask -cert alice.crt -no_nonce
  $ mtlsca ocsp respond --in request.der --out response.der 2>&1 | without_serials
  mtlsca: note: made OCSP responder of root, serial SERIAL, good until 2026-06-30 00:00 UTC
  mtlsca: note: made OCSP responder of issuing, serial SERIAL, good until 2026-01-15 00:00 UTC
  SERIAL good
    until         2026-01-02 00:00 UTC
  $ believe -cert alice.crt -no_nonce
  Response verify OK
  alice.crt: good
  \tThis Update: Dec 31 23:55:00 2025 GMT (esc)
  \tNext Update: Jan  2 00:00:00 2026 GMT (esc)
  $ ask -cert mallory.crt
  $ mtlsca ocsp respond --in request.der --out response.der | without_serials
  SERIAL revoked
    until         2026-01-02 00:00 UTC
  $ believe -reqin request.der -no_nonce -cert mallory.crt
  Response verify OK
  mallory.crt: revoked
  \tThis Update: Jan  1 00:00:00 2026 GMT (esc)
  \tNext Update: Jan  2 00:00:00 2026 GMT (esc)
  \tReason: keyCompromise (esc)
  \tRevocation Time: Jan  1 00:00:00 2026 GMT (esc)

By other hashes, from one stream to the other, and as JSON.

  $ for hash in sha256 sha384 sha512; do ask -$hash -cert alice.crt; mtlsca ocsp respond --in - < request.der > response.der; believe -reqin request.der -no_nonce -$hash -cert alice.crt | head -2; done
  Response verify OK
  alice.crt: good
  Response verify OK
  alice.crt: good
  Response verify OK
  alice.crt: good
  $ ask -cert alice.crt -serial 0x42
  $ mtlsca ocsp respond --in request.der --json | without_serials
  {
    "produced_at": "2026-01-01T00:00:00Z",
    "this_update": "2025-12-31T23:55:00Z",
    "next_update": "2026-01-02T00:00:00Z",
    "certificates": [
      {
        "serial": "SERIAL",
        "status": "good"
      },
      {
        "serial": "42",
        "status": "unknown"
      }
    ],
    "file": null
  }

The root's responder speaks for the issuing CA.

  $ openssl ocsp -issuer ca/root.crt -cert ca/issuing.crt -reqout request.der -no_nonce
  $ mtlsca ocsp respond --in request.der --out response.der | without_serials
  SERIAL good
    until         2026-01-02 00:00 UTC
  $ openssl ocsp -respin response.der -issuer ca/root.crt -cert ca/issuing.crt -CAfile ca/root.crt -no_nonce 2>&1 | head -2
  Response verify OK
  ca/issuing.crt: good

After a renewal and a rollover the certificates before are in chains still: good.

  $ cp -a ca renewed; answer_about() { openssl ocsp -issuer "$1" -cert "$2" -reqout request.der -no_nonce; mtlsca --home renewed ocsp respond --in request.der --out response.der 2>/dev/null | without_serials | head -1; }
  $ mtlsca --home renewed ca renew issuing >/dev/null 2>&1; mtlsca --home renewed ca renew root >/dev/null 2>&1
  $ for issuer in ca renewed; do for ca in ca renewed; do answer_about $issuer/root.crt $ca/issuing.crt; done; done
  SERIAL good
  SERIAL good
  SERIAL good
  SERIAL good
  $ answer_about renewed/root.crt ca/root.crt
  SERIAL good
  $ for step in prepare activate; do mtlsca --home renewed ca rollover $step root >/dev/null 2>&1; done
  $ cp renewed/issuing.crt before.crt; mtlsca --home renewed ca renew issuing >/dev/null 2>&1
  $ for issuing in before.crt renewed/issuing.crt; do answer_about renewed/root-2.crt $issuing; done
  SERIAL good
  SERIAL good
  $ answer_about renewed/root.crt ca/issuing.crt
  SERIAL good
  $ mtlsca --home renewed ocsp presign --out renewed/answers 2>/dev/null | head -1
  made 11 answers in renewed/answers, kept 0

What is no request, and who is not ours: the client hears of it, too.

  $ echo no request > request.der
  $ mtlsca ocsp respond --in request.der --out response.der
  mtlsca: error: request.der: is answered with malformedRequest: OCSP request: malformed DER: the tag 0x30 should stand where 0x6e stands
  [3]
  $ openssl ocsp -respin response.der -noverify
  Responder Error: malformedrequest (1)
  [1]
  $ mtlsca --home other init --name Other --no-passphrase >/dev/null
  $ openssl ocsp -issuer other/issuing.crt -cert other/issuing.crt -reqout request.der
  $ mtlsca ocsp respond --in request.der --out response.der
  mtlsca: error: request.der: is answered with unauthorized: asks about certificates of another CA, or of several
  mtlsca: hint: mtlsca ca list shows the CAs whose certificates are answered for
  [3]
  $ openssl ocsp -respin response.der -noverify
  Responder Error: unauthorized (6)
  [1]
  $ mtlsca ocsp respond --in nobody.der --out response.der
  mtlsca: error: nobody.der: there is no such file
  mtlsca: hint: check the path
  [4]

`crl --if-due` renews the responders of a CA that answers, and of no other.

  $ NOW='2026-01-07 00:00:00' mtlsca crl --if-due >/dev/null
  $ NOW='2026-01-08 00:00:00' mtlsca crl --if-due 2>&1 | grep responder | without_serials
  mtlsca: note: made OCSP responder of issuing, serial SERIAL, good until 2026-01-22 00:00 UTC
  $ NOW='2026-01-08 00:00:00' mtlsca crl --if-due 2>&1 | grep responder
  [1]
  $ NOW='2026-01-08 00:00:00' mtlsca --home other crl --if-due 2>&1 | grep responder
  [1]
  $ mtlsca audit verify | head -1
  the audit log is intact

A responder's certificate is no certificate that somebody has to look after.

  $ NOW='2026-01-08 00:00:00' mtlsca list --expiring 30d
  mtlsca: note: no certificates
  $ NOW='2026-01-08 00:00:00' mtlsca list --expiring 30d --profile ocsp-responder --json | jq -r '.[].name'
  OCSP responder of issuing
  OCSP responder of issuing
  $ NOW='2026-01-08 00:00:00' mtlsca renew --due
  nothing was due
  $ NOW='2026-01-08 00:00:00' mtlsca status | head -1; mtlsca db check >/dev/null
  Acme: all is well

A responder whose CA's key is elsewhere answers until its certificate ends, and then no more.

  $ mv ca/private private
  $ ask -cert alice.crt
  $ NOW='2026-01-21 23:59:59' mtlsca ocsp respond --in request.der --out response.der | without_serials
  SERIAL good
    until         2026-01-22 00:00 UTC
  $ NOW='2026-01-22 00:00:00' mtlsca ocsp respond --in request.der --out response.der
  mtlsca: error: request.der: is answered with tryLater: issuing: the responder's certificate has expired
  mtlsca: hint: run it once where the CA's key is, with --ca-pass if it has a passphrase
  [1]
  $ mv private ca/private
  $ export NOW='2026-01-23 00:00:00'

Settings: a nonce is not repeated, and who was never issued is on hold since 1970. OpenSSL calls the extended revoke of
RFC 6960 (id-pkix-ocsp 9) "valid".

  $ sed -i 's/^unknown = .*/unknown = "revoked"/; s/^nonce = .*/nonce = "ignore"/' ca/mtlsca.toml
  $ ask -serial 0x42
  $ mtlsca ocsp respond --in request.der --out response.der 2>/dev/null
  42 revoked
    until         2026-01-24 00:00 UTC
  $ openssl ocsp -respin response.der -noverify -resp_text | sed '/Signature Algorithm/q' | grep -E 'Cert Status|Revocation|Nonce|valid'
      Cert Status: revoked
      Revocation Time: Jan  1 00:00:00 1970 GMT
      Revocation Reason: certificateHold (0x6)
          valid: 
  $ sed -i 's/^unknown = .*/unknown = "perhaps"/; s/^overlap = "12h"/overlap = "24h"/' ca/mtlsca.toml
  $ mtlsca ocsp respond --in request.der --out response.der
  mtlsca: error: ca/mtlsca.toml: its settings are wrong
    error    ocsp.unknown: 'perhaps' is unknown; there are unknown and revoked
    error    ocsp.overlap: must be shorter than ocsp.next_update (1d), or each answer is due at once
  mtlsca: hint: see mtlsca.toml(5)
  [3]

Answers for all, as files: those of the CAs too. Only what is due is signed again.

  $ sed -i 's/^unknown = .*/unknown = "unknown"/; s/^overlap = "24h"/overlap = "12h"/; s/^nonce = .*/nonce = "echo"/' ca/mtlsca.toml
  $ mtlsca ocsp presign --out answers
  made 5 answers in answers, kept 0
    until         2026-01-24 00:00 UTC
  $ path_of() { openssl ocsp -issuer ca/issuing.crt -cert $1.crt -no_nonce -reqout request.der; echo "answers/$(base64 -w0 request.der).der"; }
  $ for name in alice mallory; do cp "$(path_of $name)" response.der; believe -cert $name.crt -no_nonce | head -2; done
  Response verify OK
  alice.crt: good
  Response verify OK
  mallory.crt: revoked
  $ mtlsca ocsp presign --out answers
  made 0 answers in answers, kept 5
    until         2026-01-24 00:00 UTC
  $ mtlsca hold alice >/dev/null 2>&1; echo damaged > "$(path_of mallory)"
  $ mtlsca ocsp presign --out answers --json
  {
    "made": 2,
    "kept": 3,
    "next_update": "2026-01-24T00:00:00Z",
    "folder": "answers"
  }
  $ cp "$(path_of alice)" response.der; believe -cert alice.crt -no_nonce | grep -e alice -e Reason
  alice.crt: revoked
  \tReason: certificateHold (esc)
  $ NOW='2026-01-23 11:59:59' mtlsca ocsp presign --out answers | head -1
  made 0 answers in answers, kept 5
  $ NOW='2026-01-23 12:00:00' mtlsca ocsp presign --out answers | head -1
  made 5 answers in answers, kept 0
  $ mtlsca ocsp presign --out answers --all | head -1
  made 5 answers in answers, kept 0
  $ mtlsca ocsp presign --out staples --names serial --hash sha256 | head -1
  made 5 answers in staples, kept 0
  $ cp staples/$(serial_of mallory).der response.der; openssl ocsp -issuer ca/issuing.crt -sha256 -cert mallory.crt -no_nonce -respin response.der -CAfile ca/chain.pem 2>&1 | head -2
  Response verify OK
  mallory.crt: revoked
  $ find answers staples -type f ! -name '*.der' -o -type f ! -perm 644
  answers/until.sha1
  staples/until.sha256
  $ cat answers/until.sha1
  2026-01-24T00:00:00Z

As rows, for whoever answers without the responders' keys: until the certificate changes, then not before the next run.

  $ mtlsca ocsp presign --rows
  made 5 answers in the database, kept 0
    until         2026-01-24 00:00 UTC
  $ mtlsca ocsp presign --rows --json
  {
    "made": 0,
    "kept": 5,
    "next_update": "2026-01-24T00:00:00Z",
    "folder": null
  }
  $ mtlsca db check
  database, files and CRLs agree
    read          6 certificates
  $ mv ca/private ca/ocsp .
  $ by_row() { ask -cert $1.crt; mtlsca ocsp respond --in request.der --out response.der 2>&1 | without_serials; }
  $ by_row alice
  SERIAL revoked
    until         2026-01-24 00:00 UTC
  $ believe -cert alice.crt -no_nonce | grep -e OK -e Reason
  Response verify OK
  \tReason: certificateHold (esc)
  $ mtlsca unhold alice --no-crl >/dev/null 2>&1; by_row alice
  mtlsca: error: request.der: is answered with tryLater: issuing: has no responder's certificate, and the presigned answer about SERIAL says what was true before; mtlsca ocsp presign --rows makes it anew
  mtlsca: hint: run it once where the CA's key is, with --ca-pass if it has a passphrase
  $ mtlsca ocsp presign --rows 2>&1 | without_serials
  mtlsca: error: serial SERIAL: cannot be answered for: issuing: has no responder's certificate, and the presigned answer about SERIAL says what was true before; mtlsca ocsp presign --rows makes it anew
  mtlsca: hint: run it once where the CA's key is, with --ca-pass if it has a passphrase
  $ mv private ocsp ca
  $ mtlsca ocsp presign --rows | head -1
  made 1 answer in the database, kept 4
  $ mv ca/private ca/ocsp .; by_row alice | head -1
  SERIAL good
  $ NOW='2026-01-23 18:00:00' mtlsca status 2>&1 | grep presigned
  [1]
  $ NOW='2026-01-23 18:00:01' mtlsca status 2>&1 | grep 'presigned.*of root'
    warning   presigned ocsp answers of root: the first of them ends in 5 hours, and new ones are overdue; next: mtlsca ocsp presign --rows makes new ones, where the responders' keys are
  $ NOW='2026-01-24 00:00:00' mtlsca status 2>&1 | grep presigned | sort
    CRITICAL  presigned ocsp answers of issuing: the first of them ended 0 minutes ago: they are tryLater; next: mtlsca ocsp presign --rows makes new ones, where the responders' keys are
    CRITICAL  presigned ocsp answers of root: the first of them ended 0 minutes ago: they are tryLater; next: mtlsca ocsp presign --rows makes new ones, where the responders' keys are
  $ mv private ocsp ca
  $ mtlsca ocsp presign
  mtlsca: error: ocsp presign: wants either --out DIR or --rows
  [2]
  $ mtlsca ocsp presign --rows --names serial
  mtlsca: error: --names: is about --out
  [2]
  $ sqlite3 ca/mtlsca.db 'UPDATE presigned_answer SET response = zeroblob(100) WHERE id = 1'
  $ mtlsca db check 2>&1 | grep presigned | without_serials
    error         presigned answer about SERIAL: malformed DER: the tag 0x30 should stand where 0x00 stands; mtlsca ocsp presign --rows --all makes it anew

A database of an older version has no rows, and takes some once it was upgraded.

  $ sh "$TESTDIR/../older_schema.sh" ca 5; mtlsca db upgrade >/dev/null 2>&1; mtlsca ocsp presign --rows | head -1
  made 5 answers in the database, kept 0

Expired certificates are not answered for.

  $ NOW='2027-01-01 00:00:00' mtlsca ocsp presign --out later 2>&1 | grep made.*answers
  made 3 answers in later, kept 0

What serves is loaded when it is needed, and told where it is not there, or is another library.

  $ mkdir libraries; echo text >libraries/libmicrohttpd.so.12
  $ (export LD_LIBRARY_PATH=$PWD/libraries; mtlsca ocsp serve --listen 127.0.0.1:0)
  mtlsca: error: libmicrohttpd.so.12: cannot be loaded, and nothing is served without it
  mtlsca: hint: install it: apt install libmicrohttpd12
  [1]
  $ ln -sf "$(ldd /bin/sh | sed -n 's/.* => \(.*libc\.so\.6\) .*/\1/p')" libraries/libmicrohttpd.so.12
  $ (export LD_LIBRARY_PATH=$PWD/libraries; mtlsca ocsp serve --listen 127.0.0.1:0)
  mtlsca: error: libmicrohttpd.so.12: has no MHD_start_daemon
  mtlsca: hint: install libmicrohttpd 0.9.75
  [1]
