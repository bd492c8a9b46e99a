#!/usr/bin/env bash
# What `mtlsca nginx check` says of ssl_ocsp and ssl_stapling is what happens to real clients of a real nginx.
# MTLSCA=path/to/mtlsca tests/nginx/ocsp_check_test.sh
# shellcheck source=tests/nginx/responder.sh
. "$(dirname "$0")/responder.sh"
command -v faketime >/dev/null || { echo "this test needs faketime" >&2; exit 1; }

name=server.test
ca=$work/ca clients=$work/clients
mkdir -p "$clients"
export MTLSCA_HOME=$ca

write_conf() {
    conf_head
    echo "ssl_session_cache none; ssl_session_tickets off; ssl_protocols TLSv1.2 TLSv1.3;"
    sed "s/PORT/$port/g" <<<"$http"
    echo "}"
}
with_crt="ssl_certificate $clients/$name.crt; ssl_certificate_key $clients/$name.key;"
# server SETTINGS: one of its own. clients_of TRUST SETTINGS: one that asks for certificates.
server() {
    echo "server { listen 127.0.0.1:PORT ssl; server_name $name; $1 location / { return 200 in; } }"
}
clients_of() {
    server "$with_crt ssl_client_certificate $1; ssl_verify_client on; $2"
}

# ask CLIENT: the status that it gets. ask_without_sni CLIENT: from the default server.
ask() {
    curl --silent --insecure --output /dev/null --write-out '%{http_code}' --max-time 20 --cert "$clients/$1.crt" \
        --key "$clients/$1.key" --resolve "$name:$port:127.0.0.1" "https://$name:$port/" || true
}
ask_without_sni() {
    curl --silent --insecure --output /dev/null --write-out '%{http_code}' --max-time 20 --cert "$clients/$1.crt" \
        --key "$clients/$1.key" --header "Host: $name" "https://127.0.0.1:$port/" || true
}
# stapled: what the server says of itself, "none" if nothing. believed: the exit status of a client that wants that.
stapled() {
    openssl s_client -connect "127.0.0.1:$port" -servername $name -status -CAfile "$ca/root.crt" </dev/null 2>/dev/null |
        sed -n 's/OCSP response: no response sent/none/p; s/ *Cert Status: //p'
}
believed() {
    local status=0
    curl --silent --output /dev/null --cert-status --cacert "$ca/root.crt" --resolve "$name:$port:127.0.0.1" "https://$name:$port/" || status=$?
    echo $status
}
# is TRAP: an error; warns TRAP: a warning; nothing but this one. no_trap: nothing.
is() { check "$1" "11 $1" "$(judged "$work/nginx.conf")"; }
warns() { check "$1" "10 $1" "$(judged "$work/nginx.conf")"; }
no_trap() { check "$1: no finding" "0 " "$(judged "$work/nginx.conf")"; }
# does_not_start TRAP HTTP
does_not_start() {
    http=$2
    write_conf >"$work/broken.conf"
    check "$1" "11 nginx-refuses $1" "$(judged "$work/broken.conf")"
}

mtlsca init --name Acme --no-passphrase
mtlsca issue $name --profile server --out "$clients"
mtlsca issue alice --out "$clients"
mtlsca issue bad --out "$clients"
mtlsca revoke cn:bad
start_responder 127.0.0.1:0
asked="ssl_ocsp_responder http://$address;"
chain=$ca/chain.pem

with "$(clients_of "$chain" "ssl_ocsp on; $asked")"
no_trap "the responder by its address"
check "who is fine gets in" 200 "$(ask alice)"
check "who is revoked does not" 400 "$(ask bad)"

# A certificate that names no responder, and nobody else does.
with "$(clients_of "$chain" "ssl_ocsp leaf;")"
warns "ocsp-without-resolver"
check "without a responder nobody gets in" 400 "$(ask alice)"
does_not_start "ocsp-not-http" "$(clients_of "$chain" "ssl_ocsp leaf; ssl_ocsp_responder https://$address;")"
does_not_start "ocsp-without-trust" "$(server "$with_crt ssl_client_certificate $chain; ssl_verify_client optional_no_ca; ssl_ocsp leaf; $asked" | sed 's/return 200 in/deny all/')"
with "$(server "$with_crt ssl_ocsp leaf; $asked")"
warns "ocsp-asks-nobody"
check "who is not asked for a certificate gets in" 200 "$(ask bad)"

# What is kept is believed until its nextUpdate.
mtlsca issue later --out "$clients"
with "$(clients_of "$chain" "ssl_ocsp leaf; $asked ssl_ocsp_cache shared:ocsp:1m;")"
warns "ocsp-cache-outlives-revocation"
check "before it is revoked" 200 "$(ask later)"
mtlsca revoke cn:later
reload_nginx
check "revoked, and reloaded" 200 "$(ask later)"

# Without SNI the default server judges.
first="server { listen 127.0.0.1:PORT ssl; server_name _; $with_crt ssl_client_certificate $chain; ssl_verify_client on; return 403;"
with "$first ssl_crl $ca/crl/bundle.pem; } $(clients_of "$chain" "ssl_ocsp leaf; $asked ssl_crl $ca/crl/bundle.pem;")"
warns "default-server-decides"
mtlsca issue sneaky --out "$clients"
mtlsca revoke cn:sneaky --no-crl
check "revoked, with SNI" 400 "$(ask sneaky)"
check "revoked, without SNI" 200 "$(ask_without_sni sneaky)"
with "$first ssl_ocsp leaf; $asked } $(clients_of "$chain" "ssl_ocsp leaf; $asked")"
no_trap "both servers ask"
check "and without SNI it is refused" 400 "$(ask_without_sni sneaky)"

# Sessions are resumed with the client's certificate alone.
for trust in root.crt chain.pem; do
    with "$(clients_of "$ca/$trust" "ssl_ocsp leaf; $asked ssl_session_tickets on;")"
    if [ $trust = root.crt ]; then warns "ocsp-breaks-resumption"; else no_trap "the intermediate is trusted"; fi
    for tls in tls1_2 tls1_3; do
        check "$trust, $tls, new" 200 "$(session save $tls $name / "$clients/alice")"
        check "$trust, $tls, resumed" "$([ $trust = root.crt ] || echo 200)" "$(session use $tls $name / "$clients/alice")"
    done
done

# What a server says about itself.
serial() { "$MTLSCA" show "$1" --json | jq -r .serial; }
mtlsca ocsp presign --out "$work/staples" --names serial
staple="$work/staples/$(serial $name).der"
stapling() { server "$with_crt ssl_stapling on; $1"; }
with "$(stapling "ssl_stapling_file $staple;")"
no_trap "a staple"
check "is stapled" good "$(stapled)"
check "and believed" 0 "$(believed)"
with "$(server "$with_crt ssl_stapling_file $staple;")"
warns "staple-off"
check "nothing is stapled without ssl_stapling" none "$(stapled)"
with "$(stapling "ssl_stapling_file $work/staples/$(serial cn:alice).der;")"
is "staple-foreign"
check "nobody believes what is about another" 91 "$(believed)"
# An old answer, by the same CA.
openssl ocsp -issuer "$ca/issuing.crt" -cert "$clients/$name.crt" -no_nonce -reqout "$work/request.der"
printf 'V\t300101000000Z\t\t%s\tunknown\t/CN=x\n' "$(serial $name)" >"$work/index"
faketime '20 days ago' openssl ocsp -index "$work/index" -CA "$ca/issuing.crt" -rsigner "$ca/issuing.crt" \
    -rkey "$ca/private/issuing.key" -reqin "$work/request.der" -ndays 1 -respout "$work/old.der" 2>"$work/openssl.log"
with "$(stapling "ssl_stapling_file $work/old.der;")"
is "staple-expired"
check "nginx staples it all the same" good "$(stapled)"
check "and nobody believes it" 91 "$(believed)"
does_not_start "staple-malformed" "$(stapling "ssl_stapling_file $clients/$name.crt;")"
# Its certificate names no responder; and an answer that cannot be verified.
with "$(stapling "")"
warns "staple-nothing"
check "nothing is stapled without a responder" none "$(stapled)"
until_stapled() { [ "$(stapled)" = good ]; }
with "$(stapling "ssl_stapling_responder http://$address; ssl_stapling_verify on; ssl_trusted_certificate $chain;")"
no_trap "stapling with a responder and its trust"
check "the first has to wait" 0 "$(until_true 10 until_stapled; echo $?)"
with "$(stapling "ssl_stapling_responder http://$address; ssl_stapling_verify on;")"
warns "staple-nothing"
stapled >/dev/null
has_failed() { grep -q 'OCSP_basic_verify() failed' "$work/error.log"; }
check "the answer is not verified" 0 "$(until_true 10 has_failed; echo $?)"
check "and nothing stapled" none "$(stapled)"

mtlsca revoke "$name" --no-crl
mtlsca ocsp presign --out "$work/staples" --names serial
with "$(stapling "ssl_stapling_file $staple;")"
is "staple-revoked"
check "nobody believes in a server that says it is revoked" 91 "$(believed)"

finish
