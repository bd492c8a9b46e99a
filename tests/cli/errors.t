  $ . "$TESTDIR/setup.sh"
  $ new_ca

0: done, and "nothing was due".

  $ mtlsca version >/dev/null; echo $?
  0
  $ mtlsca --version >/dev/null; echo $?
  0
  $ mtlsca issue --help >/dev/null; echo $?
  0
  $ mtlsca crl --if-due >/dev/null; echo $?
  0

1: files, storage, crypto.

  $ mkdir -p blocked/alice.crt; mtlsca issue alice --out blocked 2>blocked.txt
  [1]
  $ without_serials < blocked.txt | head -1
  mtlsca: error: blocked/alice.crt: is a folder, not a file; the certificate is signed and recorded as SERIAL

Its key lies there, so nobody is told that it was lost.

  $ mtlsca export alice --as p12 --key blocked/alice.key --p12-pass env:HOME >/dev/null; grep -c 'not kept' blocked.txt
  0
  [1]
  $ : > file; mtlsca issue bob --out file/below
  mtlsca: error: file/below: cannot create the folder: not a directory; the certificate is signed and recorded as [0-9A-F]{32} (re)
  mtlsca: hint: mtlsca export [0-9A-F]{32} --as pem --out FILE delivers it again; its key was not kept: mtlsca revoke [0-9A-F]{32} and issue anew (re)
  [1]
  $ mtlsca export alice --as pem --out blocked 2>&1 | head -1
  mtlsca: error: blocked: is a folder, not a file
  $ mtlsca list > /dev/full
  mtlsca: error: standard output: cannot be written
  [1]

2: usage.

  $ mtlsca
  mtlsca: error: command line: a subcommand is required
  mtlsca: hint: mtlsca --help
  [2]
  $ mtlsca nonsense
  mtlsca: error: nonsense: no such command
  mtlsca: hint: mtlsca --help lists them
  [2]
  $ mtlsca crl nonsense 2>&1 | head -1
  mtlsca: error: crl: the following argument was not expected: nonsense
  $ mtlsca audit
  mtlsca: error: audit: a subcommand is required
  mtlsca: hint: mtlsca audit --help
  [2]
  $ mtlsca issue
  mtlsca: error: issue: NAME is required
  mtlsca: hint: mtlsca issue --help
  [2]
  $ mtlsca issue alice bob
  mtlsca: error: issue: the following argument was not expected: bob
  mtlsca: hint: mtlsca issue --help
  [2]
  $ mtlsca issue alice --nonsense
  mtlsca: error: issue: the following argument was not expected: --nonsense
  mtlsca: hint: mtlsca issue --help
  [2]
  $ mtlsca issue alice --days
  mtlsca: error: issue: --days: 1 required N missing
  mtlsca: hint: mtlsca issue --help
  [2]
  $ mtlsca issue alice --days x
  mtlsca: error: issue: --days: x is not a number of days from 1 to 36500
  mtlsca: hint: mtlsca issue --help
  [2]
  $ mtlsca --format yaml list
  mtlsca: error: list: --format: yaml not in {text,json,csv,index,prometheus}
  mtlsca: hint: mtlsca list --help
  [2]
  $ mtlsca issue alice --format csv
  mtlsca: error: --format csv: is known to list only
  [2]
  $ mtlsca list --json --format csv 2>/dev/null
  [2]
  $ mtlsca --lock-timeout -1s list
  mtlsca: error: list: --lock-timeout: -1s is not a duration: 90d, 12h, 30m, 2w, 1y
  mtlsca: hint: mtlsca list --help
  [2]
  $ mtlsca revoke
  mtlsca: error: revoke: ID is required
  mtlsca: hint: mtlsca revoke --help
  [2]
  $ mtlsca revoke alice --reason nonsense
  mtlsca: error: --reason: nonsense is not a reason a certificate can be revoked for
  mtlsca: hint: mtlsca revoke --help lists them
  [2]

3: refused by policy or by a check of the input, every finding at once.

  $ mtlsca issue alice2 --ou Nobody --days 9999 --san dns:a..b
  mtlsca: error: alice2: refused by policy
    error    ou Nobody: profile client allows Admin, Client, Gateway, Ops
    error    san dns:a..b: has an empty label
    error    not after: profile client allows at most 398d
    error    not after: would outlive the CA, which expires at 2030-12-31T00:00:00Z; 1825d are possible
  mtlsca: hint: --dry-run shows the whole plan; profiles are in mtlsca.toml
  [3]
  $ mtlsca verify ca/root.crt --as-nginx | tail -1
    error         CN=Acme Root CA,O=Acme: unsuitable certificate purpose
  $ echo garbage | mtlsca sign -
  mtlsca: error: standard input: is no certificate request
  mtlsca: hint: a PKCS#10 request in PEM or DER is expected, as from: openssl req -new
  [3]
  $ cp ca/mtlsca.toml good.toml
  $ printf '[profiles.x]\nnonsense = 1\nous = 3\n' >> ca/mtlsca.toml; mtlsca issue x 2>errors
  [3]
  $ grep -oE 'x.(ous|nonsense): ' errors | sort; grep ' 0 settings' errors
  x.nonsense: 
  x.ous: 
  [1]
  $ echo '[[[' > ca/mtlsca.toml; mtlsca issue x
  mtlsca: error: ca/mtlsca.toml: line 1, column 3: Error while parsing key: expected bare key starting character or string delimiter, saw '['
  mtlsca: hint: see mtlsca.toml(5)
  [3]
  $ mtlsca list >/dev/null; cp good.toml ca/mtlsca.toml # the inventory needs no settings

4: not found, or ambiguous.

  $ mtlsca --home nowhere list
  mtlsca: error: nowhere: holds no CA
  mtlsca: hint: make one with mtlsca init, or name its folder with --home
  [4]
  $ mtlsca show nobody
  mtlsca: error: nobody: no such certificate
  mtlsca: hint: mtlsca list shows what there is
  [4]
  $ mtlsca sign nosuch.csr
  mtlsca: error: nosuch.csr: there is no such file
  mtlsca: hint: check the path
  [4]
  $ mtlsca issue alice2 --profile nosuch
  mtlsca: error: profile nosuch: there is no such profile
  mtlsca: hint: there are client, server, server-client
  [4]

5: already so.

  $ mtlsca init --name Acme --no-passphrase
  mtlsca: error: ca: holds a CA already
  mtlsca: hint: choose another folder with --home
  [5]
  $ mtlsca revoke alice >/dev/null 2>&1; mtlsca revoke alice 2>&1 | without_serials
  mtlsca: error: alice, serial SERIAL: is revoked already
  $ mtlsca issue carol >/dev/null; mtlsca issue carol --out elsewhere 2>&1 | without_serials
  mtlsca: error: carol: a live certificate of profile client has this name, serial SERIAL
  mtlsca: hint: to renew it: mtlsca renew SERIAL

6: passphrase or key missing or wrong.

  $ mv ca/private/issuing.key .
  $ mtlsca issue dave
  mtlsca: error: ca/private/issuing.key: the private key cannot be opened: no such file or directory
  mtlsca: hint: bring the key there, or name the place where it is
  [6]
  $ mv issuing.key ca/private/
  $ mtlsca export carol --as p12 --key ca/private/issuing.key --p12-pass env:HOME --out carol.p12
  mtlsca: error: ca/private/issuing.key: is not the key of carol
  mtlsca: hint: name the key that was made with it
  [6]

7: waited too long for another command. Readers do not wait.

  $ exec 9< ca; flock 9
  $ mtlsca issue erin --lock-timeout 0s
  mtlsca: error: ca: another command holds its lock (waited 0 s)
  mtlsca: hint: wait for it to end, or wait longer with --lock-timeout
  [7]
  $ mtlsca revoke carol --lock-timeout 1s --json
  {
    "error": {
      "code": 7,
      "message": "ca: another command holds its lock (waited 1 s)",
      "hint": "wait for it to end, or wait longer with --lock-timeout",
      "findings": []
    }
  }
  [7]
  $ mtlsca list --json | jq length
  3
  $ mtlsca crl --if-due | head -1
  nothing was due
  $ mtlsca crl check | head -1
  ca/crl/bundle.pem: nginx accepts it
  $ flock -u 9
  $ mtlsca issue erin --lock-timeout 0s >/dev/null; echo $?
  0
  $ mtlsca list --status revoked --json | jq -r '.[].name'
  alice

8: the store is damaged, or from a newer version.

  $ cp -a ca newer; sqlite3 newer/mtlsca.db "INSERT INTO schema_version VALUES (999)"
  $ mtlsca --home newer list
  mtlsca: error: newer/mtlsca.db: was written by a newer mtlsca \(schema 999, this program knows [0-9]+\) (re)
  mtlsca: hint: use the newer program
  [8]
  $ cp -a ca damaged; head -c 5000 ca/mtlsca.db > damaged/mtlsca.db
  $ mtlsca --home damaged list
  mtlsca: error: damaged/mtlsca.db: is damaged
  mtlsca: hint: restore a backup of the CA's folder
  [8]
  $ echo 'no database' > damaged/mtlsca.db
  $ mtlsca --home damaged issue frank
  mtlsca: error: damaged/mtlsca.db: is not a database
  mtlsca: hint: restore a backup of the CA's folder
  [8]

10 and 11: list --expiring, crl check, audit verify.

  $ mtlsca list --expiring 1y >/dev/null
  [10]
  $ NOW='2026-01-07 12:00:00' mtlsca crl check >/dev/null
  [10]
  $ NOW='2026-02-01 00:00:00' mtlsca crl check >/dev/null
  [11]
  $ mv ca/audit.head .; mtlsca audit verify >/dev/null
  [11]

Global options before the command and after it; --home over $MTLSCA_HOME over ./ca.

  $ cd /; MTLSCA_HOME=$CRAMTMP/errors.t/ca mtlsca list --json | jq length
  4
  $ MTLSCA_HOME=/nowhere mtlsca --home "$CRAMTMP/errors.t/ca" --json list | jq length
  4
  $ MTLSCA_HOME=/nowhere mtlsca list --json --home "$CRAMTMP/errors.t/ca" | jq length
  4
  $ MTLSCA_HOME=/nowhere mtlsca list
  mtlsca: error: /nowhere: holds no CA
  mtlsca: hint: make one with mtlsca init, or name its folder with --home
  [4]
  $ cd "$CRAMTMP/errors.t"

An error as JSON goes to standard error and has one shape; standard output stays empty.

  $ mtlsca issue alice2 --ou Nobody --days 9999 --json 2>error.json; cat error.json
  {
    "error": {
      "code": 3,
      "message": "alice2: refused by policy",
      "hint": "--dry-run shows the whole plan; profiles are in mtlsca.toml",
      "findings": [
        {
          "severity": "error",
          "rule": "ou-not-allowed",
          "subject": "ou Nobody",
          "detail": "profile client allows Admin, Client, Gateway, Ops"
        },
        {
          "severity": "error",
          "rule": "validity-too-long",
          "subject": "not after",
          "detail": "profile client allows at most 398d"
        },
        {
          "severity": "error",
          "rule": "validity-outlives-issuer",
          "subject": "not after",
          "detail": "would outlive the CA, which expires at 2030-12-31T00:00:00Z; 1825d are possible"
        }
      ]
    }
  }
  $ mtlsca --format json show nobody 2>&1 | jq -c .
  {"error":{"code":4,"message":"nobody: no such certificate","hint":"mtlsca list shows what there is","findings":[]}}
  $ mtlsca --format=json nonsense 2>&1 | jq -c .
  {"error":{"code":2,"message":"nonsense: no such command","hint":"mtlsca --help lists them","findings":[]}}
  $ mtlsca --json issue 2>&1 | jq -c '.error | keys_unsorted, .code'
  ["code","message","hint","findings"]
  2

A hostile name never reaches the terminal as it is.

  $ hostile=$(printf 'a\033[31mb\007\r\n\342\200\256c\302\233d')
  $ mtlsca issue "$hostile" 2>&1 | grep -aP '[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80\xae|\xc2\x9b'
  [1]
  $ mtlsca issue "$hostile" 2>&1 | head -1
  mtlsca: error: a\x1B[31mb\x07\x0D\x0A\u{202E}c\u{9B}d: refused by policy
  $ for command in show revoke 'export --as pem' sign verify 'crl show' "--home $hostile list" "--$hostile list"; do mtlsca $command "$hostile"; done 2>&1 | LC_ALL=C grep -aP '[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80\xae|\xc2\x9b'
  [1]
  $ mtlsca show "$hostile" --json 2>&1 | LC_ALL=C grep -aP '[^\x20-\x7e]'
  [1]
  $ openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -utf8 -subj "/CN=$hostile" -out hostile.csr 2>/dev/null
  $ for command in 'show hostile.csr' 'sign hostile.csr' 'sign hostile.csr --dry-run' 'show hostile.csr --json'; do mtlsca $command; done 2>&1 | LC_ALL=C grep -aP '[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80\xae|\xc2\x9b'
  [1]

Who cannot be told is not; the status is the same, and what was done is done.

  $ mtlsca --home nowhere list 2>/dev/full
  [4]
  $ mtlsca --home nowhere list --json 2>&-
  [4]
