  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ outcomes() { jq -r '[.row, .outcome, .name, (.error.message // empty)] | map(tostring) | join(" | ")'; }

Rows of CSV, several values between semicolons: a key and a certificate each, and an outcome in the order of the input.

  $ cat > clients.csv <<'EOF'
  > name,profile,san,ou,owner,labels,days
  > alice,client,email:alice@example.com,Client;Ops,payments,team=web;env=prod,30
  > www.example.com,server,dns:example.com;ip:10.0.0.5,,,,
  > john,client,,,"smith, john",,
  > EOF
  $ mtlsca batch clients.csv --out clients > out.jsonl
  mtlsca: note: 3 certificates issued in * (glob)
  $ outcomes < out.jsonl
  1 | issued | alice
  2 | issued | www.example.com
  3 | issued | john
  $ find clients -printf '%m %P\n' | sort
  600 alice.key
  600 john.key
  600 www.example.com.key
  644 alice.crt
  644 john.crt
  644 www.example.com.crt
  700 
  $ mtlsca show cn:alice --json | jq -c '[.ou, .owner, .labels, .san, .not_after]'
  [["Client","Ops"],"payments",{"team":"web","env":"prod"},["email:alice@example.com"],"2026-01-31T00:00:00Z"]
  $ for n in alice www.example.com john; do diff <(openssl pkey -in "clients/$n.key" -pubout) <(openssl x509 -in "clients/$n.crt" -noout -pubkey); openssl verify -x509_strict -CAfile ca/root.crt -untrusted "clients/$n.crt" "clients/$n.crt"; done
  clients/alice.crt: OK
  clients/www.example.com.crt: OK
  clients/john.crt: OK

A row of a batch and the same by issue differ in nothing but serial, key and time: in the certificate, in the inventory, in the log.

  $ echo '{"name":"one","san":["dns:a.example"],"ou":["Client"],"owner":"me","labels":{"a":"b"},"bind":["10.0.0.0/8"],"profile":"server-client"}' > one.jsonl
  $ mtlsca batch one.jsonl --out a > /dev/null 2>&1
  $ mtlsca --home other init --name Acme --no-passphrase > /dev/null
  $ cp ca/mtlsca.toml other/ && mtlsca --home other issue one --san dns:a.example --ou Client --owner me --label a=b --bind 10.0.0.0/8 --profile server-client --out b > /dev/null
  $ text() { openssl x509 -in $1 -noout -text | sed -E '/^ *([0-9a-fA-F]{2}:)+/d; /Serial Number/,+1d; /Identifier/,+1d'; }
  $ diff <(text a/one.crt) <(text b/one.crt) && text a/one.crt | grep -c 'DNS:one, DNS:a.example'
  1
  $ row() { mtlsca --home $1 show cn:one --json | jq -S 'del(.serial, .sha256, .x5t_s256)'; }
  $ diff <(row ca) <(row other)
  $ log() { mtlsca --home $1 audit show --json cn:one | jq -c 'map({event, detail})'; }
  $ diff <(log ca) <(log other) && log ca
  [{"event":"pending","detail":""},{"event":"valid","detail":""}]

What is wrong with a row is told where it stands, all of it, and the others go on.

  $ cat > bad.csv <<'EOF'
  > name,profile,san,ou,days
  > good-1,,,,
  > ,,,,
  > nobody,nothing,,,
  > odd"quote,,,,
  > short,
  > late,,,,0
  > wrong,server,email:x@example.com,Root,
  > alice,,,,
  > good-1,,,,
  > good-2,,,,
  > EOF
  $ mtlsca batch bad.csv --out bad > out.jsonl
  mtlsca: note: 2 certificates issued, 8 failed in * (glob)
  mtlsca: warning: 8 rows failed; mend them and run the same with --resume, which leaves out what is done
  [1]
  $ outcomes < out.jsonl
  1 | issued | good-1
  2 | refused | row 2 | row 2: has no name
  3 | failed | nobody | profile nothing: there is no such profile
  4 | refused | row 4 | row 4: is no CSV: a quote is in the wrong place
  5 | refused | row 5 | row 5: has 2 fields and the header 5
  6 | refused | late | late: days: 0 is not a number of days from 1 to 36500
  7 | refused | wrong | wrong: refused by policy
  8 | failed | alice | alice: a live certificate of profile client has this name, serial * (glob)
  9 | failed | good-1 | good-1: a row with the same content stands before this one
  10 | issued | good-2
  $ jq -r 'select(.row == 7).error.findings[] | .rule' out.jsonl | sort -u
  * (glob)
  san-type
  $ ls bad
  good-1.crt
  good-1.key
  good-2.crt
  good-2.key

With --resume what is done stays as it is, and what was mended is issued.

  $ before=$(mtlsca list --json | jq length)
  $ sed -i 's/^late,,,,0/late,,,,5/; /^nobody/d' bad.csv
  $ mtlsca batch bad.csv --out bad --resume 2> err | outcomes | grep -v refused
  1 | done before | good-1
  5 | issued | late
  7 | failed | alice | alice: a live certificate of profile client has this name, serial * (glob)
  8 | done before | good-1
  9 | done before | good-2
  $ echo $(($(mtlsca list --json | jq length) - before))
  1
  $ mtlsca batch clients.csv --out clients --resume
  mtlsca: error: *clients.csv: no batch of this input was cut off (glob)
  mtlsca: hint: run it without --resume
  [4]

A run that died before it knew what had arrived: a certificate that is gone is written again, one that has a successor by now
is not, and a key that is another's is not taken for the row's.

  $ printf 'name\nkept\ngone\nstolen\nbad=\n' > died.csv; sed -i 's/^bad=/,/' died.csv
  $ mtlsca batch died.csv --out died > /dev/null 2>&1
  [1]
  $ sqlite3 ca/mtlsca.db 'UPDATE batch SET delivered = 0'
  $ echo its successor > died/kept.crt; rm died/gone.crt; cp clients/john.key died/stolen.key
  $ mtlsca batch died.csv --out died --resume 2> /dev/null | outcomes | grep -v refused
  1 | done before | kept
  2 | done before | gone
  3 | failed | stolen | stolen: is issued as * by the run that was cut off, and *stolen.key is not its key (glob)
  $ cat died/kept.crt; openssl verify -CAfile ca/root.crt -untrusted died/gone.crt died/gone.crt
  its successor
  died/gone.crt: OK

A key that is there is never overwritten, and what cannot be a header is told whole.

  $ mtlsca batch clients.csv --out clients --profile server 2> /dev/null | outcomes
  1 | failed | alice | * (glob)
  2 | failed | www.example.com | *www.example.com.key: is there already (glob)
  3 | failed | john | * (glob)
  $ printf 'nam,profil\nx,y\n' | mtlsca batch -
  mtlsca: error: header of the input: has unknown columns
    error    nam: is no column of a batch
    error    profil: is no column of a batch
  mtlsca: hint: known are name, profile, san, ou, owner, labels, bind, days, key, attributes, deploy, csr
  [3]
  $ mtlsca batch
  mtlsca: error: batch: no input
  mtlsca: hint: a FILE, - for standard input, or --csr-dir DIR
  [2]
  $ mtlsca batch nowhere.csv
  mtlsca: error: nowhere.csv: is not there
  mtlsca: hint: check the path
  [4]
  $ mtlsca batch clients.csv --out clients --pem
  mtlsca: error: --pem: is about certificates on standard output
  mtlsca: hint: leave out --out and --dry-run
  [2]

JSON lines from standard input; without --out key and certificate are in the outcome, or with --pem all there is.

  $ printf '{"name":"carol","ou":"Client"}\n\n{"name":"dora","sane":1}\n[]\n{"name":"emil","days":"7","key":"ec-p384"}\n' | mtlsca batch - 2> /dev/null > out.jsonl
  [1]
  $ outcomes < out.jsonl
  1 | issued | carol
  2 | refused | row 2 | row 2: has unknown keys
  3 | refused | row 3 | row 3: is no JSON object
  4 | issued | emil
  $ jq -r 'select(.name == "emil") | .key' out.jsonl | openssl pkey -noout -text | grep NIST
  NIST CURVE: P-384
  $ diff <(jq -r 'select(.row == 1).key' out.jsonl | openssl pkey -pubout) <(jq -r 'select(.row == 1).certificate' out.jsonl | openssl x509 -noout -pubkey)
  $ printf '{"name":"fritz"}\n{"name":"carol"}\n' | mtlsca batch - --pem 2> err > fritz.pem
  [1]
  $ grep BEGIN fritz.pem
  -----BEGIN PRIVATE KEY-----
  -----BEGIN CERTIFICATE-----
  -----BEGIN CERTIFICATE-----
  $ grep warning err | head -1
  mtlsca: warning: row 2, carol: a live certificate of profile client has this name, serial * (glob)

Requests: a folder, a tar archive, a stream of PEM, or one for each row. Their keys are certified, no others.

  $ mkdir requests; for n in r1 r2 r3 r4; do openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$n -keyout $n.key -out requests/$n.csr 2> /dev/null; done
  $ echo nonsense > requests/r5.csr; touch requests/.hidden; mkdir requests/folder
  $ mtlsca batch --csr-dir requests --out signed 2> /dev/null | outcomes
  1 | issued | r1
  2 | issued | r2
  3 | issued | r3
  4 | issued | r4
  5 | refused | r5.csr | r5.csr: * (glob)
  $ find signed -type f -printf '%m %P\n' | sort; diff <(openssl pkey -in r1.key -pubout) <(openssl x509 -in signed/r1.crt -noout -pubkey)
  644 r1.crt
  644 r2.crt
  644 r3.crt
  644 r4.crt
  $ mtlsca revoke r1 r2 r3 r4 --reason superseded > /dev/null 2>&1
  $ tar -cf requests.tar requests && mtlsca batch requests.tar 2> /dev/null | outcomes | sort -t '|' -k 2
  * | issued | r1 (glob)
  * | issued | r2 (glob)
  * | issued | r3 (glob)
  * | issued | r4 (glob)
  * | refused | requests/r5.csr | requests/r5.csr: is no certificate request (glob)
  $ mtlsca revoke r1 r2 r3 r4 --reason superseded > /dev/null 2>&1

An archive that breaks off: what came before is done, then it is told how to go on.

  $ tar -b1 -cf whole.tar -C requests r1.csr r2.csr && head -c 1600 whole.tar > cut.tar
  $ mtlsca batch cut.tar --out cut 2> err | outcomes
  1 | issued | r1
  $ grep -v note: err # how far it is, where that takes a while
  mtlsca: error: cut.tar: * (glob)
  mtlsca: hint: then the same command with --resume goes on
  $ cp whole.tar cut.tar; mtlsca batch cut.tar --out cut --resume 2> /dev/null | outcomes
  1 | done before | r1
  2 | issued | r2
  $ mtlsca revoke r1 r2 --reason superseded > /dev/null 2>&1
  $ cat requests/r[12].csr | mtlsca batch - 2> /dev/null | outcomes
  1 | issued | r1
  2 | issued | r2
  $ printf 'name,csr,ou\nr3,,Client\nother,r4.csr,\nlost,,\n' | mtlsca batch - --csr-dir requests --out rows 2> /dev/null | outcomes
  1 | issued | r3
  2 | issued | other
  3 | failed | lost | requests/lost.csr: there is no such file
  $ openssl x509 -in rows/other.crt -noout -subject; diff <(openssl pkey -in r4.key -pubout) <(openssl x509 -in rows/other.crt -noout -pubkey)
  subject=CN = other

A dry run says what would be, and changes nothing.

  $ before=$(mtlsca list --json | jq length)
  $ printf 'name\nalice\nzoe\n' > dry.csv; mtlsca batch dry.csv --dry-run | outcomes
  mtlsca: note: 1 certificate would be issued, 1 failed in * (glob)
  1 | failed | alice | alice: a live certificate of profile client has this name, serial * (glob)
  2 | granted | zoe
  $ echo $(($(mtlsca list --json | jq length) - before))
  0

More than two transactions of them: each with a serial of its own, and the store is sound.

  $ { echo name; seq -f 'host-%g' 1 2500; } | mtlsca batch - --jobs 3 2> /dev/null > many.jsonl
  $ jq -s -c '[length, ([.[].serial] | unique | length), ([.[].row] == [range(1; 2501)])]' many.jsonl
  [2500,2500,true]
  $ mtlsca db check
  database, files and CRLs agree
    read          * certificates (glob)
