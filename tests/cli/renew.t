  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ at() { export NOW="$1 00:00:00"; }
  $ public_key() { openssl x509 -in "$1" -noout -pubkey; }
  $ verify() { openssl verify -crl_check_all -CAfile ca/root.crt -untrusted "$1" -CRLfile ca/crl/bundle.pem "$1" 2>&1 | grep -E 'OK|error [0-9]+'; }
  $ live() { mtlsca list --status valid --json | jq -r '.[].name' | sort | uniq -c | sed 's/^ *//'; }

The same again: names, OUs, owner, labels, bindings and the key; the file is the same one.

  $ mtlsca issue alice --ou Admin --san dns:alice.example.com --owner pay --label team=a --bind 10.0.0.0/8 --out out >/dev/null
  $ old=$(serial_of alice); cp out/alice.crt before.crt; cp out/alice.key before.key
  $ at 2026-02-01; mtlsca renew $old --out out | without_serials
  renewed alice (client)
    serial        SERIAL
    subject       CN=alice,OU=Admin
    names         dns:alice.example.com
    valid until   2026-05-02 00:00 UTC (90 days)
    owner         pay
    bound to      10.0.0.0/8
    certificate   out/alice.crt
    renews        SERIAL
  $ new=$(serial_of alice)
  $ mtlsca show $old --json | jq -S 'del(.serial, .sha256, .x5t_s256, .not_before, .not_after, .recorded_at, .renews, .renewed_by)' > old.json
  $ mtlsca show $new --json | jq -S 'del(.serial, .sha256, .x5t_s256, .not_before, .not_after, .recorded_at, .renews, .renewed_by)' | diff old.json - && echo same
  same
  $ diff <(public_key before.crt) <(public_key out/alice.crt) && cmp before.key out/alice.key && mtlsca crl >/dev/null && verify out/alice.crt
  out/alice.crt: OK

Each knows the other; the log, too.

  $ [ "$(mtlsca show $old --json | jq -r .renewed_by)" = $new ] && [ "$(mtlsca show $new --json | jq -r .renews)" = $old ] && echo linked
  linked
  $ mtlsca show $old | grep -c "renewed by    $new"
  1
  $ mtlsca show $new | grep -c "renews        $old"
  1
  $ mtlsca audit show --json | jq -r --arg old $old '.[] | select(.detail == "renews " + $old) | .event'
  pending
  $ mtlsca explain $old --json | jq -r .successor | grep -c $new
  1

Once is enough, and a name that two have is asked about.

  $ mtlsca renew $old --out out 2>&1 | without_serials
  mtlsca: error: alice, serial SERIAL: is renewed by SERIAL
  mtlsca: hint: renew that one, when its time has come
  $ mtlsca renew $old --out out 2>/dev/null
  [5]
  $ mtlsca renew alice 2>&1 | head -1
  mtlsca: error: alice: means several certificates
  $ mtlsca renew
  mtlsca: error: renew: wants either certificates or --due
  mtlsca: hint: mtlsca renew --help
  [2]
  $ mtlsca renew nobody
  mtlsca: error: nobody: no such certificate
  mtlsca: hint: mtlsca list shows what there is
  [4]
  $ mtlsca renew --due 91%
  mtlsca: error: --due: 91% is neither a share such as 33% (1% to 90%) nor a duration such as 30d
  [2]
  $ mtlsca renew $new --revoke-old --revoke-old-after 7d; mtlsca renew $new --spread 1h; mtlsca renew $new --key ec-p384
  mtlsca: error: --revoke-old: and --revoke-old-after exclude each other
  mtlsca: error: --spread: is for --due
  mtlsca: error: renew: keeps the key, so that --key and --key-pass have nothing to say
  mtlsca: hint: --rekey
  [2]

Due: a third of the lifetime remains. A second run renews nothing; without a change no key is touched.

  $ at 2026-03-01; for name in bob carol dave; do mtlsca issue $name --out out >/dev/null; done
  $ mtlsca renew --due --out out
  nothing was due
  $ at 2026-04-03; mtlsca renew --due --dry-run --out out --json | jq -r '.[] | .name, .granted, .differences'
  alice
  true
  []
  $ mtlsca renew --due --out out --json | jq -c --arg new $new '.[] | [.name, .renews == $new, .certificate_file, .key_file, .differences]'
  ["alice",true,"out/alice.crt",null,[]]
  $ mv ca/private/issuing.key away; mtlsca renew --due --out out; mtlsca renew --due --out out --json; mv away ca/private/issuing.key
  nothing was due
  []
  $ at 2026-04-20; mtlsca renew --due 45d --out out --json | jq -r '.[].name'
  bob
  carol
  dave
  $ mtlsca renew --due 45d --out out
  nothing was due

What would be due from its first day on is renewed once, not by every run.

  $ mtlsca issue zoe --out out >/dev/null; mtlsca renew --due 365d --out out --json | jq -r '.[].name'
  zoe
  $ mtlsca renew --due 365d --out out
  nothing was due

Revoked, held and expired ones are not due; asked for one by one, each says why not, and the others go on.

  $ for name in r h e ok; do mtlsca issue $name --out out >/dev/null; done
  $ mtlsca revoke r >/dev/null 2>&1; mtlsca hold h >/dev/null 2>&1
  $ at 2026-07-01; mtlsca renew --due 89d --dry-run --json --out out | jq -r '.[].name' | sort
  alice
  bob
  carol
  dave
  e
  ok
  zoe
  $ mtlsca renew r h ok --out out 2>&1 >/dev/null | without_serials
  mtlsca: error: renew: 2 of 3 certificates were not renewed
    error    r, serial SERIAL: certificate: is revoked, which is for good: issue a new one
    error    h, serial SERIAL: certificate: is on hold: mtlsca unhold gives it back first
  mtlsca: hint: --dry-run shows the whole plan; profiles are in mtlsca.toml
  $ at 2026-07-25; mtlsca renew e --out out
  mtlsca: error: e, serial [0-9A-F]{32}: is not renewed (re)
    error    certificate: expired 2026-07-19T00:00:00Z, and profile client allows no renewal after that (renew_expired)
  mtlsca: hint: --dry-run shows the whole plan; profiles are in mtlsca.toml
  [3]
  $ sed -i '/^\[profiles.client\]/a renew_expired = "30d"' ca/mtlsca.toml
  $ mtlsca renew --due --out out --json | jq -r '.[].name' | sort
  alice
  bob
  carol
  dave
  e
  zoe
  $ at 2026-12-31; mtlsca renew --due --out out
  nothing was due

A new key: an existing one is not overwritten, said before anything is signed; no key is left half way.

  $ at 2027-01-01; mtlsca issue kim --out keys >/dev/null; k1=$(serial_of kim)
  $ mtlsca renew $k1 --rekey --out keys
  mtlsca: error: keys/kim.key: is there already
  mtlsca: hint: write elsewhere with --out, or overwrite it with --force
  [5]
  $ live | grep kim
  1 kim
  $ PASS=secret mtlsca renew $k1 --rekey --key rsa-2048 --key-pass env:PASS --out elsewhere --json 2>/dev/null | jq -c '[.certificate_file, .key_file, .differences[].detail, .delivered]'
  ["elsewhere/kim.crt","elsewhere/kim.key","was digitalSignature, becomes digitalSignature, keyEncipherment","was ec-p256, becomes rsa-2048",true]
  $ diff <(public_key elsewhere/kim.crt) <(openssl pkey -in elsewhere/kim.key -passin pass:secret -pubout) && stat -c '%a' elsewhere/kim.key && ls elsewhere
  600
  kim.crt
  kim.key
  $ k2=$(serial_of kim); mtlsca renew $k2 --rekey --force --out elsewhere >/dev/null
  $ diff <(public_key elsewhere/kim.crt) <(openssl pkey -in elsewhere/kim.key -pubout) && ls elsewhere
  kim.crt
  kim.key
  $ mkdir links; ln -s nowhere links/kim.key; mtlsca renew $(serial_of kim) --rekey --force --out links
  mtlsca: error: links/kim.key: is a link, and keys are not written through links
  mtlsca: hint: remove it, or write elsewhere with --out
  [1]

The file of another live certificate is not taken for that of the predecessor.

  $ mtlsca issue www.example.com --profile server --out web >/dev/null; w1=$(serial_of www.example.com)
  $ mtlsca issue www.example.com --profile server --out web2 >/dev/null; w2=$(serial_of www.example.com)
  $ mtlsca renew $w2 --out web
  mtlsca: error: web/www.example.com.crt: holds another live certificate, serial [0-9A-F]{32} (re)
  mtlsca: hint: write elsewhere with --out
  [5]

The predecessor is revoked in the same run, or later, by the cron job.

  $ mtlsca renew $w1 --out web --revoke-old 2>&1 | without_serials
  renewed www.example.com (server)
    serial        SERIAL
    subject       CN=www.example.com
    names         dns:www.example.com
    valid until   2027-04-01 00:00 UTC (90 days)
    certificate   web/www.example.com.crt
    renews        SERIAL
  mtlsca: note: revoked www.example.com, serial SERIAL, superseded, as its renewal planned
  published the CRLs
    root          number .* (re)
    issuing       number .* (re)
    bundle        ca/crl/bundle.pem
  $ mtlsca show $w1 | grep status
    status        revoked since 2027-01-01 00:00 UTC, superseded
  $ mtlsca renew $w2 --out web2 --revoke-old-after 7d >/dev/null; mtlsca show $w2 --json | jq -r '.status, .revocation_planned'
  valid
  2027-01-08T00:00:00Z
  $ mtlsca crl >/dev/null; at 2027-01-07; mtlsca crl --if-due >/dev/null; mtlsca show $w2 | grep status
    status        valid, 84 days left
  $ at 2027-01-08; mtlsca crl --if-due 2>&1 | without_serials | head -2
  mtlsca: note: revoked www.example.com, serial SERIAL, superseded, as its renewal planned
  published the CRLs
  $ verify web2/www.example.com.crt; mtlsca show $w2 | grep status
  web2/www.example.com.crt: OK
    status        revoked since 2027-01-08 00:00 UTC, superseded

A command is told once of each, after its files are there; what it needs stands in its environment, and no more.

  $ mtlsca issue lea --owner 'pay; rm -rf' --san dns:lea.example.com --out hook >/dev/null; l1=$(serial_of lea)
  $ MTLSCA_CA_PASS=env:HOME mtlsca renew $l1 --out hook --exec 'env | grep MTLSCA | sort > told; openssl x509 -in "$MTLSCA_CERTIFICATE" -noout -serial >> told' >/dev/null
  $ sed "s,$PWD,PWD,; s/$l1/OLD/; s/$(serial_of lea)/NEW/" told
  MTLSCA_CERTIFICATE=PWD/hook/lea.crt
  MTLSCA_COMMAND=renew
  MTLSCA_HOME=PWD/ca
  MTLSCA_KEY=PWD/hook/lea.key
  MTLSCA_NAME=lea
  MTLSCA_NOT_AFTER=2027-04-08T00:00:00Z
  MTLSCA_NOT_BEFORE=2027-01-07T23:55:00Z
  MTLSCA_OLD_SERIAL=OLD
  MTLSCA_OWNER=pay; rm -rf
  MTLSCA_PROFILE=client
  MTLSCA_SAN=dns:lea.example.com
  MTLSCA_SERIAL=NEW
  MTLSCA_SUBJECT=CN=lea
  serial=NEW

If it fails this is told, and the next run for what is due tries again, and issues nothing; so long nobody is revoked.

  $ mtlsca issue max --out hook >/dev/null; m1=$(serial_of max)
  $ mtlsca renew $m1 --out hook --revoke-old --exec 'echo no >&2; test -e works && echo $MTLSCA_NAME >> told2' > /dev/null
  no
  mtlsca: warning: max, serial [0-9A-F]{32}: "echo no >&2; test -e works && echo .MTLSCA_NAME >> told2": ended with 1; the next mtlsca renew --due tries again (re)
  [1]
  $ mtlsca renew --due --out hook 2>/dev/null
  nothing was due
  [1]
  $ at 2027-01-09; mtlsca crl --if-due >/dev/null; mtlsca show $m1 | grep -c 'status        valid'
  1
  $ touch works; mtlsca renew --due --out hook 2>/dev/null; cat told2
  nothing was due
  max
  $ mtlsca renew --due --out hook; cat told2; live | grep max
  nothing was due
  max
  2 max
  $ mtlsca crl --if-due 2>&1 | head -1
  mtlsca: note: revoked max, serial [0-9A-F]{32}, superseded, as its renewal planned (re)

What was not told yet when the next renewal comes is told of that one; of a revoked one nobody is told.

  $ rm works; mtlsca issue nia --out hook >/dev/null; n1=$(serial_of nia)
  $ mtlsca renew $n1 --out hook --exec 'test -e works && echo $MTLSCA_SERIAL >> told3' >/dev/null 2>&1; n2=$(serial_of nia)
  $ mtlsca renew $n2 --out hook >/dev/null 2>&1; n3=$(serial_of nia)
  $ touch works; mtlsca renew --due --out hook; diff told3 <(echo $n3) && echo newest
  mtlsca: note: nia, serial [0-9A-F]{32}: is delivered now (re)
  nothing was due
  newest
  $ rm works; mtlsca renew $n3 --out hook --exec 'test -e works' >/dev/null 2>&1; mtlsca revoke $(serial_of nia) >/dev/null 2>&1
  $ mtlsca renew --due --out hook
  mtlsca: note: nia, serial [0-9A-F]{32}: is revoked, so that nobody is told of it any more (re)
  nothing was due

The plan is dropped when the successor is revoked: then the predecessor is all that is left.

  $ mtlsca issue ole --out hook >/dev/null; o1=$(serial_of ole)
  $ mtlsca renew $o1 --out hook --revoke-old-after 1d >/dev/null; mtlsca revoke $(serial_of ole) >/dev/null 2>&1
  $ at 2027-01-11; mtlsca crl --if-due 2>&1 | head -1
  mtlsca: note: ole, serial [0-9A-F]{32}: stays as it is: none that renewed it is live any more (re)
  $ mtlsca show $o1 | grep -c 'status        valid'
  1

Today's rules hold, and what they change is told; a profile that is gone cannot renew.

  $ mtlsca issue pat --ou Admin --days 30 --out rules >/dev/null; p1=$(serial_of pat)
  $ mtlsca renew $p1 --dry-run --out rules | without_serials | grep -E 'would|lifetime|renews'
  would sign pat (client)
    note     lifetime: was 30d, becomes 90d
    renews   serial SERIAL
  $ cp ca/mtlsca.toml settings; sed -i '/^\[profiles.client\]/,/^\[profiles.server-client/s/^ous = .*/ous = ["Client"]/' ca/mtlsca.toml
  $ mtlsca renew $p1 --dry-run --out rules | grep error
    error    ou Admin: profile client allows Client
  $ mtlsca renew $p1 --out rules
  mtlsca: error: pat, serial [0-9A-F]{32}: is not renewed (re)
    error    ou Admin: profile client allows Client
  mtlsca: hint: --dry-run shows the whole plan; profiles are in mtlsca.toml
  [3]
  $ sed 's/^\[profiles.client\]/[profiles.other]/' settings > ca/mtlsca.toml; mtlsca renew $p1 --out rules
  mtlsca: error: profile client: there is no such profile
  mtlsca: hint: there are other, server, server-client
  [4]
  $ cp settings ca/mtlsca.toml; sed -i '/^\[profiles.client\]/a renew_due = "90d"' ca/mtlsca.toml; mtlsca crl --if-due 2>&1 | grep renew_due
    error    profiles.client.renew_due: is not shorter than validity (90d): what is issued would be due at once

What --revoke-old publishes is told as by revoke; a folder that cannot be made is refused
before anything is signed.

  $ cp settings ca/mtlsca.toml; mtlsca issue quinn --out q >/dev/null; q1=$(serial_of quinn)
  $ mtlsca renew $q1 --out q >/dev/null; q2=$(serial_of quinn)
  $ mtlsca renew $q2 --out q --revoke-old --on-change 'echo told of $MTLSCA_COMMAND' | grep -E 'told|published'
  mtlsca: note: revoked quinn, serial [0-9A-F]{32}, superseded, as its renewal planned (re)
  told of renew
  published the CRLs
    told          echo told of $MTLSCA_COMMAND
  $ mtlsca renew $q2 --on-change true
  mtlsca: error: --on-change: is for what --revoke-old publishes: nothing else is published here
  [2]
  $ q3=$(serial_of quinn); mtlsca renew $q3 --out /proc/none
  mtlsca: error: /proc/none: cannot create the folder: no such file or directory
  mtlsca: hint: check the path
  [1]
  $ mtlsca show $q3 --json | jq .renewed_by
  null

A name of several says which are the older ones.

  $ mtlsca renew $q3 --out q >/dev/null; mtlsca annotate quinn --owner x 2>&1 | sed "s/$q3/OLD/g; s/$(serial_of quinn)/NEW/g" | grep note
    note     [0-9A-F]{32}: quinn, client, valid, until 2027-04-11T00:00:00Z, renewed by OLD (re)
    note     OLD: quinn, client, valid, until 2027-04-11T00:00:00Z, renewed by NEW
    note     NEW: quinn, client, valid, until 2027-04-11T00:00:00Z
