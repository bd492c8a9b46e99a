  $ . "$TESTDIR/setup.sh"
  $ new_ca --permit dns:example.com
  $ openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key
  $ csr() { openssl req -new -utf8 -key key -out csr "$@" 2>/dev/null; }
  $ told() { grep -vE 'hint: --dry-run|: refused by policy$|running nginx reads it'; }
  $ sign() { mtlsca sign csr "$@" 2>&1 >signed | told; return "${PIPESTATUS[0]}"; }

Outside the CA's own name constraints nothing is signed that relying parties would refuse, or that OpenSSL would not look at.

  $ csr -subj /CN=a -addext subjectAltName=DNS:a.example.com,DNS:example.com.evil.org,DNS:evilexample.com; sign
    error    san dns:example.com.evil.org: is outside of what the CA may certify: dns:example.com
    error    san dns:evilexample.com: is outside of what the CA may certify: dns:example.com
  [3]
  $ csr -subj /CN=www.evil.org; sign
    error    subject CN=www.evil.org: is outside of what the CA may certify: dns:example.com
  [3]
  $ csr -subj /CN=www.evil.org -addext subjectAltName=email:a@example.com; sign
    error    subject CN=www.evil.org: is outside of what the CA may certify: dns:example.com
  [3]
  $ csr -subj /CN=www.evil.org -addext subjectAltName=DNS:www.example.com; sign
  $ mtlsca issue www.evil.org --profile server 2>&1 | told
    error    san dns:www.evil.org: is outside of what the CA may certify: dns:example.com

The CA's name: refused whole, also where only case and spaces differ; its CN alone warns.

  $ cat >> ca/mtlsca.toml <<'TOML'
  > [profiles.staff]
  > extended_key_usages = ["clientAuth"]
  > subject.O = "optional"
  > TOML
  $ csr -subj '/O=Acme/CN=Acme Issuing CA'; sign --profile staff
    error    subject: is that of the CA CN=Acme Issuing CA,O=Acme, or looks like it
  [3]
  $ csr -subj '/O=ACME/CN=acme root  ca'; sign --profile staff
    error    subject: is that of the CA CN=Acme Root CA,O=Acme, or looks like it
  [3]
  $ csr -subj '/CN=Acme Issuing CA'; sign
  mtlsca: warning: subject CN: is, or looks like, the name of the CA CN=Acme Issuing CA,O=Acme

Names that a person takes for another's: case, letters of other scripts; a unique name is taken in any case.

  $ csr -subj /CN=coco; sign --profile staff
  $ csr -subj /CN=COCO; sign --profile staff 2>&1 | without_serials
  mtlsca: warning: subject CN: is easily taken for that of coco, serial SERIAL, which is live
  $ csr -subj $'/CN=\321\201\320\276\321\201\320\276'; sign --profile staff | without_serials
  mtlsca: warning: subject CN: is written in letters that look like Latin ones: coco
  mtlsca: warning: subject CN: is easily taken for that of coco, serial SERIAL, which is live
  $ csr -subj /CN=Alice; sign; csr -subj /CN=ALICE; sign 2>&1 | without_serials
  mtlsca: warning: subject CN: is easily taken for that of Alice, serial SERIAL, which is live
  mtlsca: error: ALICE: a live certificate of profile client has this name, serial SERIAL
  mtlsca: hint: to renew it: mtlsca renew SERIAL

What browsers show for xn-- labels is what people read.

  $ shown() { without_serials | sed 's/shown as [^ ]*,/shown as X,/'; }
  $ csr -subj /CN=apple; sign --profile staff
  $ csr -subj /CN=xn--80ak6aa92e; sign --profile staff 2>&1 | shown
  mtlsca: warning: subject CN: xn--80ak6aa92e is shown as X, which is written in letters that look like Latin ones: apple
  mtlsca: warning: subject CN: is easily taken for that of apple, serial SERIAL, which is live
  $ csr -subj /CN=moscow; sign --san dns:www.xn--mosow-wxe.example.com --san dns:xn--mnchen-3ya.example.com --san dns:xn--99.example.com 2>&1 | shown
  mtlsca: warning: san dns:www.xn--mosow-wxe.example.com: xn--mosow-wxe is shown as X, which mixes Latin, Greek or Cyrillic letters, which look alike, in one word
  mtlsca: warning: san dns:xn--99.example.com: xn--99 is no international label (RFC 3492)

A profile that is edited between the plan and the signature changes neither: the passphrase comes after the plan.

  $ MTLSCA_CA_PASS=env:PASS PASS=secret mtlsca init --name Locked --home locked >/dev/null
  $ mkfifo pipe; csr -subj /CN=early
  $ mtlsca --home locked sign csr --ca-pass file:pipe > early.crt & exec 3> pipe
  $ sed -i 's/^validity = "90d"/validity = "1d"/; s/clientAuth/serverAuth/' locked/mtlsca.toml
  $ echo secret >&3; exec 3>&-; wait $!
  $ openssl x509 -in early.crt -noout -enddate -ext extendedKeyUsage
  notAfter=Apr  1 00:00:00 2026 GMT
  X509v3 Extended Key Usage: 
      TLS Web Client Authentication

Broken settings hold back nothing that keeps somebody out; what lets in waits.

  $ for name in eve mallory trudy; do mtlsca issue $name --out made >/dev/null 2>&1; done; mtlsca crl --next-update 2d --overlap 1h >/dev/null
  mtlsca: warning: crl of issuing: nextUpdate 2026-01-03T00:00:00Z is earlier than the last CRL's, 2026-01-08T00:00:00Z
  $ mtlsca nginx site --server-name www.test --cert made/eve.crt --key made/eve.key --upstream http://127.0.0.1:8080 --role admin=/admin --nginx-version 1.22.1 --out site >/dev/null; ls site
  bundle.pem
  chain.pem
  http.conf
  maps
  www.test.conf
  $ cp ca/mtlsca.toml sound.toml; printf '[crl\nnext_update = 3' > ca/mtlsca.toml
  $ here() { sed "s|$PWD/||" | without_serials; }
  $ mtlsca revoke eve 2>&1 | here
  mtlsca: warning: ca/mtlsca.toml: line 1, column 5: Error while parsing table header: expected ']', saw '\n'; revocations and CRLs don't wait for it
  mtlsca: warning: site: who is revoked is up to date, roles and names are not, for ca/mtlsca.toml is broken
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  revoked eve (client), serial SERIAL, unspecified
  published the CRLs
    root          number 2, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 3, 1 entry, good until 2026-01-03 00:00 UTC
    bundle        ca/crl/bundle.pem
  $ mtlsca hold mallory --no-crl 2>&1 | without_serials
  mtlsca: warning: ca/mtlsca.toml: line 1, column 5: Error while parsing table header: expected ']', saw '\n'; revocations and CRLs don't wait for it
  mtlsca: note: not published yet: mtlsca crl --if-due does that
  held mallory (client), serial SERIAL, certificateHold
  $ mtlsca unhold mallory 2>&1 | tail -1
  mtlsca: hint: see mtlsca.toml(5)
  $ mtlsca issue late 2>&1 | tail -1
  mtlsca: hint: see mtlsca.toml(5)
  $ (NOW='2026-01-03 00:00:00' mtlsca crl --if-due 2>&1; echo "[$?]") | here
  mtlsca: warning: site: who is revoked is up to date, roles and names are not, for ca/mtlsca.toml is broken
  published the CRLs
    root          number 2, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 4, 2 entries, good until 2026-01-05 00:00 UTC
    bundle        ca/crl/bundle.pem
  mtlsca: error: ca/mtlsca.toml: line 1, column 5: Error while parsing table header: expected ']', saw '\n'
  mtlsca: hint: see mtlsca.toml(5)
  [3]
  $ (NOW='2026-01-03 00:00:00' mtlsca crl --if-due 2>&1; echo "[$?]") | here
  nothing was due
    root          number 2, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 4, 2 entries, good until 2026-01-05 00:00 UTC
    bundle        ca/crl/bundle.pem
  mtlsca: error: ca/mtlsca.toml: line 1, column 5: Error while parsing table header: expected ']', saw '\n'
  mtlsca: hint: see mtlsca.toml(5)
  [3]
  $ cmp ca/crl/bundle.pem site/bundle.pem; grep -c $(openssl x509 -in made/eve.crt -noout -serial | cut -d= -f2) site/maps/revoked.map
  1
  $ rm ca/mtlsca.toml; mtlsca revoke trudy --json 2>/dev/null | jq -c '[.revoked[0].name, .crl.changed]'
  ["trudy",true]
  $ mv sound.toml ca/mtlsca.toml; rm -r site

A clock that was set back, or years ahead: warned of, and nobody who is revoked waits for it.

  $ export NOW='2026-03-01 00:00:00'; mtlsca issue peggy >/dev/null 2>&1; mtlsca crl >/dev/null
  $ NOW='2026-02-01 00:00:00' mtlsca issue past 2>&1 >/dev/null | told
  mtlsca: warning: clock: is 28 days behind the last recorded event, 2026-03-01T00:00:00Z: what is signed now begins in the past
  $ NOW='2026-02-01 00:00:00' mtlsca revoke past 2>&1 | without_serials
  mtlsca: warning: crl of issuing: the clock is behind the last CRL's thisUpdate, 2026-02-28T23:55:00Z, before which nginx refuses every client; if it is right now, run mtlsca crl --clock-is-right
  mtlsca: warning: crl of issuing: nextUpdate 2026-03-07T23:55:00Z is earlier than the last CRL's, 2026-03-08T00:00:00Z
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  revoked past (client), serial SERIAL, unspecified
  published the CRLs
    root          number 3, 0 entries, good until 2026-08-28 00:00 UTC
    issuing       number 7, 4 entries, good until 2026-03-07 23:55 UTC
    bundle        ca/crl/bundle.pem
  $ NOW='2030-01-01 00:00:00' mtlsca crl
  mtlsca: warning: clock: nothing was recorded for 1430 days: no timer runs, or the clock is ahead
  published the CRLs
    root          number 4, 0 entries, good until 2030-06-30 00:00 UTC
    issuing       number 8, 4 entries, good until 2030-01-08 00:00 UTC
    bundle        ca/crl/bundle.pem
  $ mtlsca revoke peggy 2>&1 | without_serials
  mtlsca: warning: clock: is 1402 days behind the last recorded event, 2030-01-01T00:00:00Z: what is signed now begins in the past
  mtlsca: warning: crl of issuing: the clock is behind the last CRL's thisUpdate, 2029-12-31T23:55:00Z, before which nginx refuses every client; if it is right now, run mtlsca crl --clock-is-right
  mtlsca: warning: crl of issuing: nextUpdate 2030-01-07T23:55:00Z is earlier than the last CRL's, 2030-01-08T00:00:00Z
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  revoked peggy (client), serial SERIAL, unspecified
  published the CRLs
    root          number 4, 0 entries, good until 2030-06-30 00:00 UTC
    issuing       number 9, 5 entries, good until 2030-01-07 23:55 UTC
    bundle        ca/crl/bundle.pem
  $ crl_of() { openssl crl -in ca/crl/issuing.crl -inform DER -noout "$@"; }
  $ crl_of -lastupdate; crl_of -text | grep -c $(mtlsca list --status revoked --json | jq -r '.[] | select(.name == "peggy") | .serial')
  lastUpdate=Dec 31 23:55:00 2029 GMT
  1
  $ mtlsca crl check | grep begins
    error         crl of issuing: begins at 2029-12-31T23:55:00Z: until then nginx refuses every client
    error         crl of root: begins at 2029-12-31T23:55:00Z: until then nginx refuses every client
  $ mtlsca crl --clock-is-right 2>&1; crl_of -lastupdate; mtlsca crl check
  mtlsca: warning: crl of root: nextUpdate 2026-08-28T00:00:00Z is earlier than the last CRL's, 2030-06-30T00:00:00Z
  mtlsca: warning: crl of issuing: nextUpdate 2026-03-08T00:00:00Z is earlier than the last CRL's, 2030-01-07T23:55:00Z
  published the CRLs
    root          number 5, 0 entries, good until 2026-08-28 00:00 UTC
    issuing       number 10, 5 entries, good until 2026-03-08 00:00 UTC
    bundle        ca/crl/bundle.pem
  lastUpdate=Feb 28 23:55:00 2026 GMT
  ca/crl/bundle.pem: nginx accepts it
    good until    2026-03-08 00:00 UTC, 7 days left

Years ahead with an expired issuing CA: nothing is signed, and everything can be revoked.

  $ mtlsca issue victor >/dev/null 2>&1
  $ NOW='2031-06-01 00:00:00' mtlsca issue walter 2>&1 | told
  mtlsca: warning: clock: nothing was recorded for 1918 days: no timer runs, or the clock is ahead
    error    not after: the CA expired at 2030-12-31T00:00:00Z
  $ NOW='2031-06-01 00:00:00' mtlsca sign csr --days 1 2>&1 | told
  mtlsca: warning: clock: nothing was recorded for 1918 days: no timer runs, or the clock is ahead
    error    not after: the CA expired at 2030-12-31T00:00:00Z
  $ NOW='2031-06-01 00:00:00' mtlsca revoke victor 2>&1 | without_serials
  mtlsca: warning: clock: nothing was recorded for 1918 days: no timer runs, or the clock is ahead
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  revoked victor (client), serial SERIAL, unspecified
  published the CRLs
    root          number 5, 0 entries, good until 2026-08-28 00:00 UTC
    issuing       number 11, 6 entries, good until 2031-06-08 00:00 UTC
    bundle        ca/crl/bundle.pem

CRL numbers at their end: the revocation is recorded, and it is told how to go on.

  $ export NOW='2031-06-02 00:00:00'; mtlsca init --name Numbers --home numbers --no-passphrase >/dev/null; mtlsca --home numbers issue a 2>/dev/null >/dev/null; mtlsca --home numbers issue b 2>/dev/null >/dev/null
  $ sqlite3 numbers/mtlsca.db "UPDATE crl SET number = 9223372036854775806 WHERE issuer = (SELECT id FROM issuer WHERE name = 'issuing')"
  $ mtlsca --home numbers revoke a 2>&1 | without_serials
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  revoked a (client), serial SERIAL, unspecified
  published the CRLs
    root          number 1, 0 entries, good until 2031-11-29 00:00 UTC
    issuing       number 9223372036854775807, 1 entry, good until 2031-06-09 00:00 UTC
    bundle        numbers/crl/bundle.pem
  $ openssl crl -in numbers/crl/issuing.crl -inform DER -noout -crlnumber
  crlNumber=0x7FFFFFFFFFFFFFFF
  $ mtlsca --home numbers revoke b 2>&1 | without_serials; mtlsca --home numbers list --status revoked --json | jq -r '.[].name'
  mtlsca: error: CRL number: is at its limit, no further CRL can be numbered
  mtlsca: hint: mtlsca ca rollover: the numbers of a new issuing CA begin anew
  a
  b

What other software published with the CA's key under a number of 20 octets is never followed by a smaller one.

  $ mtlsca init --name Long --home long --no-passphrase >/dev/null; mtlsca --home long issue a --out long/out >/dev/null 2>&1
  $ : >index; echo 7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF >number
  $ printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index\ncrlnumber=number\ndefault_md=sha256\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n' >openssl.cnf
  $ openssl ca -config openssl.cnf -gencrl -keyfile long/private/issuing.key -cert long/issuing.crt -crldays 7 2>/dev/null | openssl crl -outform DER -out long/crl/issuing.crl
  $ mtlsca crl show long/crl/issuing.crl | grep number
    number        "0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
  $ mtlsca --home long revoke a 2>&1 | without_serials; mtlsca --home long list --status revoked --json | jq -r '.[].name'
  mtlsca: error: CRL number: is at its limit, no further CRL can be numbered
  mtlsca: hint: mtlsca ca rollover: the numbers of a new issuing CA begin anew
  a
  $ mtlsca crl show long/crl/issuing.crl | grep number
    number        "0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"

Two CAs of one name: what the other signed is nobody's here.

  $ mtlsca init --name Acme --home other --no-passphrase >/dev/null; mtlsca --home other issue twin --out other/out >/dev/null
  $ mtlsca verify other/out/twin.crt | without_serials
  other/out/twin.crt: refused
    subject       CN=twin
    serial        SERIAL
    valid until   2031-08-31 00:00 UTC
    error         CN=Acme Issuing CA,O=Acme: unable to get local issuer certificate
    error         CN=twin: is not in the inventory of this CA
  $ mtlsca verify other/out/twin.crt --as-nginx | without_serials
  other/out/twin.crt: refused
    subject       CN=twin
    serial        SERIAL
    valid until   2031-08-31 00:00 UTC
    error         CN=Acme Issuing CA,O=Acme: unable to get local issuer certificate
    error         CN=twin: unable to get certificate CRL
    error         CN=Acme Issuing CA,O=Acme: unable to get certificate CRL
  $ mtlsca revoke file:other/out/twin.crt 2>&1 | without_serials
  mtlsca: error: file:other/out/twin.crt: no such certificate
  mtlsca: hint: mtlsca list shows what there is
  $ mtlsca crl check other/crl/bundle.pem
  other/crl/bundle.pem: critical
    good until    2031-06-09 00:00 UTC, 7 days left
    error         crl of issuing: is not signed by this CA: nginx refuses every client
    error         crl of root: is not signed by this CA: nginx refuses every client
  [11]
