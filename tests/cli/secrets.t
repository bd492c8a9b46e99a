  $ . "$TESTDIR/setup.sh"
  $ export PASSPHRASE='correct horse' WRONG=wrong
  $ mtlsca init --name Acme --ca-pass env:PASSPHRASE >/dev/null

Without a source and without a terminal nothing waits: code 6, and which option to give.

  $ mtlsca issue alice
  mtlsca: error: the passphrase of the CA's keys: is needed and there is no terminal to ask for it
  mtlsca: hint: say where it comes from: --ca-pass env:VAR, file:PATH, fd:N or stdin
  [6]
  $ mtlsca revoke alice 2>&1 | head -1
  mtlsca: error: alice: no such certificate
  $ mtlsca crl
  mtlsca: error: the passphrase of the CA's keys: is needed and there is no terminal to ask for it
  mtlsca: hint: say where it comes from: --ca-pass env:VAR, file:PATH, fd:N or stdin
  [6]
  $ mtlsca init --name Other --home other
  mtlsca: error: the passphrase of the CA's keys: is needed and there is no terminal to ask for it
  mtlsca: hint: say where it comes from: --ca-pass env:VAR, file:PATH, fd:N or stdin
  [6]
  $ ls -A other
  ls: cannot access 'other': No such file or directory
  [2]
  $ mtlsca list --json && mtlsca crl --if-due | head -1
  []
  nothing was due
  $ ls
  ca

Every source; one newline at the end is dropped, and only one.

  $ n=0; try() { n=$((n + 1)); mtlsca issue "n$n" --out out "$@" >/dev/null && echo "n$n"; }
  $ try --ca-pass env:PASSPHRASE
  n1
  $ printf 'correct horse\n' > pass; try --ca-pass file:pass
  n2
  $ try --ca-pass file:<(printf 'correct horse')
  n3
  $ try --ca-pass fd:7 7< pass
  n4
  $ try --ca-pass stdin < pass
  n5
  $ printf 'correct horse\n\n' > two; try --ca-pass file:two
  mtlsca: error: the passphrase of the CA's keys: it holds more than one line, or a NUL
  mtlsca: hint: give it with --ca-pass env:VAR, file:PATH, fd:N, stdin or prompt
  [6]
  $ printf 'correct horse ' > space; try --ca-pass file:space
  mtlsca: error: ca/private/issuing.key: wrong passphrase
  [6]
  $ MTLSCA_CA_PASS=env:PASSPHRASE try
  n8
  $ MTLSCA_CA_PASS=env:WRONG try --ca-pass env:PASSPHRASE
  n9

A passphrase on the command line is refused, and is not said again.

  $ mtlsca issue alice --ca-pass 'pass:correct horse'
  mtlsca: error: --ca-pass: a passphrase on the command line can be read by every user of the machine
  mtlsca: hint: give env:VAR, file:PATH, fd:N, stdin or prompt
  [2]
  $ mtlsca issue alice --ca-pass 'correct horse'
  mtlsca: error: --ca-pass: is not a source of a secret
  mtlsca: hint: give env:VAR, file:PATH, fd:N, stdin or prompt
  [2]
  $ mtlsca issue alice --ca-pass file: 2>&1 | head -1
  mtlsca: error: --ca-pass: is not a source of a secret
  $ MTLSCA_CA_PASS=pass:x mtlsca issue alice 2>&1 | head -1
  mtlsca: error: --ca-pass: a passphrase on the command line can be read by every user of the machine

Sources that yield nothing.

  $ mtlsca issue alice --ca-pass env:UNSET
  mtlsca: error: the passphrase of the CA's keys: the variable UNSET is not set
  mtlsca: hint: give it with --ca-pass env:VAR, file:PATH, fd:N, stdin or prompt
  [6]
  $ mtlsca issue alice --ca-pass file:nosuch
  mtlsca: error: the passphrase of the CA's keys: cannot open nosuch: no such file or directory
  mtlsca: hint: give it with --ca-pass env:VAR, file:PATH, fd:N, stdin or prompt
  [6]
  $ mtlsca issue alice --ca-pass file:ca
  mtlsca: error: the passphrase of the CA's keys: ca is a folder, not a file
  mtlsca: hint: give it with --ca-pass env:VAR, file:PATH, fd:N, stdin or prompt
  [6]
  $ mtlsca issue alice --ca-pass fd:99 2>&1 | head -1
  mtlsca: error: the passphrase of the CA's keys: cannot read fd:99: bad file descriptor
  $ mtlsca issue alice --ca-pass fd:x 2>&1 | head -1
  mtlsca: error: --ca-pass: is not a source of a secret
  $ mtlsca issue alice --ca-pass stdin < /dev/null
  mtlsca: error: the passphrase of the CA's keys: it is empty
  mtlsca: hint: give it with --ca-pass env:VAR, file:PATH, fd:N, stdin or prompt
  [6]
  $ mtlsca issue alice --ca-pass prompt
  mtlsca: error: the passphrase of the CA's keys: there is no terminal to ask for it
  mtlsca: hint: give it with --ca-pass env:VAR, file:PATH, fd:N, stdin or prompt
  [6]
  $ mkfifo pipe; timeout 60 mtlsca issue alice --ca-pass file:pipe
  mtlsca: error: the passphrase of the CA's keys: it is empty
  mtlsca: hint: give it with --ca-pass env:VAR, file:PATH, fd:N, stdin or prompt
  [6]

A wrong one: nothing is signed, nothing is written, nothing stays behind.

  $ cp ca/audit.head before
  $ mtlsca issue alice --ca-pass env:WRONG
  mtlsca: error: ca/private/issuing.key: wrong passphrase
  [6]
  $ mtlsca crl --ca-pass env:WRONG
  mtlsca: error: ca/private/root.key: wrong passphrase
  [6]
  $ ls alice* 2>&1 | grep -v 'No such'; cmp before ca/audit.head
  $ mtlsca list --json | jq -r '.[].name' | grep alice
  [1]
  $ mtlsca revoke n1 --ca-pass env:WRONG
  mtlsca: error: ca/private/issuing.key: wrong passphrase
  [6]
  $ mtlsca show n1 --json | jq -r .status; mtlsca crl --if-due | head -1
  valid
  nothing was due
  $ mtlsca revoke n1 --no-crl 2>&1 | head -1
  mtlsca: note: not published yet: mtlsca crl --if-due does that

The key is there no more.

  $ mv ca/private elsewhere
  $ mtlsca issue alice --ca-pass env:PASSPHRASE
  mtlsca: error: ca/private/issuing.key: the private key cannot be opened: no such file or directory
  mtlsca: hint: bring the key there, or name the place where it is
  [6]
  $ mv elsewhere ca/private
  $ cp ca/private/issuing.key issuing.key; cp ca/private/root.key ca/private/issuing.key
  $ mtlsca issue alice --ca-pass env:PASSPHRASE
  mtlsca: error: ca/private/issuing.key: is not the key of ca/issuing.crt
  mtlsca: hint: put the right key there
  [6]
  $ echo garbage > ca/private/issuing.key; mtlsca issue alice --ca-pass env:PASSPHRASE
  mtlsca: error: ca/private/issuing.key: holds no private key
  mtlsca: hint: a PKCS#8 key in PEM or DER is expected
  [6]
  $ mv issuing.key ca/private/issuing.key

On a terminal it asks, without showing; for a new CA twice.

  $ typing() { python3 "$TESTDIR/terminal.py" "$@"; }
  $ typing 'correct horse' -- mtlsca issue typed --out out | without_serials
  the passphrase of the CA's keys: 
  issued typed (client)
    serial        SERIAL
    subject       CN=typed
    valid until   2026-04-01 00:00 UTC (90 days)
    certificate   out/typed.crt
    key           out/typed.key
  $ typing one one -- mtlsca init --name Typed --home typed | head -3
  the passphrase of the CA's keys: 
  the passphrase of the CA's keys again: 
  made a CA in typed
  $ ONE=one mtlsca --home typed issue alice --ca-pass env:ONE --out out | head -1
  issued alice (client)
  $ typing one two -- mtlsca init --name Typed --home differ
  the passphrase of the CA's keys: 
  the passphrase of the CA's keys again: 
  mtlsca: error: the passphrase of the CA's keys: the two entries differ
  mtlsca: hint: give it with --ca-pass env:VAR, file:PATH, fd:N, stdin or prompt
  [6]
  $ typing '' -- mtlsca init --name Typed --home empty
  the passphrase of the CA's keys: 
  mtlsca: error: the passphrase of the CA's keys: it is empty
  mtlsca: hint: give it with --ca-pass env:VAR, file:PATH, fd:N, stdin or prompt
  [6]
  $ ls differ empty 2>&1
  ls: cannot access 'differ': No such file or directory
  ls: cannot access 'empty': No such file or directory
  [2]
  $ ONE=one typing secret secret p12 p12 -- mtlsca --home typed issue bob --key-pass prompt --p12 --ca-pass env:ONE --out typed/out | grep -E 'passphrase|issued'
  the passphrase of the key: 
  the passphrase of the key again: 
  the passphrase of the PKCS#12 file: 
  the passphrase of the PKCS#12 file again: 
  issued bob (client)
  $ openssl pkey -in typed/out/bob.key -passin pass:secret -noout && openssl pkcs12 -in typed/out/bob.p12 -passin pass:p12 -noout && echo opened
  opened

The other secrets have options and variables of their own.

  $ export MTLSCA_CA_PASS=env:PASSPHRASE KEY=kk P12=pp
  $ MTLSCA_KEY_PASS=env:KEY MTLSCA_P12_PASS=env:P12 mtlsca issue bob --p12 --out out >/dev/null
  $ openssl pkey -in out/bob.key -passin env:KEY -noout && openssl pkcs12 -in out/bob.p12 -passin env:P12 -noout && echo opened
  opened
  $ mtlsca issue carol --p12 --out out
  mtlsca: error: the passphrase of the PKCS#12 file: is needed and there is no terminal to ask for it
  mtlsca: hint: say where it comes from: --p12-pass env:VAR, file:PATH, fd:N or stdin
  [6]
  $ mtlsca issue carol --key-pass pass:x --out out
  mtlsca: error: --key-pass: a passphrase on the command line can be read by every user of the machine
  mtlsca: hint: give env:VAR, file:PATH, fd:N, stdin or prompt
  [2]
  $ MTLSCA_KEY_PASS=env:KEY mtlsca export bob --as p12 --key out/bob.key --p12-pass env:P12 --out again.p12
  wrote again.p12
  $ mtlsca list --json | jq -r '.[].name' | grep carol
  [1]

Two things from one standard input cannot be told apart.

  $ printf 'correct horse\n' | mtlsca issue dave --p12 --ca-pass stdin --p12-pass stdin --out out 2>/dev/null
  [2]
  $ openssl req -new -key out/n1.key -subj /CN=dave | mtlsca sign - --ca-pass stdin 2>/dev/null
  [2]

Nothing in the CA's folder tells a secret.

  $ grep -rlaF 'correct horse' ca; grep -rlaF 'BEGIN PRIVATE' ca
  [1]
