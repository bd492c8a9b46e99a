  $ . "$TESTDIR/setup.sh"
  $ mtlsca init --name Acme --no-passphrase >/dev/null
  $ mtlsca issue www.example.com --profile server --out . >/dev/null
  $ cat >nginx.conf <<'END'
  > events { }
  > http {
  >     map $ssl_client_s_dn $role {
  >         ~OU=Admin admin;
  >     }
  >     server {
  >         listen 443 ssl;
  >         server_name www.example.com;
  >         ssl_certificate www.example.com.crt;
  >         ssl_certificate_key www.example.com.key;
  >         ssl_client_certificate ca/chain.pem;
  >         ssl_verify_client on;
  >         ssl_protocols TLSv1.1 TLSv1.2;
  >         ssl_crl ca/crl/bundle.pem;
  >         include locations/*.conf;
  >     }
  > }
  > END
  $ mkdir locations
  $ echo 'location /public { ssl_verify_client off; }' >locations/public.conf

Findings stand file by file, the worst first, each with what a client would experience and what to write instead. No CA
is needed, and with --files no nginx.

  $ unset MTLSCA_HOME
  $ mtlsca nginx check --files nginx.conf | sed "s,$PWD,HERE,g"
  HERE/locations/public.conf:1: error: directive-misplaced
      nginx does not start: "ssl_verify_client" is not allowed in "location"
      fix: ssl_verify_client optional; in the server, and in each location that needs a certificate: if ($ssl_client_verify != SUCCESS) { return 403; }
  HERE/nginx.conf:4: error: role-imitable
      a client whose subject is CN=x\,OU=Admin,O=Acme gets in, although it has no OU=Admin
      fix: map "$ssl_client_verify:$ssl_client_s_dn" with "~^SUCCESS:(?:(?:[^,\\\\]|\\\\.)*,)*OU=Admin(?:,|$)"
  HERE/nginx.conf:13: warning: old-tls
      clients may use TLSv1.1, which RFC 7568 and RFC 8996 forbid
      fix: ssl_protocols TLSv1.2 TLSv1.3;
  HERE/nginx.conf:6: note: session-resumed
      a client whose certificate expires stays in on its resumed session until the next reload, or ssl_session_timeout
      fix: ssl_session_cache none; ssl_session_tickets off; in this server
  HERE/nginx.conf: 2 errors, 1 warning, 1 note

The exit status is the worst of them; JSON has the same.

  $ mtlsca nginx check --files nginx.conf >/dev/null
  [11]
  $ rm locations/public.conf
  $ sed -i '/map/,/}/d' nginx.conf
  $ mtlsca nginx check --files --json nginx.conf | sed "s,$PWD,HERE,g"
  {
    "configuration": "HERE/nginx.conf",
    "nginx_version": null,
    "findings": [
      {
        "id": "old-tls",
        "severity": "warning",
        "file": "HERE/nginx.conf",
        "line": 10,
        "effect": "clients may use TLSv1.1, which RFC 7568 and RFC 8996 forbid",
        "fix": "ssl_protocols TLSv1.2 TLSv1.3;"
      },
      {
        "id": "session-resumed",
        "severity": "note",
        "file": "HERE/nginx.conf",
        "line": 3,
        "effect": "a client whose certificate expires stays in on its resumed session until the next reload, or ssl_session_timeout",
        "fix": "ssl_session_cache none; ssl_session_tickets off; in this server"
      }
    ]
  }
  $ mtlsca nginx check --files nginx.conf >/dev/null
  [10]
  $ sed -i 's/TLSv1.1 //' nginx.conf
  $ mtlsca nginx check --files nginx.conf | tail -n 1 | sed "s,$PWD,HERE,g"
  HERE/nginx.conf: 0 errors, 0 warnings, 1 note
  $ mtlsca nginx check --files nginx.conf >/dev/null

Time goes by: first a CRL, then the server's certificate, then nobody gets in.

  $ ids() { NOW="$1" mtlsca nginx check --files --json nginx.conf | jq -r '.findings[] | select(.severity != "note") | .severity + " " + .id'; }
  $ ids '2026-01-07 12:00:00'
  warning crl-expires
  $ ids '2026-01-09 00:00:00'
  error crl-expired

Another nginx may know less; a file of one location is judged as it is.

  $ mtlsca nginx check --files --nginx-version 1.10.0 --json nginx.conf | jq -r '.findings[] | .id'
  session-resumed
  $ echo 'listen 443 ssl; http2 on; ssl_ocsp on;' >server.conf
  $ mtlsca nginx check --files --nginx-version 1.18.0 server.conf | grep error
  */server.conf:1: error: directive-too-new (glob)
  */server.conf:1: error: directive-too-new (glob)
  */server.conf: 2 errors, 1 warning, 0 notes (glob)

Text from a configuration cannot reach the terminal as it is.

  $ printf 'http { server { listen 1 ssl; ssl_verify_client on; if ($remote_addr = "10.0.0.0/8\033[2J") { } ssl_crl ""; ssl_certificate "\033[2J"; } }' >evil.conf
  $ mtlsca nginx check --files evil.conf | grep -c "$(printf '\033')"
  0
  [1]

What is not there, and what is no version.

  $ mtlsca nginx check --files gone.conf
  mtlsca: error: */gone.conf: there is no such configuration (glob)
  mtlsca: hint: name the file: mtlsca nginx check CONF
  [4]
  $ mtlsca nginx check --nginx-version new nginx.conf
  mtlsca: error: --nginx-version: new is not a version: 1.22.1
  [2]
