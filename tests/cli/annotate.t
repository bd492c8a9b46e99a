  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ mtlsca issue pay --owner alice --label env=test --label old=1 --out out >/dev/null
  $ mtlsca issue web --profile server --out out >/dev/null
  $ mtlsca nginx site --server-name site.test --cert /c --key /k --root /srv --out site >/dev/null
  $ facts() { mtlsca list --json "$@" | jq -c '.[] | [.name, .owner, .labels, .bindings]'; }

First what would happen, then it happens.

  $ mtlsca annotate pay --owner 'Team Pay' --label env=prod --label tier=1 --remove-label old --dry-run | without_serials
  would annotate pay (client), serial SERIAL
    owner         alice → 'Team Pay'
    label env     test → prod
    label old     1 → (none)
    label tier    (none) → 1
  $ facts --name pay
  ["pay","alice",{"env":"test","old":"1"},[]]
  $ mtlsca annotate pay --owner 'Team Pay' --label env=prod --label tier=1 --remove-label old | without_serials
  mtlsca: note: nginx knows names, owners and bindings of certificates after its next reload: mtlsca nginx apply
  annotated pay (client), serial SERIAL
    owner         alice → 'Team Pay'
    label env     test → prod
    label old     1 → (none)
    label tier    (none) → 1
  $ facts --owner 'Team Pay' --label env=prod
  ["pay","Team Pay",{"env":"prod","tier":"1"},[]]
  $ mtlsca list --owner alice; mtlsca list --label env=test; mtlsca list --label old=1
  mtlsca: note: no certificates
  mtlsca: note: no certificates
  mtlsca: note: no certificates

The log says who changed what, and is sound; nginx's maps say the new owner.

  $ mtlsca audit show --json | jq -r '.[] | select(.event == "annotated") | .detail'
  owner alice → 'Team Pay'; label env test → prod; label old 1 → (none); label tier (none) → 1
  $ mtlsca audit verify >/dev/null
  $ grep -c 'Team Pay' site/maps/identities.map
  1

Again: nothing changes, and nothing is logged.

  $ mtlsca annotate pay --owner 'Team Pay' --remove-label old | without_serials
  unchanged pay (client), serial SERIAL
  $ mtlsca audit show --json | jq '[.[] | select(.event == "annotated")] | length'
  1

Several at once; nobody is an owner, too.

  $ mtlsca annotate pay web --owner '' --label both=yes --json | jq -c '[.dry_run, (.annotated[] | [.name, .owner, .changes])]'
  {"note":"nginx knows names, owners and bindings of certificates after its next reload: mtlsca nginx apply"}
  [false,["pay",null,[{"field":"owner","before":"'Team Pay'","after":""},{"field":"label both","before":"","after":"yes"}]],["web",null,[{"field":"label both","before":"","after":"yes"}]]]
  $ facts --label both=yes
  ["pay",null,{"env":"prod","tier":"1","both":"yes"},[]]
  ["web",null,{"both":"yes"},[]]

Networks: one within another says nothing more; the last one gone is told.

  $ mtlsca annotate pay --bind 10.0.0.5 --bind 10.0.0.0/8 2>/dev/null | without_serials
  annotated pay (client), serial SERIAL
    bindings      (none) → 10.0.0.0/8
  $ grep -o '10.0.0.0/8' site/maps/bindings.map | head -1
  10.0.0.0/8
  $ mtlsca annotate pay --unbind 10.0.0.0/8 2>&1 | without_serials | grep -v 'nginx apply'
  mtlsca: note: pay: is bound to no network any more; nginx lets it in from every address
  annotated pay (client), serial SERIAL
    bindings      10.0.0.0/8 → (none)

What issue refuses is refused here, all of it at once, and nothing is changed.

  $ mtlsca annotate pay web --owner "$(printf 'a\nb')" --label 'bad key=1' --label x --label y=1 --remove-label y --unbind nowhere
  mtlsca: error: pay: refused by policy
    error    owner: * (glob)
    error    label bad key: * (glob)
    error    label x: write KEY=VALUE
    error    label y=1: is to be set and to be removed
    error    binding nowhere: is no address and no network such as 10.1.0.0/16
  mtlsca: hint: the rules are those of issue
  [3]
  $ facts --name web
  ["web",null,{"both":"yes"},[]]
  $ mtlsca annotate nobody web --owner x
  mtlsca: error: nobody: no such certificate
  mtlsca: hint: mtlsca list shows what there is
  [4]
  $ mtlsca annotate web
  mtlsca: error: annotate: nothing to say of it
  mtlsca: hint: --owner, --label, --remove-label, --bind or --unbind
  [2]
