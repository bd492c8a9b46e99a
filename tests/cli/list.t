  $ . "$TESTDIR/setup.sh"
  $ NOW='2025-10-01 00:00:00' new_ca
  $ mtlsca list
  mtlsca: note: no certificates
  $ mtlsca list --json
  []
  $ mtlsca list --format csv
  serial,name,profile,status,subject,san,ou,owner,labels,bindings,not_before,not_after,revoked_at,reason,sha256
  $ mtlsca list --format index

An inventory with one of each status.

  $ NOW='2025-11-01 00:00:00' mtlsca issue old --days 30 --out out >/dev/null
  $ mtlsca issue alice --ou Client --ou Admin --owner 'Team Pay' --label env=prod --label tier=1 --san dns:alice.example.com --out out >/dev/null
  $ mtlsca issue www.example.com --profile server --days 10 --san ip:10.0.0.5 --out out >/dev/null
  $ mtlsca issue bob --ou Client --label env=test --bind 10.0.0.0/8 --out out >/dev/null
  $ mtlsca issue carol --out out >/dev/null
  $ mtlsca hold carol >/dev/null 2>&1
  $ mtlsca revoke bob --reason superseded >/dev/null 2>&1
  $ mtlsca list | without_serials
  SERIAL                            STATUS    UNTIL              PROFILE         OWNER             NAME
  SERIAL  expired   2025-12-01T00:00Z  client          -                 old
  SERIAL  valid     2026-04-01T00:00Z  client          Team Pay          alice [Client, Admin]
  SERIAL  valid     2026-01-11T00:00Z  server          -                 www.example.com
  SERIAL  revoked   2026-04-01T00:00Z  client          -                 bob [Client]
  SERIAL  held      2026-04-01T00:00Z  client          -                 carol

The filters, alone and together.

  $ names() { mtlsca list --json "$@" | jq -r '.[].name' | xargs; }
  $ for status in valid revoked held expired pending; do echo "$status: $(names --status $status)"; done
  valid: alice www.example.com
  revoked: bob
  held: carol
  expired: old
  pending: 
  $ names --profile server
  www.example.com
  $ names --ou Client
  alice bob
  $ names --owner 'Team Pay'
  alice
  $ names --san dns:alice.example.com; names --san ip:10.0.0.5; names --san alice.example.com
  alice
  www.example.com
  alice
  $ names --label env=prod; names --label env=test
  alice
  bob
  $ names --ou Client --status valid
  alice
  $ names --limit 2
  old alice
  $ names --name ALICE; names --label env=prod --label tier=1; names --label env=prod --label tier=2
  alice
  alice
  
  $ names --issuer issuing --status held; names --issuer root
  carol
  
  $ mtlsca list --issuer nosuch
  mtlsca: error: --issuer nosuch: no such CA
  mtlsca: hint: there are root, issuing
  [4]
  $ names --owner ''
  old www.example.com bob carol
  $ names --profile nosuch; names --ou nosuch; names --owner nosuch; names --san nosuch; names --label no=such
  
  
  
  
  
  $ mtlsca list --label env
  mtlsca: error: --label: env is not K=V
  [2]
  $ mtlsca list --status lost
  mtlsca: error: list: --status: lost not in {valid,revoked,held,expired,pending}
  mtlsca: hint: mtlsca list --help
  [2]
  $ mtlsca list --limit 0 2>/dev/null
  [2]

Sorted, and page by page: the last serial of a page is where the next begins.

  $ names --sort name; names --sort expiry; names --sort issued
  alice bob carol old www.example.com
  old www.example.com alice bob carol
  old alice www.example.com bob carol
  $ names --sort expiry --ou Client; names --sort name --status valid
  alice bob
  alice www.example.com
  $ mtlsca list --sort name --limit 2 | without_serials
  mtlsca: note: there are more: --after [0-9A-F]{32} (re)
  SERIAL                            STATUS    UNTIL              PROFILE         OWNER             NAME
  SERIAL  valid     2026-04-01T00:00Z  client          Team Pay          alice [Client, Admin]
  SERIAL  revoked   2026-04-01T00:00Z  client          -                 bob [Client]
  $ for sort in name expiry issued; do
  >   after=
  >   while page=$(mtlsca list --json --sort $sort --limit 2 $after); [ "$page" != "[]" ]; do
  >     echo "$page" | jq -r '.[].name' | xargs; after="--after $(echo "$page" | jq -r 'last.serial')"
  >   done
  > done
  alice bob
  carol old
  www.example.com
  old www.example.com
  alice bob
  carol
  old alice
  www.example.com bob
  carol
  $ mtlsca list --after 00FF
  mtlsca: error: --after 00FF: no certificate has this serial
  mtlsca: hint: the last serial of the page before
  [4]
  $ mtlsca list --after alice
  mtlsca: error: --after: alice is not a serial
  [2]

Orphans: who looks after them, and each says why.

  $ mtlsca list --orphans | without_serials
  SERIAL                            STATUS    UNTIL              PROFILE         OWNER             WHY                                 NAME
  SERIAL  valid     2026-01-11T00:00Z  server          -                 no owner                            www.example.com
  SERIAL  held      2026-04-01T00:00Z  client          -                 no owner                            carol
  $ NOW='2026-01-08 12:00:00' mtlsca list --orphans --older-than 7d --json | jq -c '.[] | [.name, .orphan]'
  ["www.example.com",["no-owner","never-renewed","due"]]
  ["alice",["never-renewed"]]
  ["carol",["no-owner","never-renewed"]]
  $ mtlsca list --orphans --format csv --limit 1 | without_serials
  serial,name,profile,status,subject,san,ou,owner,labels,bindings,not_before,not_after,revoked_at,reason,sha256,orphan
  SERIAL,www.example.com,server,valid,CN=www.example.com,dns:www.example.com;ip:10.0.0.5,,,,,2025-12-31T23:55:00Z,2026-01-11T00:00:00Z,,,SHA256,no-owner
  $ mtlsca list --orphans --owner 'Team Pay'
  mtlsca: note: no orphans
  $ mtlsca list --orphans --format index
  mtlsca: error: --orphans: openssl's index has no room for the reasons
  mtlsca: hint: --format text, json or csv
  [2]
  $ mtlsca list --older-than 7d
  mtlsca: error: --older-than: says which --orphans are old
  [2]

--expiring: exit 10 where something live ends soon, so that cron can tell.

  $ mtlsca list --expiring 9d
  mtlsca: note: no certificates
  $ mtlsca list --expiring 11d | without_serials
  SERIAL                            STATUS    UNTIL              PROFILE         OWNER             NAME
  SERIAL  valid     2026-01-11T00:00Z  server          -                 www.example.com
  $ mtlsca list --expiring 1y --json | jq -r '.[].name'
  www.example.com
  alice
  $ mtlsca list --expiring 11d --profile client
  mtlsca: note: no certificates
  $ mtlsca list --expiring soon
  mtlsca: error: list: --expiring: soon is not a duration: 90d, 12h, 30m, 2w, 1y
  mtlsca: hint: mtlsca list --help
  [2]

A name that was given twice: all are there, the oldest first.

  $ NOW='2026-01-05 00:00:00' mtlsca issue bob --out again >/dev/null
  $ NOW='2026-01-05 00:00:00' mtlsca list --json | jq -r '.[] | select(.name == "bob") | .status'
  revoked
  valid

CSV, as a spreadsheet reads it.

  $ mtlsca issue dora --owner 'Doe, "Jo"' --out out >/dev/null 2>&1
  $ mtlsca list --format csv | without_serials
  serial,name,profile,status,subject,san,ou,owner,labels,bindings,not_before,not_after,revoked_at,reason,sha256
  SERIAL,old,client,expired,CN=old,,,,,,2025-10-31T23:55:00Z,2025-12-01T00:00:00Z,,,SHA256
  SERIAL,alice,client,valid,"CN=alice,OU=Admin,OU=Client",dns:alice.example.com,Client;Admin,Team Pay,env=prod;tier=1,,2025-12-31T23:55:00Z,2026-04-01T00:00:00Z,,,SHA256
  SERIAL,www.example.com,server,valid,CN=www.example.com,dns:www.example.com;ip:10.0.0.5,,,,,2025-12-31T23:55:00Z,2026-01-11T00:00:00Z,,,SHA256
  SERIAL,bob,client,revoked,"CN=bob,OU=Client",,Client,,env=test,10.0.0.0/8,2025-12-31T23:55:00Z,2026-04-01T00:00:00Z,2026-01-01T00:00:00Z,superseded,SHA256
  SERIAL,carol,client,held,CN=carol,,,,,,2025-12-31T23:55:00Z,2026-04-01T00:00:00Z,2026-01-01T00:00:00Z,certificateHold,SHA256
  SERIAL,bob,client,valid,CN=bob,,,,,,2026-01-04T23:55:00Z,2026-04-05T00:00:00Z,,,SHA256
  SERIAL,dora,client,valid,CN=dora,,,"Doe, ""Jo""",,,2025-12-31T23:55:00Z,2026-04-01T00:00:00Z,,,SHA256

openssl's index: openssl reads it, counts it and answers OCSP from it.

  $ mtlsca list --format index > index.txt
  $ without_serials < index.txt | tr '\t' '|'
  E|251201000000Z||SERIAL|unknown|/CN=old
  V|260401000000Z||SERIAL|unknown|/OU=Client/OU=Admin/CN=alice
  V|260111000000Z||SERIAL|unknown|/CN=www.example.com
  R|260401000000Z|260101000000Z,superseded|SERIAL|unknown|/OU=Client/CN=bob
  R|260401000000Z|260101000000Z,certificateHold|SERIAL|unknown|/CN=carol
  V|260405000000Z||SERIAL|unknown|/CN=bob
  V|260401000000Z||SERIAL|unknown|/CN=dora
  $ touch index.txt.attr
  $ openssl ca -config /dev/stdin -status "$(serial_of alice)" 2>&1 <<'CNF' | without_serials
  > [ca]
  > default_ca = here
  > [here]
  > database = index.txt
  > CNF
  Using configuration from /dev/stdin
  SERIAL=Valid (V)
  $ revoked=$(mtlsca list --status revoked --json | jq -r '.[0].serial')
  $ openssl ocsp -issuer ca/issuing.crt -serial "0x$(serial_of alice)" -serial "0x$revoked" -no_nonce -reqout request
  $ openssl ocsp -index index.txt -CA ca/issuing.crt -rsigner ca/issuing.crt -rkey ca/private/issuing.key -reqin request -ndays 1 -respout response
  $ openssl ocsp -issuer ca/issuing.crt -serial "0x$(serial_of alice)" -serial "0x$revoked" -no_nonce -respin response -CAfile ca/chain.pem 2>&1 | without_serials | tr "\t" " "
  Response verify OK
  SERIAL: good
   This Update: Jan  1 00:00:00 2026 GMT
   Next Update: Jan  2 00:00:00 2026 GMT
  SERIAL: revoked
   This Update: Jan  1 00:00:00 2026 GMT
   Next Update: Jan  2 00:00:00 2026 GMT
   Reason: superseded
   Revocation Time: Jan  1 00:00:00 2026 GMT

A page of the inventory that nobody reads to its end, a full device.

  $ mtlsca list --json | head -1
  [
  $ mtlsca list > /dev/full
  mtlsca: error: standard output: cannot be written
  [1]

As JSON: an array of what issue prints, and more.

  $ mtlsca list --owner 'Team Pay' --json | jq '.[0] | .serial = "SERIAL" | .sha256 = "SHA256" | .x5t_s256 = "X5T"'
  {
    "serial": "SERIAL",
    "name": "alice",
    "profile": "client",
    "subject": "CN=alice,OU=Admin,OU=Client",
    "san": [
      "dns:alice.example.com"
    ],
    "not_before": "2025-12-31T23:55:00Z",
    "not_after": "2026-04-01T00:00:00Z",
    "sha256": "SHA256",
    "certificate_file": null,
    "key_file": null,
    "status": "valid",
    "owner": "Team Pay",
    "labels": {
      "env": "prod",
      "tier": "1"
    },
    "ou": [
      "Client",
      "Admin"
    ],
    "revoked_at": null,
    "reason": null,
    "invalidity_date": null,
    "bindings": [],
    "deployments": [],
    "recorded_at": "2026-01-01T00:00:00Z",
    "x5t_s256": "X5T"
  }
  $ mtlsca list --status revoked --json | jq -c '.[0] | [.status, .revoked_at, .reason]'
  ["revoked","2026-01-01T00:00:00Z","superseded"]
