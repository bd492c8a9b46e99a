  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ mtlsca issue alice --san dns:alice.example.com --san email:team@example.com --san ip:2001:db8::1 --san uri:spiffe://acme/alice >/dev/null
  $ mtlsca issue bob --san email:team@example.com >/dev/null
  $ mtlsca issue www.example.com --profile server --out one >/dev/null
  $ mtlsca issue www.example.com --profile server --out two >/dev/null
  $ who() { mtlsca show "$1" --json 2>&1 | jq -r 'if .error then "\(.error.code): \(.error.message)" else .name end'; }

A serial in any case, with or without colons.

  $ serial=$(serial_of alice)
  $ who "$serial"
  alice
  $ who "$(echo "$serial" | tr A-F a-f)"
  alice
  $ who "$(echo "$serial" | sed 's/../&:/g; s/:$//')"
  alice
  $ who "0000$serial"
  alice
  $ openssl x509 -in alice.crt -noout -serial | cut -d= -f2 | grep -c "$serial"
  1

By name, by SAN with or without its type, by fingerprint as openssl prints it, by file.

  $ who alice; who ALICE; who cn:alice
  alice
  alice
  alice
  $ who san:alice.example.com; who san:dns:alice.example.com; who san:DNS:Alice.Example.com
  alice
  alice
  alice
  $ who san:ip:2001:db8::1; who san:2001:db8:0::1; who san:uri:spiffe://acme/alice; who san:spiffe://acme/alice
  alice
  alice
  alice
  alice
  $ who "sha256:$(openssl x509 -in alice.crt -noout -fingerprint -sha256 | cut -d= -f2)"
  alice
  $ who "sha256:$(openssl x509 -in alice.crt -outform DER | sha256sum | cut -d' ' -f1)"
  alice
  $ who file:alice.crt
  alice
  $ openssl x509 -in alice.crt -outform DER -out alice.der; who file:alice.der
  alice

An ambiguous one is refused and the candidates are listed: nobody revokes the wrong one.

  $ mtlsca revoke www.example.com 2>&1 | without_serials
  mtlsca: error: www.example.com: means several certificates
    note     SERIAL: www.example.com, server, valid, until 2026-04-01T00:00:00Z
    note     SERIAL: www.example.com, server, valid, until 2026-04-01T00:00:00Z
  mtlsca: hint: name one by its serial
  $ mtlsca revoke san:team@example.com --json 2>&1 | jq -c '.error | [.code, .message, .hint, [.findings[] | .rule, .detail]]'
  [4,"san:team@example.com: means several certificates","name one by its serial",["candidate","alice, client, valid, until 2026-04-01T00:00:00Z","candidate","bob, client, valid, until 2026-04-01T00:00:00Z"]]
  $ mtlsca list --status revoked
  mtlsca: note: no certificates
  $ mtlsca revoke file:one/www.example.com.crt | head -1 | without_serials
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  revoked www.example.com (server), serial SERIAL, unspecified
  $ mtlsca list --status revoked --json | jq -r '.[].serial' | diff - <(openssl x509 -in one/www.example.com.crt -noout -serial | cut -d= -f2)

Now the name means the one that is left. When none lives, a dead one is still found, if there is but one.

  $ mtlsca revoke www.example.com | head -1 | without_serials
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that
  revoked www.example.com (server), serial SERIAL, unspecified
  $ who www.example.com
  4: www.example.com: means several certificates
  $ mtlsca revoke bob >/dev/null 2>&1; mtlsca show bob | grep status
    status        revoked since 2026-01-01 00:00 UTC, unspecified

A name that looks like a serial is no danger: both are candidates.

  $ mtlsca issue "$serial" >/dev/null
  $ mtlsca revoke "$serial" 2>&1 | without_serials
  mtlsca: error: SERIAL: means several certificates
    note     SERIAL: alice, client, valid, until 2026-04-01T00:00:00Z
    note     SERIAL: SERIAL, client, valid, until 2026-04-01T00:00:00Z
  mtlsca: hint: name one by its serial
  $ mtlsca revoke "cn:$serial" 2>&1 | head -1 | without_serials
  mtlsca: note: a running nginx reads it at its next reload; --on-change "nginx -s reload" does that

What is not there, and what is no selector.

  $ who nobody; who cn:nobody; who san:nobody; who 00; who ABCD
  4: nobody: no such certificate
  4: cn:nobody: no such certificate
  4: san:nobody: no such certificate
  4: 00: no such certificate
  4: ABCD: no such certificate
  $ who "sha256:$(printf %064d 0)"; who sha256:12
  4: sha256:0000000000000000000000000000000000000000000000000000000000000000: no such certificate
  2: sha256:12: is not a SHA-256 fingerprint of 64 hexadecimal digits
  $ who file:nosuch.crt; who file:alice.key; who file:ca/crl
  4: nosuch.crt: there is no such file
  3: alice.key: holds no certificate
  3: ca/crl: is a folder, not a file
  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -out foreign.crt -subj /CN=alice 2>/dev/null; who file:foreign.crt
  4: file:foreign.crt: no such certificate

An injection is only a name that nobody has.

  $ who "' OR 1=1 --"; who 'cn:%'; who 'cn:a*'; who $'cn:alice\nx'
  4: ' OR 1=1 --: no such certificate
  4: cn:%: no such certificate
  4: cn:a*: no such certificate
  4: cn:alice
  x: no such certificate
