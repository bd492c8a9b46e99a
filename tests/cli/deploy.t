  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ mkdir tls api; chmod 755 tls api
  $ cat >>ca/mtlsca.toml <<CONFIG
  > [deploy.web]
  > folder = "$PWD/tls"
  > owner = "nobody"
  > group = "12345"
  > key_mode = "0640"
  > ca = "ca.pem"
  > reload = "echo \$MTLSCA_COMMAND \$MTLSCA_TARGET >>told; [ ! -e broken ]"
  > [deploy.api]
  > folder = "$PWD/api"
  > [profiles.both]
  > extended_key_usages = ["clientAuth"]
  > deploy = ["web", "api"]
  > CONFIG

Issued and brought there, with owner, group and modes; then the target is told.

  $ mtlsca issue alice --deploy web | grep issued
  mtlsca: note: deploy web: alice is there
  issued alice (client)
  $ (cd tls; stat -c '%n %U %g %a' *)
  alice.crt nobody 12345 644
  alice.key nobody 12345 640
  ca.pem nobody 12345 644
  $ cmp tls/alice.crt alice.crt; cmp tls/alice.key alice.key; cmp tls/ca.pem ca/chain.pem
  $ cat told
  issue web

A profile's targets; each is told once, however many certificates come.

  $ mtlsca issue api --profile both >/dev/null
  mtlsca: note: deploy api: api is there
  mtlsca: note: deploy web: api is there
  $ cmp api/api.key api.key; stat -c '%U %a' api/api.key
  root 600
  $ for name in one two; do
  >   openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$name -keyout $name.key -out $name.csr 2>/dev/null
  > done
  $ rm told; mtlsca sign one.csr two.csr --deploy web --out . | grep issued; cat told
  mtlsca: note: deploy web: one is there
  mtlsca: note: deploy web: two is there
  issued one (client)
  issued two (client)
  sign web
  $ ls tls | tr '\n' ' '
  alice.crt alice.key api.crt api.key ca.pem one.crt two.crt  (no-eol)

With the key, later; what lies there already is written again.

  $ mtlsca deploy one --key one.key | without_serials; cmp tls/one.key one.key
  one, serial SERIAL: is at web
  $ mtlsca deploy one --key two.key
  mtlsca: warning: deploy web: one, serial [0-9A-F]+: .*/two.key: is not the key of one; name the key that was made with it; mtlsca deploy --pending tries again (re)
  [1]
  $ mtlsca deploy one two --key one.key
  mtlsca: error: --key: is for a single certificate
  [2]
  $ mtlsca deploy one --key one.key --json | without_serials | jq -c .
  [{"serial":"SERIAL","name":"one","target":"web"}]

A certificate without its key is not put beside another's.

  $ cp two.key tls/two.key
  $ mtlsca deploy two | wc -l
  1
  $ cp one.key tls/two.key; mtlsca deploy two
  mtlsca: warning: deploy web: two, serial [0-9A-F]+: .*/tls/two.key: is not the key of two, and the right one is not at hand; mtlsca deploy [0-9A-F]+ --key FILE; mtlsca deploy --pending tries again (re)
  [1]
  $ cp two.key tls/two.key; mtlsca deploy --pending | without_serials; mtlsca deploy --pending
  two, serial SERIAL: is at web
  nothing was pending

A reload that fails, a folder that is away: told, exit 1, and tried again without issuing.

  $ touch broken; mtlsca issue bob --deploy web --deploy api >/dev/null
  mtlsca: warning: deploy web: the files are there, but "echo $MTLSCA_COMMAND $MTLSCA_TARGET >>told; [ ! -e broken ]" ended with 1; mtlsca deploy --pending tries again
  mtlsca: note: deploy api: bob is there
  [1]
  $ cmp tls/bob.key bob.key
  $ sqlite3 ca/mtlsca.db 'SELECT target, problem FROM delivery'
  deploy:web|"echo $MTLSCA_COMMAND $MTLSCA_TARGET >>told; [ ! -e broken ]" ended with 1
  $ mv api away; mtlsca deploy alice --to api --key alice.key
  mtlsca: warning: deploy api: alice, serial [0-9A-F]+: .*/api: there is no such folder; create it, or check the path; mtlsca deploy --pending tries again (re)
  mtlsca: warning: deploy web: the files are there, but "echo $MTLSCA_COMMAND $MTLSCA_TARGET >>told; [ ! -e broken ]" ended with 1; mtlsca deploy --pending tries again
  [1]
  $ rm broken told; mv away api; mtlsca deploy --pending | without_serials | sort; cat told
  alice, serial SERIAL: is at api
  alice, serial SERIAL: is at web
  bob, serial SERIAL: is at web
  deploy web
  $ sqlite3 ca/mtlsca.db 'SELECT count(*) FROM delivery'
  0
  $ mtlsca audit show --json | jq -c '.[] | select(.event == "deployments") | [.command, .detail]'
  ["deploy","web api"]

A link in a folder of somebody else leads nowhere.

  $ echo precious >victim; ln -sf "$PWD/victim" tls/alice.crt
  $ mtlsca deploy alice
  mtlsca: warning: deploy web: alice, serial [0-9A-F]+: .*/tls/alice.crt: is a symbolic link, and secrets are not written through links; remove the link, or give the path that it leads to; mtlsca deploy --pending tries again (re)
  alice, serial [0-9A-F]+: is at api (re)
  [1]
  $ cat victim; rm tls/alice.crt
  precious

Nobody waits for what is revoked, or for a target that is gone.

  $ mtlsca revoke alice >/dev/null 2>&1; mtlsca deploy --pending 2>&1 | without_serials
  mtlsca: note: deploy web: alice, serial SERIAL is not valid any more, and is not brought there
  nothing was pending
  $ touch broken; mtlsca deploy bob >/dev/null 2>&1
  [1]
  $ cp ca/mtlsca.toml kept.toml; sed -i '/^\[deploy.web/,/^reload/d; s/\["web", "api"\]/["api"]/' ca/mtlsca.toml
  $ mtlsca deploy --pending 2>&1 | without_serials
  mtlsca: note: deploy web: is no longer in mtlsca.toml, so that bob, serial SERIAL is not brought there any more
  nothing was pending
  $ cp kept.toml ca/mtlsca.toml; rm broken

Refused before anything is signed; a plan says where it would be brought.

  $ mtlsca issue eve --deploy nowhere
  mtlsca: error: eve: refused by policy
    error    deploy nowhere: there is no such target; there are api, web
  mtlsca: hint: --dry-run shows the whole plan; profiles are in mtlsca.toml
  [3]
  $ mtlsca issue 'a/b' --deploy web
  mtlsca: error: a/b: refused by policy
    error    deploy web: 'a/b' cannot be the name of a file there; its files could be named by {serial}
  mtlsca: hint: --dry-run shows the whole plan; profiles are in mtlsca.toml
  [3]
  $ mtlsca issue eve --profile both --dry-run | grep deploy
    added    deploy web  (the profile says so)
    added    deploy api  (the profile says so)
  $ mtlsca deploy bob --to nowhere
  mtlsca: error: deploy nowhere: there is no such target
  mtlsca: hint: [deploy.nowhere] in mtlsca.toml makes it; see mtlsca.toml(5)
  [4]
  $ mtlsca deploy alice
  mtlsca: error: alice, serial [0-9A-F]+: is revoked: nobody could use it (re)
  mtlsca: hint: mtlsca list shows which are valid
  [3]
  $ mtlsca issue plain >/dev/null; mtlsca deploy plain
  mtlsca: error: plain: has no target to be brought to
  mtlsca: hint: --to NAME, or deploy = ["NAME"] in its profile
  [3]
  $ mtlsca deploy
  mtlsca: error: deploy: certificates, or --pending for all that has not arrived
  mtlsca: hint: mtlsca deploy --help
  [2]
  $ sed -i "s|^folder = .*/tls\"|folder = \"$PWD/ca\"|; s/owner = \"nobody\"/owner = \"no-such-user\"/" ca/mtlsca.toml
  $ mtlsca deploy bob 2>&1 >/dev/null | sed 's/.*serial [0-9A-F]*: //'
  /.*/ca: lies in the CA's folder, where no key of others is kept; let deploy.web.folder be another one; mtlsca deploy --pending tries again (re)
  $ sed -i "s|^folder = \"$PWD/ca\"|folder = \"$PWD/tls\"|" ca/mtlsca.toml
  $ mtlsca deploy bob 2>&1 >/dev/null | sed 's/.*serial [0-9A-F]*: //'
  no-such-user: there is no such user; create it, or name another; mtlsca deploy --pending tries again
  $ sed -i 's/owner = "no-such-user"/owner = "nobody"/' ca/mtlsca.toml; mtlsca deploy --pending | wc -l
  1

Renewed, with the same key and with a new one: brought to the targets of the one before, each told once.

  $ rm told; NOW='2026-03-25 00:00:00'
  $ mtlsca renew bob --out . 2>/dev/null | grep renewed; cmp bob.crt tls/bob.crt; cat told
  renewed bob (client)
  renew web
  $ NOW='2026-05-30 00:00:00' mtlsca renew --due --rekey --force --out . 2>/dev/null | grep renewed; cmp bob.key tls/bob.key; cmp bob.crt tls/bob.crt; cat told
  renewed bob (client)
  renew web
  renew web
  $ mtlsca deploy $(mtlsca list --json | jq -r '[.[] | select(.name == "bob")][0].serial')
  mtlsca: warning: clock: is 66 days behind the last recorded event, 2026-05-30T00:00:00Z: what is signed now begins in the past
  mtlsca: error: bob, serial [0-9A-F]+: is renewed by [0-9A-F]+ (re)
  mtlsca: hint: mtlsca deploy [0-9A-F]+ (re)
  [3]

A run that dies before its target was told is made good by the next one.

  $ sed -i "s/^reload = .*/reload = \"[ -e died ] || { touch died; kill -9 \$PPID; exit 1; }; echo told >>told\"/" ca/mtlsca.toml; rm told
  $ bash -c 'mtlsca issue carol --deploy web; exit $?' >/dev/null 2>&1
  [137]
  $ rm tls/carol.key; mtlsca deploy --pending | without_serials; cmp tls/carol.key carol.key; cat told
  carol, serial SERIAL: is at web
  told
