  $ . "$TESTDIR/setup.sh"
  $ new_ca

Scripts rely on these keys, in this order at least; more may stand behind them. Types are part of it.

  $ shape() { jq -c 'def shape: if type == "object" then map_values(shape) elif type == "array" then [.[] | shape] | unique else type end; shape'; }
  $ times() { jq -r '.. | strings | select(test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T"))' | grep -vE '^[0-9-]{10}T[0-9:]{8}Z$'; }

issue and sign: one object; an array from several inputs; PEM where there is no file.

  $ mtlsca issue alice --ou Client --san dns:alice.example.com --json > issue.json; shape < issue.json
  {"serial":"string","name":"string","profile":"string","subject":"string","san":["string"],"not_before":"string","not_after":"string","sha256":"string","certificate_file":"string","key_file":"string"}
  $ jq -c 'keys_unsorted' issue.json
  ["serial","name","profile","subject","san","not_before","not_after","sha256","certificate_file","key_file"]
  $ mtlsca issue bob --p12 --p12-pass env:HOME --json | jq -r .p12_file
  bob.p12
  $ for name in carol dave; do openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj "/CN=$name" -out $name.csr 2>/dev/null; done
  $ mtlsca sign carol.csr --json > sign.json; jq -c keys_unsorted sign.json
  ["serial","name","profile","subject","san","not_before","not_after","sha256","certificate_file","key_file","certificate"]
  $ jq -r .certificate sign.json | openssl x509 -noout -subject -serial | sed 's/[0-9A-F]\{32\}/SERIAL/'
  subject=CN = carol
  serial=SERIAL
  $ [ "$(jq -r .certificate sign.json | openssl x509 -noout -serial)" = "serial=$(jq -r .serial sign.json)" ] && echo same
  same
  $ mtlsca revoke carol >/dev/null 2>&1
  $ mtlsca sign carol.csr dave.csr --out out --json | jq -c 'type, length, (.[0] | keys_unsorted), [.[].certificate_file]'
  "array"
  2
  ["serial","name","profile","subject","san","not_before","not_after","sha256","certificate_file","key_file"]
  ["out/carol.crt","out/dave.crt"]

What it says is what the certificate holds.

  $ openssl x509 -in alice.crt -noout -serial | cut -d= -f2 | diff - <(jq -r .serial issue.json)
  $ openssl x509 -in alice.crt -outform DER | sha256sum | cut -d' ' -f1 | diff - <(jq -r .sha256 issue.json)
  $ times < issue.json
  [1]

list: an array of the same and more; show: one such object.

  $ mtlsca revoke bob --reason superseded >/dev/null 2>&1
  $ mtlsca list --json > list.json; jq -c 'type, (.[0] | keys_unsorted[:17])' list.json
  "array"
  ["serial","name","profile","subject","san","not_before","not_after","sha256","certificate_file","key_file","status","owner","labels","ou","revoked_at","reason","invalidity_date"]
  $ jq -c '.[] | select(.name == "alice")' list.json | shape
  {"serial":"string","name":"string","profile":"string","subject":"string","san":["string"],"not_before":"string","not_after":"string","sha256":"string","certificate_file":"null","key_file":"null","status":"string","owner":"null","labels":{},"ou":["string"],"revoked_at":"null","reason":"null","invalidity_date":"null","bindings":[],"deployments":[],"recorded_at":"string","x5t_s256":"string"}
  $ jq -c '.[] | select(.name == "bob") | [.status, .revoked_at, .reason]' list.json
  ["revoked","2026-01-01T00:00:00Z","superseded"]
  $ mtlsca show alice --json | jq 'del(.renews, .renewed_by, .revocation_planned)' | diff - <(jq '.[] | select(.name == "alice")' list.json) && echo same
  same
  $ times < list.json
  [1]
  $ mtlsca list --status held --json
  []

crl, with and without a change.

  $ mtlsca crl --json > crl.json; shape < crl.json; jq -c 'keys_unsorted[:3], (.crls[0] | keys_unsorted), [.crls[].issuer]' crl.json
  {"changed":"boolean","crls":[{"issuer":"string","number":"number","this_update":"string","next_update":"string","entries":"number","file":"string"}],"bundle_file":"string","dropped":[],"reloaded":"boolean","on_change":"null"}
  ["changed","crls","bundle_file"]
  ["issuer","number","this_update","next_update","entries","file"]
  ["root","issuing"]
  $ mtlsca crl --if-due --json | jq -c .changed
  false
  $ times < crl.json
  [1]

An error, on standard error; also one of the command line itself; notes and warnings are JSON there, too.

  $ mtlsca issue eve --ou Nobody --json 2>&1 >/dev/null | tee error.json | shape
  {"error":{"code":"number","message":"string","hint":"string","findings":[{"severity":"string","rule":"string","subject":"string","detail":"string"}]}}
  $ jq -c '.error | keys_unsorted, (.findings[0] | keys_unsorted)' error.json
  ["code","message","hint","findings"]
  ["severity","rule","subject","detail"]
  $ mtlsca --json issue eve --days x 2>&1 | jq -c '.error.code'
  2
  $ mtlsca --json 2>&1 | jq -c '.error.code'
  2
  $ mtlsca revoke alice --json --on-change false 2>&1 >/dev/null | jq -c keys_unsorted
  ["warning"]
  $ openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj "/O=Evil/CN=frank" -out frank.csr 2>/dev/null; mtlsca sign frank.csr --json 2>&1 >/dev/null | jq -c keys_unsorted
  ["note"]

The rest.

  $ mtlsca version --json | shape
  {"version":"string","crypto":"string","storage":"string","schema":"number"}
  $ mtlsca init --name Acme --home other --no-passphrase --json | shape
  {"home":"string","dry_run":"boolean","cas":[{"name":"string","subject":"string","not_before":"string","not_after":"string","certificate_file":"string","key_file":"string"}],"chain_file":"string","bundle_file":"string"}
  $ mtlsca crl check --json | shape
  {"file":"string","accepted":"boolean","good_until":"string","findings":[]}
  $ mtlsca audit verify --json | shape
  {"intact":"boolean","entries":"number","sealed":"number","unsealed":"number","sealed_at":"string","findings":[]}
  $ mtlsca verify alice.crt --json | shape
  {"file":"string","accepted":"boolean","at":"string","serial":"string","status":"string","findings":[{"severity":"string","rule":"string","subject":"string","detail":"string"}]}
  $ mtlsca list --json --limit 1 | jq -c 'length'
  1
