#!/usr/bin/env bash
# What `mtlsca nginx check` says of a configuration is what happens to real clients of a real nginx with it.
# MTLSCA=path/to/mtlsca tests/nginx/check_test.sh
# shellcheck source=tests/nginx/nginx.sh
. "$(dirname "$0")/nginx.sh"
articles=$(cd "$(dirname "$0")" && pwd)/articles
for program in faketime jq; do
    command -v $program >/dev/null || { echo "this test needs $program" >&2; exit 1; }
done

name=server.test
ca=$work/ca other=$work/other clients=$work/clients
mkdir -p "$clients"
export MTLSCA_HOME=$ca

# status CLIENT PATH [CURL OPTION]…
status() {
    local client=$1 path=$2 credentials=()
    shift 2
    [ "$client" = none ] || credentials=(--cert "$clients/$client.crt" --key "$clients/$client.key")
    curl --silent --insecure --max-time 20 --resolve "$name:$port:127.0.0.1" "${credentials[@]}" \
        --output "$work/body" --write-out '%{http_code}' "$@" "https://$name:$port$path" || true
}
body() {
    status "$@" >/dev/null
    cat "$work/body"
}

# The main file around what a test puts into http { } through $http; PORT and BACKEND are filled in.
write_conf() {
    cat <<CONF
$(conf_head)
    ssl_certificate $clients/$name.crt;
    ssl_certificate_key $clients/$name.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache none;
    ssl_session_tickets off;
    server {
        listen 127.0.0.1:$backend;
        location / { return 200 "dn=\$http_x_dn"; }
    }
$(sed "s/PORT/$port/g; s/BACKEND/$backend/g" <<<"$http")
}
CONF
}

# server SETTINGS: one that asks for certificates.
server() {
    echo "server { listen 127.0.0.1:PORT ssl; server_name $name; $1 }"
}
trust="ssl_client_certificate $ca/chain.pem;"
crl="ssl_crl $ca/crl/bundle.pem;"
proxy='proxy_pass http://127.0.0.1:BACKEND;'

# forge NAME SUBJECT: what mtlsca refuses to issue.
forge() {
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -utf8 -subj "$2" \
        -keyout "$clients/$1.key" -out "$work/forged.csr" 2>"$work/openssl.log"
    openssl x509 -req -in "$work/forged.csr" -CA "$ca/issuing.crt" -CAkey "$ca/private/issuing.key" -CAcreateserial \
        -CAserial "$work/forged.srl" -days 5 -extfile <(echo 'extendedKeyUsage=clientAuth') \
        -out "$clients/$1.crt" 2>"$work/openssl.log"
    cat "$ca/issuing.crt" >>"$clients/$1.crt"
}

mtlsca init --name Acme --no-passphrase
mtlsca --home "$other" init --name Other --no-passphrase
mtlsca issue $name --profile server --out "$clients"
mtlsca issue alice --ou Admin --out "$clients"
mtlsca issue plain --out "$clients"
mtlsca --home "$other" issue mallory --ou Admin --out "$clients"
forge imitation '/O=Acme/CN=x,OU=Admin'
openssl crl -inform DER -in "$ca/crl/issuing.crl" -out "$work/issuing.pem"

# What we write ourselves is clean, also for the oldest nginx.
write_site() {
    mtlsca nginx site --server-name $name --cert "$clients/$name.crt" --key "$clients/$name.key" \
        --upstream "http://127.0.0.1:$1" --listen "127.0.0.1:$2" --public /public/ --role client=/api \
        --role admin=/admin --log-folder "$work" --out "$work/site"
}
write_site 8080 8443
http="include $work/site/http.conf; include $work/site/$name.conf;"
port=8443 backend=8080 write_conf >"$work/site.conf"
check "our own site" "0 " "$(judged "$work/site.conf")"
check "our own site is for nginx 1.14.0" 0 "$("$MTLSCA" nginx check --files --nginx-version 1.14.0 "$work/site.conf" >/dev/null; echo $?)"
check "our site's file alone" "0 " "$(judged "$work/site/$name.conf")"
check "our shared file alone" "0 " "$(judged "$work/site/http.conf")"

# article NAME: its copy in a folder with the files that it names, at a port of ours.
article() {
    mkdir -p "$work/article"
    cp "$clients/$name.crt" "$work/article/server.crt"
    cp -p "$clients/$name.key" "$work/article/server.key"
    cp "$ca/chain.pem" "$ca/crl/bundle.pem" "$work/issuing.pem" "$work/article"
    sed "s/8443/$port/" "$articles/$1" >"$work/article/nginx.conf"
}
inside_http() { # the article's http { }, with absolute paths
    sed -e '/^events/d; /^http {/d; $d' -e "s, \([a-z]*\.pem;\)$, $work/article/\1," \
        -e "s/127.0.0.1:[0-9]*/127.0.0.1:PORT/" "$work/article/nginx.conf"
}

port=8443
article location_verify.conf
check "the article with a location" "11 directive-misplaced role-imitable" "$(judged "$work/article/nginx.conf")"
check "it says where" "6 7 25" "$(jq -r '[.findings[].line] | unique | map(tostring) | join(" ")' "$work/check.json")"
check "nginx does not load it" 1 "$(nginx -t -c "$work/article/nginx.conf" 2>&1 | grep -c '"ssl_verify_client" directive is not allowed here')"
sed -i '/ssl_verify_client off/d' "$work/article/nginx.conf"
check "the article without its location" "11 role-imitable" "$(judged "$work/article/nginx.conf")"
with "$(inside_http | sed '/ssl_certificate\|ssl_session/d')"
check "an admin gets in" 200 "$(status alice /admin)"
check "somebody else does not" 403 "$(status plain /admin)"
check "who imitates an admin gets in" "role=admin" "$(body imitation /admin)"

port=8443
article shared_cache.conf
check "the article with a shared cache" "11 crl-missing session-outlives-revocation" "$(judged "$work/article/nginx.conf")"
check "it says where" "11 16" "$(jq -r '[.findings[].line] | map(tostring) | join(" ")' "$work/check.json")"
with "$(inside_http | sed '/ssl_certificate\|ssl_protocols/d')"
check "with the issuing CA's CRL only everybody is refused" 400 "$(status alice /)"
sed -i "s,issuing.pem,$ca/crl/bundle.pem," "$work/article/nginx.conf"
check "the article with all CRLs" "11 session-outlives-revocation" "$(judged "$work/article/nginx.conf")"
with "$(inside_http | sed '/ssl_certificate\|ssl_protocols/d')"
mtlsca issue revoked --out "$clients"
for tls in tls1_2 tls1_3; do
    check "before, $tls" 200 "$(session save $tls $name / "$clients/revoked")"
done
mtlsca revoke cn:revoked
reload_nginx
check "a revoked client on a new session" 400 "$(status revoked /)"
for tls in tls1_2 tls1_3; do
    check "a revoked client on its old session, $tls" 200 "$(session use $tls $name / "$clients/revoked")"
done

# trap IDS HTTP: check says so.
trap_is() {
    with "$2"
    check "$1" "11 $1" "$(judged "$work/nginx.conf")"
}
trap_warns() {
    with "$2"
    check "$1" "10 $1" "$(judged "$work/nginx.conf")"
}
in="location / { return 200 in; }"

trap_is "crl-empty-name" "$(server "$trust ssl_crl ''; ssl_verify_client on; $in")"
check "a revoked client gets in" 200 "$(status revoked /)"
trap_is "revocation-unchecked" "$(server "$trust ssl_verify_client on; $in")"
check "a revoked client gets in, too" 200 "$(status revoked /)"

trap_is "trust-without-root" "$(server "ssl_client_certificate $ca/issuing.crt; ssl_crl $work/issuing.pem; ssl_verify_client on; $in")"
check "without a root everybody is refused" 400 "$(status alice /)"
trap_is "verify-depth" "$(server "$trust $crl ssl_verify_depth 0; ssl_verify_client on; $in")"
check "with too small a depth everybody is refused" 400 "$(status alice /)"
trap_is "crl-missing crl-not-a-crl" "$(server "$trust ssl_crl $ca/chain.pem; ssl_verify_client on; $in")"
check "with a certificate for a CRL everybody is refused" 400 "$(status alice /)"
cat "$ca/chain.pem" "$other/chain.pem" >"$work/two.pem"
cat "$ca/crl/bundle.pem" "$other/crl/bundle.pem" >"$work/two.crl.pem"
trap_warns "trust-several-roots" "$(server "ssl_client_certificate $work/two.pem; ssl_crl $work/two.crl.pem; ssl_verify_client on; $in")"
check "every CA in the file lets in" 200 "$(status mallory /)"

printf '[ca]\ndefault_ca=a\n[a]\ndatabase=%s/index\ndefault_md=sha256\n' "$work" >"$work/ca.cnf"
: >"$work/index"
crl_of_issuing() { # DATE: one that is good for a day from then on
    faketime "$1" openssl ca -gencrl -config "$work/ca.cnf" -crldays 1 -cert "$ca/issuing.crt" \
        -keyfile "$ca/private/issuing.key" -out "$work/made.pem" 2>"$work/openssl.log"
    openssl crl -inform DER -in "$ca/crl/root.crl" >>"$work/made.pem"
}
crl_of_issuing '3 days ago'
trap_is "crl-expired" "$(server "$trust ssl_crl $work/made.pem; ssl_verify_client on; $in")"
check "with an expired CRL everybody is refused" 400 "$(status alice /)"
crl_of_issuing '+3 days'
trap_is "crl-future" "$(server "$trust ssl_crl $work/made.pem; ssl_verify_client on; $in")"
check "with a CRL to come everybody is refused" 400 "$(status alice /)"

trap_is "optional-without-guard" "$(server "$trust $crl ssl_verify_client optional; location / { $proxy }")"
check "without a certificate one gets in" 200 "$(status none /)"
lenient="ssl_verify_client optional_no_ca; location / { if (\$ssl_client_verify = NONE) { return 403; } $proxy }"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/OU=Admin/CN=x' -days 5 \
    -keyout "$clients/self.key" -out "$clients/self.crt" 2>"$work/openssl.log"
trap_is "revocation-unchecked unverified-let-in" "$(server "$trust $lenient")"
check "without a certificate one does not get in" 403 "$(status none /)"
check "with a certificate of one's own making one does" 200 "$(status self /)"
with "$(server "$trust $crl $lenient")"
check "CRLs make optional_no_ca strict" "0 " "$(judged "$work/nginx.conf")"
check "because nobody has one for such a certificate" 400 "$(status self /)"

trap_is "error-page-lets-in" "$(server "$trust $crl ssl_verify_client on; error_page 495 496 =200 @sorry; $in location @sorry { $proxy }")"
check "who has no certificate gets to the backend" "dn=" "$(body none /)"
trap_is "header-passes" "$(server "$trust $crl ssl_verify_client optional; proxy_set_header X-DN \$ssl_client_s_dn;
    location / { if (\$ssl_client_verify != SUCCESS) { return 403; } $proxy }
    location /a { if (\$ssl_client_verify != SUCCESS) { return 403; } proxy_set_header Host \$host; $proxy }")"
check "where the header is set it is ours" "dn=CN=plain" "$(body plain / --header 'X-DN: CN=boss')"
check "where it is not, the client's own passes" "dn=CN=boss" "$(body plain /a --header 'X-DN: CN=boss')"

trap_is "network-in-if" "$(server "$trust $crl ssl_verify_client on; location / { if (\$remote_addr = 127.0.0.0/8) { return 403; } return 200 in; }")"
check "a network in an if refuses nobody" 200 "$(status alice /)"
trap_is "default-server-decides" "server { listen 127.0.0.1:PORT ssl; server_name _; ssl_client_certificate $other/chain.pem; ssl_crl $other/crl/bundle.pem; ssl_verify_client optional; return 403; }
    $(server "$trust $crl ssl_verify_client on; $in")"
check "with SNI the other CA's client is refused" 400 "$(status mallory /)"
check "without SNI it gets in" 200 "$(curl --silent --insecure --cert "$clients/mallory.crt" --key "$clients/mallory.key" --header "Host: $name" --output /dev/null --write-out '%{http_code}' "https://127.0.0.1:$port/")"

with "map \$status \$refused { default 0; 495 1; 496 1; 400 0; } $(server "$trust $crl ssl_verify_client on; access_log $work/refused.log combined if=\$refused; access_log $work/all.log; $in")"
check "map-status" "10 map-status" "$(judged "$work/nginx.conf")"
status none / >/dev/null
check "a refused request is in the log, but not with its status" "400 0" "$(cut -d ' ' -f 9 "$work/all.log" | uniq) $(wc -l <"$work/refused.log")"

chmod 644 "$clients/$name.key"
with "$(server "$trust $crl ssl_verify_client on; $in")"
check "a key for everybody to read" "11 key-readable" "$(judged "$work/nginx.conf")"

finish
