#!/bin/sh
# Lines as nginx 1.22.1 wrote them in tests/nginx/explain_test.sh, about the certificates of tests/fuzz/log_line.cpp:
# 0A11CE is alice's, B0B0 bob's, which is revoked.
#   sh make.sh
set -eu
cd "$(dirname "$0")"
access() { # FILE VERIFY SERIAL DN STATUS UPSTREAM HOST REQUEST
    printf '2027-03-02T10:00:00+00:00 client=10.0.0.5 verify="%s" dn="%s" serial="%s" role="" san="" tls=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 reused="." upstream="%s" status=%s host="%s" request="%s HTTP/1.1"\n' \
        "$2" "$4" "$3" "$6" "$5" "$7" "$8" >"$1"
}
access role SUCCESS 0A11CE CN=alice 403 - www.example.com 'GET /admin/users?a=b'
access backend SUCCESS 0A11CE CN=alice 502 127.0.0.1:8080 www.example.com:8443 'GET /%61pi/..//x'
access revoked SUCCESS B0B0 CN=bob 403 - www.example.com 'GET /'
access failed 'FAILED:certificate revoked' B0B0 CN=bob 400 - www.example.com 'GET /\x22\xC3\xBC'
access foreign 'FAILED:unable to get certificate CRL' 0A11CE 'CN=mallory\x5C, x' 400 - a.example.com 'GET /a/b/c'
access none NONE - - 403 - www.example.com 'GET http://www.example.com/admin'
printf '%s\n' '{"time":"2027-03-02T10:00:00+00:00","client":"10.0.0.5","verify":"SUCCESS","dn":"CN=alice","serial":"0A11CE","role":"","san":"","tls":"TLSv1.3","cipher":"C","reused":"r","upstream":"","status":"403","host":"www.example.com","request":"GET /admin HTTP/1.1"}' >json
printf '%s\n' '2027/03/02 10:00:00 [info] 77#78: *5 client SSL certificate verify error: (23:certificate revoked) while reading client request headers, client: 10.0.0.5, server: www.example.com, request: "GET /a, b HTTP/1.1", host: "www.example.com:8443"' >error
printf '%s\n' '2027/03/02 10:00:00 [info] 77#78: *6 SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48) while SSL handshaking, client: 10.0.0.5, server: 0.0.0.0:443' >handshake
printf '%s\n' '10.0.0.5 - - [02/Mar/2027:10:00:00 +0000] "GET /admin HTTP/1.1" 403 153 "-" "curl/7.88.1"' >combined
