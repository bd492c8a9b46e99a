  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ for name in alice bob carol dave eve; do mtlsca issue $name >/dev/null; done
  $ crl() { openssl crl -in ca/crl/issuing.crl -inform DER -noout -text | without_serials; }
  $ verify() { openssl verify -crl_check_all -CAfile ca/root.crt -untrusted "$1" -CRLfile ca/crl/bundle.pem "$1" 2>&1 | grep -E 'OK|error [0-9]+'; }

Revoking publishes in the same run; without a reason the CRL gives none.

  $ mtlsca revoke alice | without_serials
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  revoked alice (client), serial SERIAL, unspecified
  published the CRLs
    root          number 1, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 2, 1 entry, good until 2026-01-08 00:00 UTC
    bundle        ca/crl/bundle.pem
  $ verify alice.crt
  error 23 at 0 depth lookup: certificate revoked
  $ verify bob.crt
  bob.crt: OK
  $ crl | sed -n '/Revoked/,/Signature/p'
  Revoked Certificates:
      Serial Number: SERIAL
          Revocation Date: Jan  1 00:00:00 2026 GMT
      Signature Algorithm: ecdsa-with-SHA256
  $ mtlsca show alice | grep status
    status        revoked since 2026-01-01 00:00 UTC, unspecified
  $ openssl crl -in ca/crl/issuing.crl -inform DER -noout -crlnumber
  crlNumber=0x02

A version 2 CRL with number and AKI, thisUpdate backdated, of the issuing CA; the bundle holds those of all CAs.

  $ crl | grep -E 'Version|Issuer|Update|X509v3'
          Version 2 (0x1)
          Issuer: O = Acme, CN = Acme Issuing CA
          Last Update: Dec 31 23:55:00 2025 GMT
          Next Update: Jan  8 00:00:00 2026 GMT
              X509v3 Authority Key Identifier: 
              X509v3 CRL Number: 
  $ openssl crl -in ca/crl/issuing.crl -inform DER -noout -CAfile ca/issuing.crt 2>&1
  verify OK
  $ openssl crl -in ca/crl/issuing.crl -inform DER | cmp - <(sed '/END/q' ca/crl/bundle.pem)

Once is enough. Nothing was changed by the second time, not even the CRL.

  $ mtlsca revoke alice
  mtlsca: error: alice, serial [0-9A-F]{32}: is revoked already (re)
  [5]
  $ mtlsca revoke alice --reason keyCompromise
  mtlsca: error: alice, serial [0-9A-F]{32}: is revoked already (re)
  [5]
  $ mtlsca revoke bob alice
  mtlsca: error: alice, serial [0-9A-F]{32}: is revoked already (re)
  [5]
  $ mtlsca issue twice >/dev/null; mtlsca revoke twice --no-crl >/dev/null 2>&1; mtlsca revoke alice bob twice --no-crl 2>&1 | without_serials
  mtlsca: error: alice, serial SERIAL: is revoked already
    error    twice, serial SERIAL: is revoked already
  $ verify bob.crt
  bob.crt: OK
  $ openssl crl -in ca/crl/issuing.crl -inform DER -noout -crlnumber
  crlNumber=0x02

A reason in any case or by number, since when the key was known to others, several at once.

  $ mtlsca revoke bob carol --reason KEYCOMPROMISE --invalidity-date 2025-12-24T18:30:00Z | without_serials
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  revoked bob (client), serial SERIAL, keyCompromise
  revoked carol (client), serial SERIAL, keyCompromise
  published the CRLs
    root          number 1, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 3, 4 entries, good until 2026-01-08 00:00 UTC
    bundle        ca/crl/bundle.pem
  $ crl | sed -n '/Revoked/,/Signature/p' | grep -A4 'entry extensions' | grep -v -e -- | sort | uniq -c
        2                 Dec 24 18:30:00 2025 GMT
        2                 Key Compromise
        2             Invalidity Date: 
        2             X509v3 CRL Reason Code: 
        2         CRL entry extensions:
  $ mtlsca show bob | grep invalid
    invalid since 2025-12-24 18:30 UTC
  $ mtlsca revoke dave --reason 4 | head -1 | without_serials
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  revoked dave (client), serial SERIAL, superseded

Every reason reaches the CRL; unspecified is left out, as RFC 5280 5.3.1 wants.

  $ i=0; for reason in unspecified keyCompromise CACompromise affiliationChanged superseded cessationOfOperation certificateHold \
  >     privilegeWithdrawn AACompromise 0 1 2 3 4 5 6 9 10; do
  >   i=$((i + 1)); mtlsca issue "r$i" >/dev/null && mtlsca revoke "r$i" --reason $reason --no-crl >/dev/null 2>&1 || echo "$reason failed"
  > done
  $ mtlsca crl > /dev/null && crl | sed -n '/Revoked/,$p' | grep -A1 'Reason Code' | grep -v -e Reason -e -- | sort | uniq -c
        2                 AA Compromise
        2                 Affiliation Changed
        2                 CA Compromise
        2                 Certificate Hold
        2                 Cessation Of Operation
        4                 Key Compromise
        2                 Privilege Withdrawn
        3                 Superseded
  $ mtlsca list --json --status revoked | jq -r '.[] | select(.name | startswith("r")) | .reason' | sort | uniq -c
        2 aACompromise
        2 affiliationChanged
        2 cACompromise
        2 cessationOfOperation
        2 keyCompromise
        2 privilegeWithdrawn
        2 superseded
        2 unspecified
  $ mtlsca list --format index > index.txt && openssl ca -config <(echo '[ca]
  > default_ca = here
  > [here]
  > database = index.txt') -status 01 2>&1 | grep Serial
  Serial 01 not present in db.
  $ for reason in removeFromCRL removefromcrl 8 7 11 -1 '' nonsense; do mtlsca revoke eve --reason "$reason"; done 2>&1 | grep error
  mtlsca: error: --reason: removeFromCRL is not a reason a certificate can be revoked for
  mtlsca: error: --reason: removefromcrl is not a reason a certificate can be revoked for
  mtlsca: error: --reason: 8 is not a reason a certificate can be revoked for
  mtlsca: error: --reason: 7 is not a reason a certificate can be revoked for
  mtlsca: error: --reason: 11 is not a reason a certificate can be revoked for
  mtlsca: error: --reason: -1 is not a reason a certificate can be revoked for
  mtlsca: error: --reason:  is not a reason a certificate can be revoked for
  mtlsca: error: --reason: nonsense is not a reason a certificate can be revoked for
  $ mtlsca revoke eve --reason removeFromCRL
  mtlsca: error: --reason: removeFromCRL is not a reason a certificate can be revoked for
  mtlsca: hint: mtlsca revoke --help lists them
  [2]
  $ mtlsca revoke eve --invalidity-date 2026-01-02T00:00:00Z
  mtlsca: error: --invalidity-date: 2026-01-02T00:00:00Z is in the future
  mtlsca: hint: say since when the key may have been in other hands
  [2]
  $ mtlsca revoke eve --invalidity-date yesterday
  mtlsca: error: revoke: --invalidity-date: yesterday is not a time: 2026-11-21T09:30:00Z
  mtlsca: hint: mtlsca revoke --help
  [2]
  $ verify eve.crt
  eve.crt: OK

For the time being: hold takes it back, unhold gives it back, and then the CRL says nothing about it.

  $ mtlsca hold eve | without_serials
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  held eve (client), serial SERIAL, certificateHold
  published the CRLs
    root          number 2, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 6, 24 entries, good until 2026-01-08 00:00 UTC
    bundle        ca/crl/bundle.pem
  $ verify eve.crt
  error 23 at 0 depth lookup: certificate revoked
  $ mtlsca show eve | grep status
    status        held since 2026-01-01 00:00 UTC, certificateHold
  $ crl | grep -c 'Certificate Hold'
  3
  $ mtlsca hold eve
  mtlsca: error: eve, serial [0-9A-F]{32}: is on hold already (re)
  [5]
  $ mtlsca issue eve --out second 2>&1 | head -1
  mtlsca: error: eve: a live certificate of profile client has this name, serial [0-9A-F]{32} (re)
  $ mtlsca unhold eve | without_serials
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  released eve (client), serial SERIAL
  published the CRLs
    root          number 2, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 7, 23 entries, good until 2026-01-08 00:00 UTC
    bundle        ca/crl/bundle.pem
  $ verify eve.crt
  eve.crt: OK
  $ mtlsca unhold eve
  mtlsca: error: eve, serial [0-9A-F]{32}: is not on hold (re)
  [5]
  $ crl | grep -c 'Remove From CRL'
  0
  [1]
  $ mtlsca show eve | grep status
    status        valid, 90 days left

What is on hold can be revoked for good; what is revoked can be neither held nor given back.

  $ mtlsca hold eve >/dev/null 2>&1
  $ mtlsca revoke eve --reason keyCompromise --dry-run | without_serials
  would revoke eve (client), serial SERIAL, keyCompromise
  $ mtlsca revoke eve --reason keyCompromise | head -1 | without_serials
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  revoked eve (client), serial SERIAL, keyCompromise
  $ mtlsca show eve | grep status
    status        revoked since 2026-01-01 00:00 UTC, keyCompromise
  $ mtlsca unhold eve
  mtlsca: error: eve, serial [0-9A-F]{32}: is not on hold (re)
  [5]
  $ mtlsca hold eve
  mtlsca: error: eve, serial [0-9A-F]{32}: is revoked already (re)
  [5]

--no-crl only marks; the next crl --if-due publishes it. --dry-run does neither.

  $ mtlsca issue frank >/dev/null
  $ cp -a ca before
  $ mtlsca revoke frank --dry-run | without_serials
  would revoke frank (client), serial SERIAL, unspecified
  $ mtlsca revoke frank --dry-run --json | jq -c '[.dry_run, .revoked[0].name, .crl]'
  [true,"frank",null]
  $ mtlsca revoke alice --dry-run
  mtlsca: error: alice, serial [0-9A-F]{32}: is revoked already (re)
  [5]
  $ diff -r ca before
  $ mtlsca revoke frank --no-crl | without_serials
  mtlsca: note: not published yet: mtlsca crl --if-due does that
  revoked frank (client), serial SERIAL, unspecified
  $ verify frank.crt
  frank.crt: OK
  $ mtlsca crl --if-due | head -1
  published the CRLs
  $ verify frank.crt
  error 23 at 0 depth lookup: certificate revoked

One that is not there among several: none is revoked.

  $ mtlsca issue heidi >/dev/null
  $ mtlsca revoke heidi nobody noone
  mtlsca: error: nobody: no such certificate
    error    noone: no such certificate
  mtlsca: hint: mtlsca list shows what there is
  [4]
  $ mtlsca show heidi | grep status
    status        valid, 90 days left

As JSON.

  $ mtlsca revoke heidi --reason superseded --json 2>/dev/null | without_serials
  {
    "dry_run": false,
    "revoked": [
      {
        "serial": "SERIAL",
        "name": "heidi",
        "profile": "client",
        "reason": "superseded"
      }
    ],
    "reloaded": false,
    "crl": {
      "changed": true,
      "crls": [
        {
          "issuer": "root",
          "number": 2,
          "this_update": "2025-12-31T23:55:00Z",
          "next_update": "2026-06-30T00:00:00Z",
          "entries": 0,
          "file": "ca/crl/root.crl"
        },
        {
          "issuer": "issuing",
          "number": 11,
          "this_update": "2025-12-31T23:55:00Z",
          "next_update": "2026-01-08T00:00:00Z",
          "entries": 26,
          "file": "ca/crl/issuing.crl"
        }
      ],
      "bundle_file": "ca/crl/bundle.pem"
    }
  }
  $ mtlsca issue ivan >/dev/null; mtlsca hold ivan --json --no-crl | jq -c 'keys_unsorted, [.held[0].name, .crl]'
  ["dry_run","held","reloaded","crl"]
  ["ivan",null]
  $ mtlsca unhold ivan --json --no-crl | jq -c 'keys_unsorted'
  ["dry_run","released","reloaded","crl"]

An expired certificate can be revoked, too; one from a file even if its name was given again.

  $ mtlsca issue grace --days 1 >/dev/null
  $ NOW='2026-02-01 00:00:00' mtlsca revoke grace | without_serials
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  revoked grace (client), serial SERIAL, unspecified
  published the CRLs
    root          number 2, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 12, 27 entries, good until 2026-02-08 00:00 UTC
    bundle        ca/crl/bundle.pem
  $ NOW='2026-02-01 00:00:00' mtlsca issue grace --out second >/dev/null
  $ NOW='2026-02-01 00:00:00' mtlsca revoke file:second/grace.crt | head -1 | without_serials
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  revoked grace (client), serial SERIAL, unspecified

A renewal keeps the key: who revokes one of them for its key is told of the others, and how to revoke them.

  $ export NOW='2026-02-02 00:00:00'; mtlsca issue gil >/dev/null; first=$(serial_of gil); mtlsca renew $first >/dev/null; second=$(serial_of gil)
  $ mtlsca renew $second --rekey --force >/dev/null; third=$(serial_of gil)
  $ named() { sed "s/$first/FIRST/g; s/$second/SECOND/g; s/$third/THIRD/g; /running nginx/d"; }
  $ mtlsca revoke $second --reason superseded --dry-run 2>&1 >/dev/null
  $ mtlsca revoke $second --reason keyCompromise 2>&1 >/dev/null | named
  mtlsca: warning: gil (client), serial FIRST, has the same key and is not revoked: mtlsca revoke FIRST --reason keyCompromise
  $ mtlsca revoke $third $first --reason keyCompromise 2>&1 >/dev/null | named
