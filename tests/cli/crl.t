  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ for name in alice bob carol; do mtlsca issue $name >/dev/null; done
  $ numbers() { for file in root issuing; do openssl crl -in ca/crl/$file.crl -inform DER -noout -crlnumber; done | xargs; }
  $ entries() { openssl crl -in ca/crl/issuing.crl -inform DER -noout -text | grep -c 'Serial Number'; }
  $ verify() { openssl verify -crl_check_all -CAfile ca/root.crt -untrusted "$1" -CRLfile ca/crl/bundle.pem "$1" 2>&1 | grep -E 'OK|error [0-9]+'; }

crl makes new CRLs of all tiers; numbers only go up.

  $ numbers
  crlNumber=0x01 crlNumber=0x01
  $ mtlsca crl
  published the CRLs
    root          number 2, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 2, 0 entries, good until 2026-01-08 00:00 UTC
    bundle        ca/crl/bundle.pem
  $ numbers
  crlNumber=0x02 crlNumber=0x02
  $ mtlsca crl --json
  {
    "changed": true,
    "crls": [
      {
        "issuer": "root",
        "number": 3,
        "this_update": "2025-12-31T23:55:00Z",
        "next_update": "2026-06-30T00:00:00Z",
        "entries": 0,
        "file": "ca/crl/root.crl"
      },
      {
        "issuer": "issuing",
        "number": 3,
        "this_update": "2025-12-31T23:55:00Z",
        "next_update": "2026-01-08T00:00:00Z",
        "entries": 0,
        "file": "ca/crl/issuing.crl"
      }
    ],
    "bundle_file": "ca/crl/bundle.pem",
    "dropped": [],
    "reloaded": false,
    "on_change": null
  }
  $ cat ca/crl/issuing.crl ca/crl/root.crl | cmp - <(sed '/END/q' ca/crl/bundle.pem | openssl crl -outform DER; sed '1,/END/d' ca/crl/bundle.pem | openssl crl -outform DER)

--if-due touches no key and no file when nothing is due: the cron job needs no passphrase.

  $ cp -a ca before
  $ mv ca/private elsewhere
  $ mtlsca crl --if-due; echo "exit $?"
  nothing was due
    root          number 3, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 3, 0 entries, good until 2026-01-08 00:00 UTC
    bundle        ca/crl/bundle.pem
  exit 0
  $ mtlsca crl --if-due --json | jq -c '[.changed, [.crls[].number]]'
  [false,[3,3]]
  $ mv elsewhere ca/private
  $ diff -r ca before

It is due when less than the overlap is left, and up to an hour earlier, because a daily cron job is not punctual; when something was revoked, or when a file is gone.

  $ NOW='2026-01-06 22:59:59' mtlsca crl --if-due | head -1
  nothing was due
  $ NOW='2026-01-06 23:00:00' mtlsca crl --if-due
  published the CRLs
    root          number 3, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 4, 0 entries, good until 2026-01-13 23:00 UTC
    bundle        ca/crl/bundle.pem
  $ NOW='2026-01-07 00:00:00' mtlsca crl --if-due | head -1
  nothing was due
  $ NOW='2026-01-08 00:00:00' mtlsca crl --if-due --overlap 5d | head -1
  nothing was due
  $ NOW='2026-01-10 00:00:00' mtlsca crl --if-due --overlap 5d | head -1
  published the CRLs
  $ export NOW='2026-01-10 00:00:00'
  $ mtlsca revoke alice --no-crl >/dev/null 2>&1; mtlsca crl --if-due | head -1; entries
  published the CRLs
  1
  $ rm ca/crl/bundle.pem; mtlsca crl --if-due | head -1; verify alice.crt
  published the CRLs
  error 23 at 0 depth lookup: certificate revoked
  $ rm ca/crl/issuing.crl; mtlsca crl --if-due | head -1; verify alice.crt; verify bob.crt
  published the CRLs
  error 23 at 0 depth lookup: certificate revoked
  bob.crt: OK
  $ mtlsca crl --if-due | head -1
  nothing was due

How long it is good for, by option or by the settings; an earlier nextUpdate warns, and is published.

  $ mtlsca crl --next-update 30d | grep issuing
    issuing       number 8, 1 entry, good until 2026-02-09 00:00 UTC
  $ mtlsca crl --next-update 12h --overlap 1h
  mtlsca: warning: crl of issuing: nextUpdate 2026-01-10T12:00:00Z is earlier than the last CRL's, 2026-02-09T00:00:00Z
  published the CRLs
    root          number 5, 0 entries, good until 2026-07-09 00:00 UTC
    issuing       number 9, 1 entry, good until 2026-01-10 12:00 UTC
    bundle        ca/crl/bundle.pem
  $ mtlsca crl --next-update 12h --overlap 12h
  mtlsca: error: --next-update 12h: is not longer than the overlap of 12h: the CRL would always be due
  mtlsca: hint: make it longer, or --overlap shorter
  [2]
  $ mtlsca crl --next-update 0d 2>/dev/null
  [2]
  $ mtlsca crl --next-update 12h 2>/dev/null
  [2]
  $ sed -i 's/^next_update = .*/next_update = "3d"/; s/^root_next_update = .*/root_next_update = "100d"/' ca/mtlsca.toml
  $ mtlsca crl 2>/dev/null
  published the CRLs
    root          number 6, 0 entries, good until 2026-04-20 00:00 UTC
    issuing       number 10, 1 entry, good until 2026-01-13 00:00 UTC
    bundle        ca/crl/bundle.pem
  $ sed -i 's/^next_update = .*/next_update = "7d"/; s/^root_next_update = .*/root_next_update = "180d"/' ca/mtlsca.toml
  $ mtlsca crl >/dev/null

--on-change runs after every publication, and never without one.

  $ mtlsca crl --on-change 'echo "$MTLSCA_COMMAND: $(grep -c BEGIN "$MTLSCA_BUNDLE")" >> hook.log' >/dev/null; cat hook.log
  crl: 2
  $ mtlsca crl --if-due --on-change 'echo ran >> hook.log' >/dev/null; wc -l < hook.log
  1
  $ mtlsca revoke bob --on-change 'echo "$MTLSCA_COMMAND" >> hook.log' >/dev/null; tail -1 hook.log
  revoke
  $ NOW='2026-01-16 12:00:00' mtlsca crl --if-due --on-change 'echo renewed >> hook.log' >/dev/null; tail -1 hook.log
  renewed
  $ mtlsca revoke nobody --on-change 'echo never >> hook.log'; wc -l < hook.log
  mtlsca: warning: clock: is 6 days behind the last recorded event, 2026-01-16T12:00:00Z: what is signed now begins in the past
  mtlsca: error: nobody: no such certificate
  mtlsca: hint: mtlsca list shows what there is
  3
  $ mtlsca revoke carol --dry-run --on-change 'echo never >> hook.log' >/dev/null; wc -l < hook.log
  3
  $ mtlsca revoke carol --no-crl --on-change 'echo never >> hook.log' >/dev/null 2>&1; wc -l < hook.log
  3

One that fails makes the exit 1; the CRL is out, and the next crl --if-due runs it again until it is well.

  $ export NOW='2026-01-16 12:00:00'
  $ mtlsca crl --on-change 'echo reloading; exit 3' >/dev/null
  reloading
  mtlsca: warning: --on-change: "echo reloading; exit 3" ended with 3; the next mtlsca crl --if-due runs it again
  [1]
  $ verify carol.crt
  error 23 at 0 depth lookup: certificate revoked
  $ mtlsca crl --if-due
  reloading
  mtlsca: warning: --on-change: "echo reloading; exit 3" ended with 3; the next mtlsca crl --if-due runs it again
  nothing was due
    root          number 9, 0 entries, good until 2026-07-15 12:00 UTC
    issuing       number 15, 3 entries, good until 2026-01-23 12:00 UTC
    bundle        ca/crl/bundle.pem
    told          echo reloading; exit 3
  [1]
  $ mtlsca crl --if-due --on-change 'echo again >> hook.log' | head -1; tail -1 hook.log
  nothing was due
  again
  $ mtlsca crl --if-due --on-change 'echo again >> hook.log' | head -1; grep -c again hook.log
  nothing was due
  1
  $ mtlsca crl --on-change 'kill -9 $$' >/dev/null
  mtlsca: warning: --on-change: "kill -9 $$" ended with 137; the next mtlsca crl --if-due runs it again
  [1]
  $ mtlsca crl --if-due --on-change true | head -1
  nothing was due
  $ mtlsca crl --if-due | head -1
  nothing was due
  $ mtlsca issue dave >/dev/null; mtlsca revoke dave --on-change false >/dev/null
  mtlsca: warning: --on-change: "false" ended with 1; the next mtlsca crl --if-due runs it again
  [1]
  $ mtlsca crl --if-due --on-change 'echo after revoke' 2>&1 >/dev/null | grep after
  after revoke

--out writes a copy, for a hook to carry away.

  $ mtlsca crl --out copy.pem >/dev/null; cmp copy.pem ca/crl/bundle.pem
  $ mtlsca crl --out nowhere/copy.pem >/dev/null
  mtlsca: error: nowhere: there is no such folder
  mtlsca: hint: create it, or check the path
  [4]

A published file keeps the mode and the owner that people gave it.

  $ chmod 640 ca/crl/bundle.pem ca/crl/issuing.crl; chown 12345:23456 ca/crl/bundle.pem
  $ (umask 077; mtlsca crl >/dev/null)
  $ stat -c '%a %u:%g %n' ca/crl/*
  640 12345:23456 ca/crl/bundle.pem
  640 0:0 ca/crl/issuing.crl
  644 0:0 ca/crl/root.crl

What expired stays for one more CRL, then goes.

  $ export NOW='2026-01-01 00:00:00'
  $ new_ca --home old
  $ mtlsca --home old issue short --days 2 --out old/out >/dev/null
  $ mtlsca --home old revoke short >/dev/null 2>&1
  $ entries() { mtlsca --home old crl "$@" --json | jq -c '.crls[1].entries'; }
  $ NOW='2026-01-02 12:00:00' entries
  1
  $ NOW='2026-01-03 12:00:00' entries
  1
  $ NOW='2026-01-03 13:00:00' entries
  0
  $ mtlsca --home old list --status revoked --json | jq -r '.[].name'
  short

A number is never used twice, also where somebody put an old database back.

  $ export NOW='2026-01-20 00:00:00'
  $ number() { mtlsca crl show "ca/crl/$1.crl" --json | jq .number; }
  $ cp ca/mtlsca.db old.db
  $ mtlsca crl >/dev/null; mtlsca crl >/dev/null; root=$(number root) issuing=$(number issuing)
  $ cp old.db ca/mtlsca.db
  $ mtlsca crl >/dev/null; echo "$(($(number root) - root)) $(($(number issuing) - issuing))"
  1 1

The root's key lies in a safe. Nobody misses it before the root's CRL is due.

  $ export NOW='2026-01-01 00:00:00'
  $ new_ca --home safe; mv safe/private/root.key .
  $ export NOW='2026-04-01 00:00:00'
  $ mtlsca --home safe crl --if-due --json | jq -c '[.changed, [.crls[] | [.issuer, .number, .next_update]]]'
  [true,[["root",1,"2026-06-30T00:00:00Z"],["issuing",2,"2026-04-08T00:00:00Z"]]]
  $ mtlsca --home safe crl | head -1
  mtlsca: note: crl of root: is not due and was kept, because safe/private/root.key is not there
  published the CRLs

Then the error says what to do; the issuing CA's CRL is published in spite of it.

  $ export NOW='2026-05-31 00:00:00'
  $ mtlsca --home safe crl --if-due
  published the CRLs
    root          number 1, 0 entries, good until 2026-06-30 00:00 UTC
    issuing       number 4, 0 entries, good until 2026-06-07 00:00 UTC
    bundle        safe/crl/bundle.pem
  mtlsca: error: safe/private/root.key: the root's key is not there, and its CRL is due: its nextUpdate is 2026-06-30T00:00:00Z
  mtlsca: hint: bring the key back for one run of mtlsca crl, or mtlsca ca root-crl fetches a CRL from there; until then nginx refuses every client once the root's CRL has expired
  [6]
  $ mtlsca --home safe crl --if-due --json 2>/dev/null
  {
    "changed": false,
    "crls": [
      {
        "issuer": "root",
        "number": 1,
        "this_update": "2025-12-31T23:55:00Z",
        "next_update": "2026-06-30T00:00:00Z",
        "entries": 0,
        "file": "safe/crl/root.crl"
      },
      {
        "issuer": "issuing",
        "number": 4,
        "this_update": "2026-05-30T23:55:00Z",
        "next_update": "2026-06-07T00:00:00Z",
        "entries": 0,
        "file": "safe/crl/issuing.crl"
      }
    ],
    "bundle_file": "safe/crl/bundle.pem",
    "dropped": [],
    "reloaded": false,
    "on_change": null
  }
  [6]
  $ mtlsca --home safe issue alice --out safe/out >/dev/null; mtlsca --home safe revoke alice >/dev/null 2>&1; echo "exit $?"
  exit 0
  $ mv root.key safe/private/
  $ mtlsca --home safe crl --if-due
  published the CRLs
    root          number 2, 0 entries, good until 2026-11-27 00:00 UTC
    issuing       number 5, 1 entry, good until 2026-06-07 00:00 UTC
    bundle        safe/crl/bundle.pem
  $ mtlsca --home safe crl --if-due | head -1
  nothing was due

A clock that was wrong: the CRL says so and never goes backwards, and it ends after it begins.

  $ export NOW='2026-01-01 00:00:00'
  $ new_ca --home clock
  $ NOW='2026-09-01 00:00:00' mtlsca --home clock crl >/dev/null
  $ mtlsca --home clock crl --json 2>warnings | jq -r '.crls[] | select(.this_update >= .next_update) | .issuer'
  $ grep -c 'the clock is behind' warnings
  2
  $ mtlsca --home clock crl --json 2>/dev/null | jq -r '.crls[].this_update'
  2026-08-31T23:55:00Z
  2026-08-31T23:55:00Z

crl check: would nginx accept this bundle now. 10 inside the overlap, 11 in its last quarter or when nginx would refuse.

  $ new_ca --home check
  $ mtlsca --home check crl check
  check/crl/bundle.pem: nginx accepts it
    good until    2026-01-08 00:00 UTC, 7 days left
  $ mtlsca --home check crl check check/crl/bundle.pem --json
  {
    "file": "check/crl/bundle.pem",
    "accepted": true,
    "good_until": "2026-01-08T00:00:00Z",
    "findings": []
  }
  $ at() { NOW="$1" mtlsca --home check crl check; }
  $ at '2026-01-07 00:00:00' | head -1; at '2026-01-07 00:00:01'
  check/crl/bundle.pem: nginx accepts it
  check/crl/bundle.pem: nginx accepts it
    good until    2026-01-08 00:00 UTC, 23 hours left
    warning       crl of issuing: expires at 2026-01-08T00:00:00Z: run mtlsca crl --if-due
  [10]
  $ at '2026-01-07 18:00:00' | head -1; at '2026-01-07 18:00:01'
  check/crl/bundle.pem: nginx accepts it
  check/crl/bundle.pem: critical
    good until    2026-01-08 00:00 UTC, 5 hours left
    error         crl of issuing: expires at 2026-01-08T00:00:00Z, and is long overdue: run mtlsca crl
  [11]
  $ at '2026-01-08 00:00:00'
  check/crl/bundle.pem: critical
    good until    2026-01-08 00:00 UTC, 0 minutes ago
    error         crl of issuing: expired at 2026-01-08T00:00:00Z: nginx refuses every client
  [11]
  $ at '2025-12-31 23:54:59'
  check/crl/bundle.pem: critical
    good until    2026-01-08 00:00 UTC, 7 days left
    error         crl of issuing: begins at 2025-12-31T23:55:00Z: until then nginx refuses every client
    error         crl of root: begins at 2025-12-31T23:55:00Z: until then nginx refuses every client
  [11]
  $ mtlsca --home check issue bob --out check/out >/dev/null; mtlsca --home check revoke bob --no-crl >/dev/null 2>&1
  $ mtlsca --home check crl check
  check/crl/bundle.pem: nginx accepts it
    good until    2026-01-08 00:00 UTC, 7 days left
    warning       crl of issuing: lacks revocations of the inventory: run mtlsca crl
  [10]
  $ mtlsca --home check crl >/dev/null
  $ sed '/END/q' check/crl/bundle.pem > issuing.pem; sed '1,/END/d' check/crl/bundle.pem > root.pem
  $ mtlsca --home check crl check issuing.pem
  issuing.pem: critical
    good until    2026-01-08 00:00 UTC, 7 days left
    error         crl of root: is not in the file: nginx refuses every client
  [11]
  $ mtlsca --home check crl check check/crl/issuing.crl
  check/crl/issuing.crl: critical
    error         check/crl/issuing.crl: is not PEM: nginx does not start with it
  [11]
  $ mtlsca --home check crl check ca/crl/bundle.pem
  ca/crl/bundle.pem: critical
    good until    2026-01-27 00:00 UTC, 26 days left
    error         crl of issuing: is not signed by this CA: nginx refuses every client
    error         crl of issuing: begins at 2026-01-19T23:55:00Z: until then nginx refuses every client
    error         crl of root: is not signed by this CA: nginx refuses every client
    error         crl of root: begins at 2026-01-19T23:55:00Z: until then nginx refuses every client
  [11]
  $ cat issuing.pem root.pem check/root.crt > both.pem; mtlsca --home check crl check both.pem
  both.pem: critical
    good until    2026-01-08 00:00 UTC, 7 days left
    error         both.pem: holds a CERTIFICATE, which nginx takes silently and ignores
  [11]
  $ cat issuing.pem issuing.pem root.pem | mtlsca --home check crl check -
  -: nginx accepts it
    good until    2026-01-08 00:00 UTC, 7 days left
    warning       crl of issuing: stands twice: of two with one thisUpdate the first one counts
  [10]
  $ perl -pe 'BEGIN { $/ = undef } substr($_, -1) ^= "\x01"' check/crl/issuing.crl | openssl crl -inform DER | cat - root.pem > forged.pem
  $ mtlsca --home check crl check forged.pem
  forged.pem: critical
    good until    2026-01-08 00:00 UTC, 7 days left
    error         crl of issuing: is not signed by this CA: nginx refuses every client
  [11]
  $ sed 3d issuing.pem | cat - root.pem > cut.pem; mtlsca --home check crl check cut.pem >/dev/null
  [11]
  $ mtlsca --home check crl check nosuch.pem
  mtlsca: error: nosuch.pem: there is no such file
  mtlsca: hint: check the path
  [4]
  $ : > empty.pem; mtlsca --home check crl check empty.pem
  empty.pem: critical
    error         empty.pem: is not PEM: nginx does not start with it
  [11]
