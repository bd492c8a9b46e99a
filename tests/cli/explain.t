  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ issue() { mtlsca issue "$@" >/dev/null; }
  $ issue alice --ou Client --owner 'Team Pay' --san dns:alice.example.com
  $ issue admin --ou Admin --ou Ops
  $ issue bound --ou Admin --bind 10.0.0.0/8
  $ issue www.example.com --profile server
  $ mtlsca nginx site --server-name www.example.com --cert s.crt --key s.key --root /srv --role admin=/admin --public /open/ --nginx-version 1.22.1 --out site >/dev/null
  $ explain() { mtlsca explain "$@" | without_serials; }

A certificate: would it get in, and where.

  $ explain "$(serial_of alice)"
  gets in: it is good until 2026-04-01 00:00 UTC
    who           alice (client)
    serial        SERIAL
    status        valid
    subject       CN=alice,OU=Client
    names         dns:alice.example.com
    OU            Client
    roles         client
    owner         Team Pay
    issued        2026-01-01 00:00 UTC
    valid until   2026-04-01 00:00 UTC, 90 days left
    note          www.example.com/admin: may not enter (wants the role admin)
  $ explain admin
  gets in: it is good until 2026-04-01 00:00 UTC
    who           admin (client)
    serial        SERIAL
    status        valid
    subject       CN=admin,OU=Ops,OU=Admin
    OU            Admin, Ops
    roles         admin, ops
    issued        2026-01-01 00:00 UTC
    valid until   2026-04-01 00:00 UTC, 90 days left
    note          www.example.com/admin: may enter (wants the role admin)
  $ explain www.example.com
  is refused: it is a server's: it lacks clientAuth
    who           www.example.com (server)
    serial        SERIAL
    status        valid
    subject       CN=www.example.com
    names         dns:www.example.com
    roles         none
    issued        2026-01-01 00:00 UTC
    valid until   2026-04-01 00:00 UTC, 90 days left
    what to do    for a client: mtlsca issue NAME --profile client
  $ mtlsca explain 00FF
  mtlsca: error: 00FF: no such certificate
  mtlsca: hint: mtlsca list shows what there is
  [4]
  $ mtlsca explain alice --json | jq 'del(.who.x5t_s256)' | without_serials
  {
    "serial": "SERIAL",
    "verdict": "let_in",
    "cause": "valid",
    "for_everyone": false,
    "why": "it is good until 2026-04-01 00:00 UTC",
    "what_to_do": null,
    "roles": [
      "client"
    ],
    "who": {
      "serial": "SERIAL",
      "name": "alice",
      "profile": "client",
      "subject": "CN=alice,OU=Client",
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
      "labels": {},
      "ou": [
        "Client"
      ],
      "revoked_at": null,
      "reason": null,
      "invalidity_date": null,
      "bindings": [],
      "deployments": [],
      "recorded_at": "2026-01-01T00:00:00Z"
    },
    "successor": null,
    "notes": [
      "www.example.com/admin: may not enter (wants the role admin)"
    ],
    "line": null
  }

A line of our log: whoever it was, by the inventory.

  $ line() { # NAME VERIFY STATUS REQUEST [CLIENT] [UPSTREAM]
  >   printf '2026-01-02T10:00:00+00:00 client=%s verify="%s" dn="%s" serial="%s" role="" san="" tls=TLSv1.3 cipher=C reused="." upstream="%s" status=%s host="www.example.com" request="%s HTTP/1.1"\n' "${5:-10.0.0.5}" "$2" "$(mtlsca show "$1" --json | jq -r .subject)" "$(serial_of "$1")" "${6:--}" "$3" "$4"
  > }
  $ explain "$(line alice SUCCESS 403 'GET /admin/users')"
  refused: www.example.com/admin wants the role admin; alice has only client
    request       GET /admin/users HTTP/1.1 at www.example.com, status 403, from 10.0.0.5, 2026-01-02T10:00:00+00:00
    who           alice (client)
    serial        SERIAL
    status        valid
    subject       CN=alice,OU=Client
    names         dns:alice.example.com
    OU            Client
    roles         client
    owner         Team Pay
    issued        2026-01-01 00:00 UTC
    valid until   2026-04-01 00:00 UTC, 90 days left
    what to do    mtlsca revoke SERIAL --reason superseded && mtlsca issue alice --ou Client --ou Admin --san dns:alice.example.com --owner 'Team Pay'
  $ explain "$(line admin SUCCESS 200 'GET /admin/users')" | head -1
  let in: the certificate is good
  $ explain "$(line bound SUCCESS 403 'GET /admin' 192.0.2.1)" | sed -n '1p;/what/p'
  refused: it came from 192.0.2.1 and is bound to 10.0.0.0/8
    what to do    mtlsca revoke SERIAL --reason superseded && mtlsca issue bound --ou Admin --bind 10.0.0.0/8 --bind 192.0.2.1
  $ explain "$(line admin SUCCESS 403 'GET /' 10.0.0.5 127.0.0.1:8080)" | head -1
  let in: nginx let it in; 403 is the backend's answer
  $ explain "$(line admin SUCCESS 403 'GET /admin')" | sed -n '1p;/what/p'
  refused: by the settings and the inventory of now it may enter www.example.com/admin (wants the role admin): nginx read older ones, or something else refused it
    what to do    mtlsca nginx check, then nginx -s reload
  $ explain "$(line alice 'FAILED:certificate has expired' 400 'GET /')" | sed -n '1p;/what/p'
  refused: the certificate itself is good until 2026-04-01 00:00 UTC: a CA above it is over, or the server's clock is wrong
    what to do    mtlsca show chain.pem; date -u on the server
  $ NOW='2026-06-01 00:00:00' explain "$(line alice 'FAILED:certificate has expired' 400 'GET /' | sed s/2026-01-02/2026-06-01/)" | sed -n '1p;/what/p'
  refused: it expired 2026-04-01 00:00 UTC
    what to do    a new one: mtlsca issue alice --ou Client --san dns:alice.example.com --owner 'Team Pay'
  $ NOW='2026-06-01 00:00:00' explain alice | head -1
  is refused: it expired 2026-04-01 00:00 UTC
  $ NOW='2026-01-20 00:00:00' explain alice | sed -n '1,2p;/what/p'
  is refused: the CRL expired 2026-01-08 00:00 UTC: nginx refuses every client
    concerns      every client
    what to do    mtlsca crl --on-change "nginx -s reload"
  $ explain "$(line www.example.com 'FAILED:unsuitable certificate purpose' 400 'GET /')" | sed -n '1p;/what/p'
  refused: it is of the profile server, which is not for clients
    what to do    issue one for a client: mtlsca issue NAME --profile client (or server-client, for both)
  $ explain "$(line alice 'FAILED:unable to get certificate CRL' 400 'GET /')" | sed -n '1,2p;/what/p'
  refused: ssl_crl lacks the CRL of one CA of the chain: nginx refuses every client, not only this one
    concerns      every client
    what to do    mtlsca crl --on-change "nginx -s reload"; mtlsca crl check FILE judges the file that ssl_crl names
  $ explain "$(line alice 'FAILED:something new' 200 'GET /')" | sed -n '1p;/note/p;/what/p'
  let in: OpenSSL refuses it: something new
    note          it got in all the same: the site has ssl_verify_client optional_no_ca and does not look at $ssl_client_verify
    what to do    mtlsca nginx check finds the place; mtlsca nginx site writes it right

Revoked: when and why. Who came in after that got in by a mistake.

  $ mtlsca revoke alice --reason keyCompromise >/dev/null 2>&1
  $ explain "$(line alice 'FAILED:certificate revoked' 400 'GET /')"
  refused: it was revoked 2026-01-01 00:00 UTC (keyCompromise)
    request       GET / HTTP/1.1 at www.example.com, status 400, from 10.0.0.5, 2026-01-02T10:00:00+00:00
    who           alice (client)
    serial        SERIAL
    status        revoked
    subject       CN=alice,OU=Client
    names         dns:alice.example.com
    OU            Client
    roles         client
    owner         Team Pay
    issued        2026-01-01 00:00 UTC
    valid until   2026-04-01 00:00 UTC, 90 days left
    revoked       2026-01-01 00:00 UTC, keyCompromise
    what to do    a new one: mtlsca issue alice --ou Client --san dns:alice.example.com --owner 'Team Pay'
  $ explain "$(line alice SUCCESS 200 'GET /')" | sed -n '1p;/what/p'
  let in: it was revoked 2026-01-01 00:00 UTC (keyCompromise), and nginx let it in after that: it did not know the new CRL, or resumed a session
    what to do    mtlsca crl --on-change "nginx -s reload"; mtlsca nginx drill proves that it helped
  $ explain "$(serial_of alice)" | sed -n '1p;/note/p;/what/p'
  is refused: it was revoked 2026-01-01 00:00 UTC (keyCompromise)
    note          CRL number 2 says so; nginx knows it once it was reloaded after that
    what to do    a new one: mtlsca issue alice --ou Client --san dns:alice.example.com --owner 'Team Pay'
  $ mtlsca hold bound >/dev/null 2>&1
  $ explain "$(line bound SUCCESS 403 'GET /')" | sed -n '1p;/what/p'
  refused: it is on hold since 2026-01-01 00:00 UTC (revoked.map)
    what to do    mtlsca unhold SERIAL
  $ explain "$(line bound 'FAILED:certificate revoked' 400 'GET /')" | sed -n '1p;/what/p'
  refused: it is on hold since 2026-01-01 00:00 UTC
    what to do    mtlsca unhold SERIAL
  $ mtlsca unhold bound >/dev/null 2>&1
  $ explain "$(line bound 'FAILED:certificate revoked' 400 'GET /')" | sed -n '1p;/note/p;/what/p'
  refused: the certificate is revoked or on hold, says the CRL or the responder
    note          the inventory does not hold it back: it was released since, or nginx reads an older bundle
    what to do    mtlsca crl --on-change "nginx -s reload"
  $ explain "$(line admin SUCCESS 403 'GET /' | sed 's/reused="."/reused="r"/')" | sed -n '1p;/what/p'
  refused: it resumed a session, which is not checked against the CRLs again: our sites refuse that
    what to do    ssl_session_cache none and ssl_session_tickets off in the first server of this address
  $ explain "$(line admin SUCCESS 403 'GET /' | sed 's/host="www/host="other/')" | sed -n '1p;/what/p'
  refused: the certificate is good; other.example.com is no site that mtlsca wrote and remembers
    what to do    mtlsca nginx check finds what its configuration asks for

Nobody, and somebody else's. Of a foreign CA's certificate nginx says that it has no CRL.

  $ explain '2026-01-02T10:00:00+00:00 client=10.0.0.5 verify="NONE" dn="-" serial="-" role="-" san="-" tls=TLSv1.3 cipher=C reused="." upstream="-" status=403 host="www.example.com" request="GET / HTTP/1.1"'
  refused: the client sent no certificate
    request       GET / HTTP/1.1 at www.example.com, status 403, from 10.0.0.5, 2026-01-02T10:00:00+00:00
    what to do    mtlsca export ID --as p12 for browsers; curl --cert NAME.crt --key NAME.key
  $ explain "$(line admin 'FAILED:unable to get local issuer certificate' 400 'GET /' | sed 's/dn="[^"]*"/dn="CN=mallory"/')" | sed -n '1p;/who/p;/note/p'
  refused: the certificate is not of this CA, or its issuer is neither sent by the client nor in nginx's ssl_client_certificate
    note          our certificate with this serial is another one: CN=admin,OU=Ops,OU=Admin; serials are each CA's own
    what to do    give the client one of ours (mtlsca issue NAME) and let it send the whole .crt file, which holds the issuing CA as well; ssl_client_certificate must name chain.pem
  $ explain '2026-01-02T10:00:00+00:00 client=10.0.0.5 verify="FAILED:unable to get certificate CRL" dn="CN=mallory" serial="0AFF" role="-" san="-" tls=TLSv1.3 cipher=C reused="." upstream="-" status=400 host="www.example.com" request="GET / HTTP/1.1"' | sed -n '1p;/serial/p;/concerns/p'
  refused: the certificate is not of this CA, or its issuer is neither sent by the client nor in nginx's ssl_client_certificate
    serial        0AFF
  $ explain '2026-01-02T10:00:00+00:00 client=10.0.0.5 verify="SUCCESS" dn="CN=ghost" serial="0AFF" role="-" san="-" tls=TLSv1.3 cipher=C reused="." upstream="-" status=403 host="www.example.com" request="GET / HTTP/1.1"' | sed -n '1p;/what/p'
  refused: nginx trusts the certificate, and the inventory does not know it: it was made without mtlsca, or the inventory was restored from before
    what to do    mtlsca audit verify; if nobody knows it, the CA's key is in other hands

The error log and nginx's own format name no certificate.

  $ explain '2026/01/02 10:00:00 [info] 7#7: *5 client SSL certificate verify error: (12:CRL has expired) while reading client request headers, client: 10.0.0.5, server: www.example.com, request: "GET / HTTP/1.1", host: "www.example.com"'
  refused: a CRL in ssl_crl is over its nextUpdate: nginx refuses every client, not only this one
    concerns      every client
    request       GET / HTTP/1.1 at www.example.com, from 10.0.0.5, 2026/01/02 10:00:00
    note          the error log does not name the certificate: the access log of this moment and client does
    what to do    mtlsca crl --on-change "nginx -s reload"; mtlsca crl check FILE judges the file that ssl_crl names
  $ explain '10.0.0.5 - - [02/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 400 230 "-" "curl/8"' | sed -n '1p;/what/p'
  refused: a bad certificate, or none where one is needed, is 400; so is a malformed request
    what to do    log it as mtlsca nginx site writes it: access_log FILE mtlsca; that format names the certificate and the verdict

Lines from standard input, each for itself; what is none is told. Bytes of a client never reach the terminal.

  $ { line admin SUCCESS 200 'GET /\x1B[2J'; echo; echo nonsense; line bound SUCCESS 200 'GET /'; } | mtlsca explain - | without_serials | grep -v '^  [^r]'
  mtlsca: warning: line 3: is of no log of nginx that mtlsca knows
  let in: the certificate is good
    request       GET /\x1B[2J HTTP/1.1 at www.example.com, status 200, from 10.0.0.5, 2026-01-02T10:00:00+00:00
    roles         admin, ops
  let in: the certificate is good
    request       GET / HTTP/1.1 at www.example.com, status 200, from 10.0.0.5, 2026-01-02T10:00:00+00:00
    roles         admin
  $ { line admin SUCCESS 200 'GET /'; line bound SUCCESS 200 'GET /'; } | mtlsca explain - --json | jq -c '.[] | [.verdict, .cause, .who.name, .roles, .line.status]'
  ["let_in","valid","admin",["admin","ops"],200]
  ["let_in","valid","bound",["admin"],200]
  $ head -c 300000 /dev/zero | tr '\0' '{' | mtlsca explain -
  mtlsca: warning: line 1: is of no log of nginx that mtlsca knows
  [3]
  $ mtlsca explain - </dev/null
  $ mtlsca explain '{"a":1}'
  mtlsca: error: the line: is of no log of nginx that mtlsca knows
  mtlsca: hint: quote the whole line; mtlsca-explain(1) shows the formats
  [3]
  $ mtlsca list --json | jq -r '.[].status' | sort | uniq -c
        1 revoked
        3 valid
