#!/usr/bin/env bash
# The table of nginx.md for every way of revocation, TLS 1.2 and 1.3, one and two tiers, by three clients; who may enter
# by name or by the inventory's roles; logs as JSON; IPv6. MTLSCA=path/to/mtlsca tests/nginx/matrix_test.sh
#
# site_test.sh has the details of one site; here each row is one line for all of them.
# shellcheck source=tests/nginx/nginx.sh
. "$(dirname "$0")/nginx.sh"
# shellcheck source=tests/nginx/forgery.sh
. "$(dirname "$0")/forgery.sh"
for program in gnutls-cli jq iconv; do
    command -v $program >/dev/null || { echo "this test needs $program" >&2; exit 1; }
done
trap 'stop_responder; stop_nginx || true; rm -rf "$work"' EXIT

# A container may have no IPv6 at all.
loopback='[::1]'
if ! grep -q '^00000000000000000000000000000001 ' /proc/net/if_inet6; then
    echo "this machine has no ::1, so that nothing is tried over IPv6" >&2
    loopback=127.0.0.1
fi

ways=(crl map crl-map ocsp) # a site each, WAY.test
columns=(/public/ /admin /)
responder_pid=

# The backend says what it was told, on a line of its own.
write_conf() {
    cat <<CONF
$(conf_head)
    include $site/http.conf;
    include $site/*.test.conf;
    server {
        listen 127.0.0.1:$backend;
        location / {
            return 200 "\$http_x_ssl_client_verify|\$http_x_ssl_client_dn|\$http_x_ssl_client_serial|\$http_x_client_role|\$http_x_client_name|\$http_x_client_san|\$http_x_client_owner\n";
        }
    }
}
CONF
    for way in "${ways[@]}"; do
        site_settings "$way" >"$work/$way.toml"
        mtlsca nginx site --site "$work/$way.toml" --out "$site"
    done
}

site_settings() { # WAY
    cat <<SITE
server_name = "$1.test"
cert = "clients/server.crt"
key = "clients/server.key"
listen = ["127.0.0.1:$port"$([ "$loopback" = 127.0.0.1 ] || echo ", \"$loopback:$port\"")]
upstream = "http://127.0.0.1:$backend"
revocation = ["${1//-/\", \"}"]
$([ "$1" != ocsp ] || echo "ocsp_responder = \"http://127.0.0.1:$responder_port/\"")
roles_from = "$roles_from"
log_format = "json"
log_folder = "$logs"
[[location]]
path = "/public/"
access = "public"
[[location]]
path = "/admin"
roles = ["admin"]
[[location]]
path = "/cn"
names = ["cn:plain"]
[[location]]
path = "/san"
names = ["san:uri:spiffe://acme/pay", "san:dns:nobody.test"]
[[location]]
path = "/owner"
names = ["owner:team \"\$a\""]
[[location]]
path = "/either"
roles = ["admin"]
names = ["cn:plain"]
SITE
}

# openssl's responder hangs for good after a client that connects and closes, so nothing here looks for it by its port:
# it says itself where it listens.
start_responder() {
    write_index
    echo "unique_subject = no" >"$work/index.attr"
    : >"$work/responder.log"
    openssl ocsp -port 0 -index "$work/index" -CA "$ca/$issuer.crt" -rsigner "$ca/$issuer.crt" \
        -rkey "$ca/private/$issuer.key" >"$work/responder.log" 2>&1 &
    responder_pid=$!
    until_true 20 grep -q 'waiting for OCSP' "$work/responder.log" || { cat "$work/responder.log" >&2; exit 1; }
    responder_port=$(sed -n 's/^ACCEPT .*:\([0-9]*\) PID=.*/\1/p' "$work/responder.log")
}

stop_responder() {
    [ -z "$responder_pid" ] || kill "$responder_pid" 2>/dev/null || true
    [ -z "$responder_pid" ] || wait "$responder_pid" 2>/dev/null || true
    responder_pid=
}

# The forged certificates are not in the inventory, and a responder would not know them.
write_index() {
    {
        "$MTLSCA" list --format index
        for client in "${imitations[@]}" exact; do
            printf 'V\t491231235959Z\t\t%s\tunknown\t/CN=x\n' "$(serial_of "$client")"
        done
    } >"$work/index.new"
    mv "$work/index.new" "$work/index"
}

# The responder looks at its index before it waits, not when it is asked: the next answer is from the old one.
renew_index() {
    write_index
    openssl ocsp -issuer "$ca/$issuer.crt" -cert "$clients/admin.crt" -CAfile "$ca/chain.pem" \
        -url "http://127.0.0.1:$responder_port/" >"$work/query.log" 2>&1 || { cat "$work/query.log" >&2; exit 1; }
}

serial_of() {
    openssl x509 -in "$clients/$1.crt" -noout -serial | sed 's/serial=//'
}

credentials_of() { # CLIENT, OPTION FOR THE CERTIFICATE, OPTION FOR THE KEY
    credentials=()
    [ "$1" = none ] || credentials=("$2" "$clients/$1.crt" "$3" "$clients/$1.key")
}

by_curl() { # WAY TLS CLIENT PATH… -- [CURL OPTION…]: prints a status for each path, the last bodies to $work/bodies
    local way=$1 tls=$2 targets=()
    credentials_of "$3" --cert --key
    shift 3
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        targets+=("https://$way.test$1")
        shift
    done
    [ $# -eq 0 ] || shift
    curl --silent --path-as-is --max-time 20 --cacert "$ca/root.crt" --connect-to "::${address:-127.0.0.1}:$port" --tlsv"$tls" \
        --tls-max "$tls" "${credentials[@]}" --write-out '%{stderr}%{http_code}\n' "$@" "${targets[@]}" \
        >"$work/bodies" 2>"$work/codes" || true
    cat "$work/codes"
}

by_openssl() { # WAY TLS CLIENT PATH…
    credentials_of "$3" -cert -key
    requests "$1" "${@:4}" | openssl s_client -connect "127.0.0.1:$port" -servername "$1.test" "-tls${2/./_}" -quiet \
        -ign_eof "${credentials[@]}" 2>/dev/null | statuses
}

# gnutls-cli hangs up when its standard input ends; here nginx does so first.
by_gnutls() { # WAY TLS CLIENT PATH…
    local pipe
    credentials_of "$3" --x509certfile --x509keyfile
    rm -f "$work/pipe"
    mkfifo "$work/pipe"
    exec {pipe}<>"$work/pipe"
    requests "$1" "${@:4}" >&$pipe
    timeout 20 gnutls-cli --port "$port" --sni-hostname "$1.test" --verify-hostname "$1.test" --x509cafile "$ca/root.crt" \
        --priority "NORMAL:-VERS-ALL:+VERS-TLS$2" "${credentials[@]}" 127.0.0.1 <&$pipe 2>/dev/null | statuses
    exec {pipe}>&-
}

requests() { # WAY PATH…
    printf 'GET %s HTTP/1.1\r\nHost: '"$1"'.test\r\n\r\n' "${@:2:$#-2}"
    printf 'GET %s HTTP/1.1\r\nHost: %s.test\r\nConnection: close\r\n\r\n' "${@: -1}" "$1"
}

statuses() {
    sed -n 's,^HTTP/1.1 \([0-9]*\).*,\1,p'
}

# GnuTLS is a third opinion on what nginx says to TLS, and one site of each CA is enough for that.
programs() {
    echo curl openssl
    [ "$way" != crl-map ] || echo gnutls
}

# row CLIENT EXPECTED: the columns for $way, $tls, $by. Where nginx closes the connection the rest is asked on another.
row() {
    local left=("${columns[@]}") got=() all=()
    while [ ${#left[@]} -gt 0 ]; do
        mapfile -t got < <("by_$by" "$way" "$tls" "$1" "${left[@]}")
        [ ${#got[@]} -gt 0 ] || got=(none)
        all+=("${got[@]}")
        left=("${left[@]:${#got[@]}}")
    done
    check "$tiers tiers, roles from $roles_from, $way, TLS $tls, $by: $1" "$2" "${all[*]}"
}

for_each_way() { # COMMAND
    for way in "${ways[@]}"; do
        for tls in 1.2 1.3; do
            "$1"
        done
    done
}

rows() {
    local exact="200 200 200"
    [ "$roles_from" = dn ] || exact="200 403 200" # what the subject says is not asked
    for by in $(programs); do
        row none "200 403 403"
        row admin "200 200 200"
        row client "200 403 200"
        row several "200 200 200"
        row gateway "200 200 200"
        for client in "${imitations[@]}"; do
            row "$client" "200 403 200"
        done
        row exact "$exact"
        row bound-elsewhere "200 403 403"
        row bound-here "200 200 200"
        for client in other-ca past future ca; do
            [ "$by $client" != "gnutls ca" ] || continue # it does not sign with a key that is for certificates only
            row $client "400 400 400"
        done
    done
    identity_headers
}

identity_headers() {
    local spoofed=() told
    for header in X-SSL-Client-Verify X-SSL-Client-DN X-SSL-Client-Serial X-Client-Role X-Client-Name X-Client-SAN \
        X-Client-Owner; do
        spoofed+=(--header "$header: spoofed")
    done
    told="SUCCESS|$(openssl x509 -in "$clients/admin.crt" -noout -subject -nameopt RFC2253 |
        sed 's/subject=//')|$(serial_of admin)|admin|admin|uri:spiffe://acme/admin|team b"
    by_curl "$way" "$tls" admin "${columns[@]}" -- "${spoofed[@]}" >"$work/statuses"
    check "$way, TLS $tls: its own headers" "||||||
$told
$told" "$(cat "$work/bodies")"
}

# What a revoked client gets: before any location, or from it.
refusal() {
    [ "$way" = map ] && echo 403 || echo 400
}

save_sessions() {
    for client in revoked held; do
        for name in crt key; do
            cp "$clients/$client.$name" "$clients/$client.$way.$name"
        done
        check "$way, TLS $tls: $client, before" 200 \
            "$(session save "tls${tls/./_}" "$way.test" /admin "$clients/$client.$way")"
    done
}

rows_after_revocation() {
    for client in revoked held; do
        for by in $(programs); do
            row $client "$(refusal) $(refusal) $(refusal)"
        done
        check "$way, TLS $tls: $client on its old session" "$(refusal)" \
            "$(session use "tls${tls/./_}" "$way.test" /admin "$clients/$client.$way")"
    done
    by=curl
    row admin "200 200 200"
    if [ "$way" = ocsp ]; then
        row unheard-of "400 400 400"
    else
        row unheard-of "200 403 200"
    fi
}

# access CLIENT STATUS…: /cn, /san, /owner, /either and, on IPv6, /.
access() {
    local client=$1 got
    shift
    mapfile -t got < <(by_curl map 1.3 "$client" /cn /san /owner /either
        address=$loopback by_curl map 1.3 "$client" /)
    check "$tiers tiers, $roles_from: by name, by IPv6: $client" "$*" "${got[*]}"
}

names_and_ipv6() {
    access none 403 403 403 403 403
    access plain 200 403 403 200 200
    access pay 403 200 403 403 200
    access payroll 403 403 403 403 200
    access owner 403 403 200 403 200
    access admin 403 403 403 200 200
    access gateway 200 200 200 200 200
    access imitation-plain 403 403 403 403 200
    access bound-elsewhere 403 403 403 403 403
    access bound-here 403 403 403 200 403
    access bound-ipv6 403 403 403 403 "$([ "$loopback" = 127.0.0.1 ] && echo 403 || echo 200)"
}

# Bytes beyond ASCII, quotes and backslashes, in the path and in the host.
log_lines() {
    local keys='["time","client","verify","dn","serial","role","san","tls","cipher","reused","upstream","status","host","request"]'
    credentials_of admin -cert -key
    for request in $'GET /\xff\xfc"\\ HTTP/1.1\r\nHost: crl.test' $'GET /"a\\b" HTTP/1.1\r\nHost: crl.test' \
        $'GET / HTTP/1.1\r\nHost: h\xfc"\\'; do
        printf '%s\r\nConnection: close\r\n\r\n' "$request" | openssl s_client -connect "127.0.0.1:$port" \
            -servername crl.test -quiet -ign_eof "${credentials[@]}" >"$work/answer" 2>/dev/null
    done
    for log in "$logs"/*.log; do
        [ -s "$log" ] || { check "$log has lines" yes no; continue; }
        check "$log is UTF-8" 0 "$(iconv --from-code UTF-8 --to-code UTF-8 "$log" >/dev/null 2>&1; echo $?)"
        check "each line of $log is an object with these keys and texts" "$(wc -l <"$log")" \
            "$(jq -e --raw-input "fromjson | select(keys_unsorted == $keys and all(.[]; type == \"string\"))" "$log" |
                jq --slurp length)"
    done
    check "a request with quotes is logged as it was" 1 \
        "$(jq --raw-output .request "$logs/crl.test.access.log" | grep -cF 'GET /"a\b" HTTP/1.1')"
    check "a request that is no ASCII is logged, and by whom" "admin" \
        "$(jq --raw-output 'select(.request == "(not in ASCII)") | .role' "$logs/crl.test.access.log")"
    check "who was refused" "$(serial_of revoked)" \
        "$(jq --raw-output 'select(.verify == "FAILED:certificate revoked") | .serial' "$logs/crl.test.failed.log" |
            grep -m1 "$(serial_of revoked)")"
    check "who was refused by the map" "$(serial_of revoked)" \
        "$(jq --raw-output 'select(.status == "403") | .serial' "$logs/map.test.failed.log" |
            grep -m1 "$(serial_of revoked)")"
}

# A CA with its clients, in a folder of its own.
make_ca() { # TIERS
    tiers=$1 roles_from=dn issuer=issuing
    local one_tier=()
    [ "$tiers" = two ] || { one_tier=(--one-tier) issuer=root; }
    ca=$work/$tiers/ca site=$work/$tiers/site clients=$work/clients logs=$work/$tiers/logs
    rm -rf "$clients"
    mkdir -p "$clients" "$logs"
    export MTLSCA_HOME=$ca
    mtlsca init --name Acme --no-passphrase "${one_tier[@]}"
    mtlsca issue server --profile server --out "$clients" --san dns:crl.test --san dns:map.test --san dns:crl-map.test \
        --san dns:ocsp.test
    mtlsca issue admin --ou Admin --san uri:spiffe://acme/admin --owner "team b" --out "$clients"
    mtlsca issue client --ou Client --out "$clients"
    mtlsca issue several --ou Client --ou Admin --ou Ops --out "$clients"
    mtlsca issue gateway --ou Gateway --out "$clients"
    mtlsca issue bound-elsewhere --ou Admin --bind 127.0.0.2 --out "$clients"
    mtlsca issue bound-here --ou Admin --bind 127.0.0.0/8 --out "$clients"
    mtlsca issue bound-ipv6 --bind ::1 --out "$clients"
    mtlsca issue plain --out "$clients"
    mtlsca issue pay --san uri:spiffe://acme/pay --san dns:pay.test --out "$clients"
    mtlsca issue payroll --san uri:spiffe://acme/payroll --out "$clients"
    # shellcheck disable=SC2016 # nginx must not see a variable either
    mtlsca issue owner --owner 'team "$a"' --out "$clients"
    mtlsca issue revoked --ou Admin --out "$clients"
    mtlsca issue held --ou Admin --out "$clients"
    forge_strangers
    forge imitation-value '/O=Acme/CN=x,OU=Admin'
    forge imitation-escaped '/OU=x\,OU=Admin/CN=y'
    multivalue=yes forge imitation-multivalued '/OU=Admin+CN=x/O=Acme'
    imitations=(imitation-value imitation-escaped imitation-multivalued)
    forge exact '/OU=Admin/CN=x'
    forge imitation-plain '/CN=plain'
    forge unheard-of '/CN=y'
}

for tiers in two one; do
    make_ca $tiers
    start_responder
    start_nginx
    for_each_way rows
    for_each_way save_sessions
    names_and_ipv6
    mtlsca revoke cn:revoked --reason keyCompromise
    mtlsca hold cn:held
    renew_index
    reload_nginx
    for_each_way rows_after_revocation
    stop_responder
    way=ocsp tls=1.3 by=curl
    row admin "400 400 400" # a responder that is down lets nobody in
    log_lines

    # The same clients, their roles by serial.
    roles_from=inventory ways=(map) site=$work/$tiers/inventory
    write_conf >"$work/nginx.conf"
    reload_nginx
    for_each_way rows
    names_and_ipv6
    ways=(crl map crl-map ocsp)
    check "nginx warns of nothing" "" "$(run_nginx -t 2>&1 | grep -v 'syntax is ok\|test is successful' || true)"
    stop_nginx
done

finish
