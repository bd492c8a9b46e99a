  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ found() { mtlsca status --json "$@" | jq -r '.findings[] | .severity + " " + .rule + ": " + .subject'; }
  $ machine() { sed -E 's/[0-9]+ (bytes|of [0-9]+ MiB)/N \1/; s/of [0-9]+ MiB/of N MiB/'; }

A CA that is well, in words.

  $ mtlsca status | machine
  Acme: all is well
  CAs
    root          until 2035-12-30 00:00 UTC, 3650 days left, key is here
    issuing       until 2030-12-31 00:00 UTC, 1825 days left, key is here
  CRLs
    root          number 1, 0 entries, N bytes, of 2025-12-31 23:55 UTC, good until 2026-06-30 00:00 UTC, 180 days left
    issuing       number 1, 0 entries, N bytes, of 2025-12-31 23:55 UTC, good until 2026-01-08 00:00 UTC, 7 days left
  Certificates
    recorded      0, of them 0 ended, 0 revoked, 0 held, 0 pending
    unreplaced    0 due, 0 expiring soon, 0 of them critical; 0 expired
    outstanding   0 deliveries, 0 planned revocations
  Machine
    database      N bytes, --deep reads it whole
    disk          N of N MiB free
    last change   2026-01-01 00:00 UTC
  $ mtlsca status --deep | grep database | machine
    database      N bytes, read whole

As JSON, for scripts.

  $ mtlsca issue alice --owner team-pay --out out >/dev/null
  $ mtlsca status --json | without_serials | jq -c 'del(.disk, .database, .cas[].crl.bytes) | (.cas, .certificates.next) |= .[0]'
  {"status":"ok","time":"2026-01-01T00:00:00Z","findings":[],"fixed":[],"cas":{"issuer":"root","serial":"SERIAL","not_before":"2025-12-31T23:55:00Z","not_after":"2035-12-30T00:00:00Z","left_seconds":315360000,"issues":false,"state":"active","has_key":true,"crl":{"number":1,"this_update":"2025-12-31T23:55:00Z","next_update":"2026-06-30T00:00:00Z","due":"2026-05-31T00:00:00Z","age_seconds":300,"left_seconds":15552000,"entries":0,"unpublished_changes":false}},"certificates":{"recorded":1,"ended":0,"revoked":0,"held":0,"pending":0,"due":0,"expiring":0,"critical":0,"expired":0,"next":{"serial":"SERIAL","name":"alice","profile":"client","owner":"team-pay","not_after":"2026-04-01T00:00:00Z"}},"deliveries":{"outstanding":0,"failed":0},"planned_revocations":{"outstanding":0,"late":0},"failed_jobs":[],"last_event":"2026-01-01T00:00:00Z"}

Thresholds: durations, or shares of the lifetime.

  $ NOW='2026-03-20 00:00:00' mtlsca crl >/dev/null; export NOW='2026-03-20 00:00:00'
  $ mtlsca status | head -2 | without_serials; found
  Acme: 0 critical, 1 warning
    warning   certificate alice (client): expires in 12 days and has no successor, owner team-pay; next: mtlsca renew SERIAL, or mtlsca revoke SERIAL --reason cessationOfOperation if nobody needs it
  warning certificate-expiring: certificate alice (client)
  $ mtlsca status --warn 10d --critical 1d >/dev/null; echo "exit $?"
  exit 0
  $ mtlsca status --critical 20d >/dev/null; echo "exit $?"
  exit 11
  $ mtlsca status --warn 10% --critical 5% >/dev/null; echo "exit $?"
  exit 0
  $ mtlsca status --warn 5d --critical 6d
  mtlsca: error: --warn 5d: is less than --critical 6d
  [2]
  $ mtlsca status --warn soon
  mtlsca: error: status: --warn: soon is not a duration or a share: 30d, 25%
  mtlsca: hint: mtlsca status --help
  [2]
  $ mtlsca status --dry-run
  mtlsca: error: --dry-run: is about --fix
  mtlsca: hint: status itself changes nothing
  [2]

A renewal ends the matter; so does a revocation.

  $ mtlsca revoke alice >/dev/null 2>&1; found

Expired: first critical, then a warning, then history.

  $ mtlsca issue short --days 2 --out out >/dev/null
  $ for day in 23 30; do NOW="2026-03-$day 00:00:00" found | grep certificate; done
  critical certificate-expired: certificate short (client)
  warning certificate-expired: certificate short (client)
  $ NOW='2026-05-20 00:00:00' found | grep certificate
  [1]
  $ mtlsca revoke short >/dev/null 2>&1

A job that fails is remembered until it succeeds; the failure itself is as ever.

  $ mtlsca crl --on-change 'exit 3' >/dev/null; echo "exit $?"
  mtlsca: warning: --on-change: "exit 3" ended with 3; the next mtlsca crl --if-due runs it again
  exit 1
  $ found; mtlsca status --json | jq -c '.failed_jobs'
  warning job-failed: mtlsca crl
  warning hook-pending: --on-change
  [{"command":"crl","since":"2026-03-20T00:00:00Z","last":"2026-03-20T00:00:00Z","problem":"--on-change: \"exit 3\" ended with 3; the next mtlsca crl --if-due runs it again"}]
  $ NOW='2026-03-20 05:00:00' mtlsca crl --if-due >/dev/null 2>&1; NOW='2026-03-20 06:00:00' mtlsca status --json | jq -c '.failed_jobs'
  [{"command":"crl","since":"2026-03-20T00:00:00Z","last":"2026-03-20T05:00:00Z","problem":"--on-change: \"exit 3\" ended with 3; the next mtlsca crl --if-due runs it again"}]
  $ mtlsca crl --if-due --on-change true >/dev/null; found; mtlsca status --json | jq -c '.failed_jobs'
  []
  $ mv ca/private away; mtlsca crl; mtlsca status | head -3
  mtlsca: error: ca/private/issuing.key: the private key cannot be opened: no such file or directory
  mtlsca: hint: bring the key there, or name the place where it is
  Acme: 1 critical, 1 warning
    CRITICAL  key of issuing: ca/private/issuing.key is not there: nothing can be signed, no CRL either; next: bring it back from where it is kept, mode 0600
    warning   mtlsca crl: fails since 2026-03-20T00:00:00Z, the last time 0 minutes ago: ca/private/issuing.key: the private key cannot be opened: no such file or directory; next: mtlsca crl --if-due, once the reason is gone
  $ mv away ca/private; mtlsca crl >/dev/null; found
  $ mtlsca crl --next-update 1h; found
  mtlsca: error: --next-update 1h: is not longer than the overlap of 1d: the CRL would always be due
  mtlsca: hint: make it longer, or --overlap shorter

Nothing is written where nothing has to be cleared.

  $ before=$(md5sum <ca/mtlsca.db); mtlsca crl --if-due >/dev/null; mtlsca status >/dev/null; [ "$before" = "$(md5sum <ca/mtlsca.db)" ]

Where every user could write nothing is signed, and nothing else is changed. A group may.

  $ new_ca --home open; mtlsca --home open issue zoe --out open/out >/dev/null
  $ for what in . private mtlsca.toml mtlsca.db; do mode=$(stat -c %a open/$what); chmod o+w open/$what; mtlsca --home open revoke zoe; mtlsca --home open list >/dev/null; chmod $mode open/$what; done
  mtlsca: error: open: can be written by every user, who would decide what is signed
  mtlsca: hint: mtlsca status --fix takes that away; what they did is for audit verify and db check to say
  mtlsca: error: open/private: can be written by every user, who would decide what is signed
  mtlsca: hint: mtlsca status --fix takes that away; what they did is for audit verify and db check to say
  mtlsca: error: open/mtlsca.toml: can be written by every user, who would decide what is signed
  mtlsca: hint: mtlsca status --fix takes that away; what they did is for audit verify and db check to say
  mtlsca: error: open/mtlsca.db: can be written by every user, who would decide what is signed
  mtlsca: hint: mtlsca status --fix takes that away; what they did is for audit verify and db check to say
  $ ln -s open link; chmod 777 open; mtlsca --home link hold zoe; chmod 775 open; mtlsca --home link hold zoe --no-crl 2>/dev/null | without_serials
  mtlsca: error: link: can be written by every user, who would decide what is signed
  mtlsca: hint: mtlsca status --fix takes that away; what they did is for audit verify and db check to say
  held zoe (client), serial SERIAL, certificateHold

--fix does what is safe and says so; of the rest it says what to type.

  $ chmod 644 ca/private/issuing.key; chmod 777 ca; : >ca/crl/.bundle.pem.000000.tmp; rm ca/crl/bundle.pem
  $ mtlsca status --fix --dry-run --json | jq -r '.status, .would_fix[]'
  critical
  ca/private/issuing.key: mode 0600 in place of 0644
  ca: mode 0755 in place of 0777
  ca/crl/.bundle.pem.000000.tmp: removed, a command that died left it
  ca/crl/bundle.pem: written from the CRLs that are there
  $ stat -c %a ca/private/issuing.key; ls -A ca/crl
  644
  .bundle.pem.000000.tmp
  issuing.crl
  root.crl
  $ mtlsca status --fix | head -6
  Acme: all is well
    fixed     ca/private/issuing.key: mode 0600 in place of 0644
    fixed     ca: mode 0755 in place of 0777
    fixed     ca/crl/.bundle.pem.000000.tmp: removed, a command that died left it
    fixed     ca/crl/bundle.pem: written from the CRLs that are there
  CAs
  $ stat -c %a ca/private/issuing.key ca; ls -A ca/crl; mtlsca crl check | head -1
  600
  755
  bundle.pem
  issuing.crl
  root.crl
  ca/crl/bundle.pem: nginx accepts it

Folders for nginx that lag behind, or are gone.

  $ mtlsca issue www.example.com --profile server --out out >/dev/null
  $ mtlsca nginx site --server-name www.example.com --cert "$PWD/out/www.example.com.crt" --key "$PWD/out/www.example.com.key" --root /var/www/html --nginx-version 1.22.1 --out site >/dev/null 2>&1; found
  $ echo >>site/bundle.pem; found | sed "s|$PWD|HERE|"
  warning site-stale: HERE/site
  $ rm -r site; found | sed "s|$PWD|HERE|"
  warning site-gone: HERE/site
  $ mtlsca crl >/dev/null 2>&1; found

A CA that cannot be opened is critical, not an error to be guessed at.

  $ cp ca/mtlsca.toml kept; echo nonsense >>ca/mtlsca.toml; mtlsca status; mtlsca status --format prometheus | grep -v '^#'
  this CA: 1 critical, 0 warnings
    CRITICAL  ca/mtlsca.toml: line [0-9]+, column 9: Error while parsing key-value pair: expected '=', saw '\\n'; next: see mtlsca.toml\(5\) (re)
  mtlsca_status 2
  mtlsca_status_time_seconds 1773964800
  mtlsca_findings{rule="ca-unusable",severity="critical"} 1
  $ mv kept ca/mtlsca.toml
  $ mtlsca --home nowhere status
  mtlsca: error: nowhere: holds no CA
  mtlsca: hint: make one with mtlsca init, or name its folder with --home
  [4]

For Prometheus: written whole, 0644, with owners that are no syntax.

  $ mtlsca issue carol --owner 'he said "hi" \ {x}' --out out >/dev/null
  $ mtlsca status --format prometheus --out status.prom; echo "exit $?"; stat -c %a status.prom
  exit 0
  644
  $ promtool check metrics <status.prom
  $ grep -E '^mtlsca_(status|crl_next_update_seconds|certificate_not_after_seconds|crl_entries)[ {]' status.prom | without_serials
  mtlsca_status 0
  mtlsca_crl_next_update_seconds{issuer="root"} 1789516800
  mtlsca_crl_next_update_seconds{issuer="issuing"} 1774569600
  mtlsca_crl_entries{issuer="root"} 0
  mtlsca_crl_entries{issuer="issuing"} 2
  mtlsca_certificate_not_after_seconds{serial="SERIAL",name="www.example.com",profile="server",owner=""} 1781740800
  mtlsca_certificate_not_after_seconds{serial="SERIAL",name="carol",profile="client",owner="he said \"hi\" \\ {x}"} 1781740800
  $ NOW='2026-03-27 00:00:00' mtlsca status --format prometheus --out status.prom; echo "exit $?"; promtool check metrics <status.prom; grep '^mtlsca_findings' status.prom
  mtlsca: warning: critical: crl of issuing: expired 0 minutes ago, at 2026-03-27T00:00:00Z: nginx refuses every client; next: mtlsca crl --if-due, and see why the timer did not: its failure stands below, or it does not run
  exit 11
  mtlsca_findings{rule="crl-expired",severity="critical"} 1
  $ mtlsca list --format prometheus
  mtlsca: error: --format prometheus: is known to status only
  [2]
