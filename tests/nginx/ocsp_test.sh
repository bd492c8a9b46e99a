#!/usr/bin/env bash
# nginx asks `mtlsca ocsp serve` about each client: who is revoked is refused without a reload, and a responder that is
# down refuses everybody. And nginx staples and serves what `mtlsca ocsp presign` wrote.
# MTLSCA=path/to/mtlsca tests/nginx/ocsp_test.sh
# shellcheck source=tests/nginx/responder.sh
. "$(dirname "$0")/responder.sh"

name=server.test
ca=$work/ca site=$work/site clients=$work/clients
mkdir -p "$work/logs" "$clients"
export MTLSCA_HOME=$ca
# A site as mtlsca writes it, or with `servers` of one's own.
servers=
write_conf() {
    conf_head 2
    if [ -n "$servers" ]; then
        echo "server { listen 127.0.0.1:$port ssl; server_name $name; ssl_certificate $clients/$name.crt;"
        echo "ssl_certificate_key $clients/$name.key; ssl_client_certificate $ca/chain.pem; ssl_verify_client optional;"
        echo "$servers location / { return 200; } }"
    else
        mtlsca nginx site --server-name $name --cert "$clients/$name.crt" --key "$clients/$name.key" \
            --root "$work" --listen "127.0.0.1:$port" --revocation ocsp --ocsp-responder "http://$address" \
            --log-folder "$work/logs" --out "$site" >&2
        echo "include $site/http.conf; include $site/$name.conf;"
    fi
    echo "}"
}

# ask CLIENT: the status that this client gets.
ask() {
    curl --silent --output /dev/null --write-out '%{http_code}' --max-time 30 --cacert "$ca/root.crt" \
        --cert "$clients/$1.crt" --key "$clients/$1.key" --connect-to "$name:443:127.0.0.1:$port" "https://$name/nginx.conf"
}

restart_nginx() {
    stop_nginx
    rm -f "$work/nginx.pid"
    start_nginx
}

# visits WHERE: the same for each configuration.
visits() {
    mtlsca issue "$1-good" --out "$clients"
    mtlsca issue "$1-later" --out "$clients"
    mtlsca issue "$1-bad" --out "$clients"
    mtlsca revoke "$1-bad" --no-crl
    check "$1: a client that is fine gets in" 200 "$(ask "$1-good")"
    check "$1: a revoked one does not" 400 "$(ask "$1-bad")"
    check "$1: one that will be" 200 "$(ask "$1-later")"
    mtlsca revoke "$1-later" --no-crl
    check "$1: is refused after it, without a reload" 400 "$(ask "$1-later")"
    mtlsca hold "$1-good" --no-crl
    check "$1: on hold it is refused" 400 "$(ask "$1-good")"
    mtlsca unhold "$1-good" --no-crl
    check "$1: and gets in again after it" 200 "$(ask "$1-good")"
}

mtlsca init --name Acme --no-passphrase
mtlsca issue $name --profile server --out "$clients"
start_responder 127.0.0.1:0
start_nginx
visits site

# nginx fails closed: nobody gets in while the responder is down, and at once when it is back at its place.
stop_responder
check "a responder that is down refuses who is fine" 400 "$(ask site-good)"
start_responder "$address"
check "and is asked again when it is back" 200 "$(ask site-good)"

# The intermediate is asked for as well, at the root.
servers="ssl_ocsp on; ssl_ocsp_responder http://$address;"
restart_nginx
visits on

# The root's key goes elsewhere: its responder goes on, and nginx with it.
mv "$ca/private/root.key" "$work/root.key"
stop_responder
start_responder "$address"
check "the root's key is elsewhere: who is fine gets in" 200 "$(ask on-good)"
check "and who is revoked does not" 400 "$(ask on-later)"
mv "$work/root.key" "$ca/private/root.key"

# CA certificates that are replaced are in the chains of clients still.
mtlsca issue before --out "$clients"
mtlsca ca renew issuing
restart_nginx
check "a client whose chain has the CA's certificate before" 200 "$(ask before)"
visits renewed
mtlsca ca rollover prepare issuing
mtlsca ca rollover activate issuing
restart_nginx
check "a client of the issuing CA before" 200 "$(ask before)"
visits rolled

# A server that staples an answer about itself.
mtlsca ocsp presign --names serial --out "$work/staples"
serial=$(openssl x509 -noout -serial -in "$clients/$name.crt" | sed 's/serial=//')
servers="ssl_stapling on; ssl_stapling_file $work/staples/$serial.der;"
restart_nginx
stapled() {
    openssl s_client -connect "127.0.0.1:$port" -servername $name -status -CAfile "$ca/root.crt" </dev/null 2>/dev/null
}
check "nginx staples the answer" "    Cert Status: good" "$(stapled | grep 'Cert Status')"
curl --silent --cert-status --cacert "$ca/root.crt" --connect-to "$name:443:127.0.0.1:$port" "https://$name/" ||
    check "curl believes what is stapled" 0 $?

# nginx serves the files of presign for GET, as mtlsca-ocsp(1) says: openssl believes what curl gets there.
mtlsca ocsp presign --out "$work/answers"
servers="root $work/answers; location /M { default_type application/ocsp-response; try_files \$uri.der =404; }"
restart_nginx
for client in rolled-good rolled-bad; do
    openssl ocsp -no_nonce -issuer "$ca/issuing-2.crt" -cert "$clients/$client.crt" -reqout "$work/request.der"
    curl --silent --fail --cacert "$ca/root.crt" --connect-to "$name:443:127.0.0.1:$port" --output "$work/got.der" \
        "https://$name/$(base64 -w0 "$work/request.der" | jq -sRr @uri)" || check "nginx has an answer about $client" 0 $?
    openssl ocsp -respin "$work/got.der" -no_nonce -issuer "$ca/issuing-2.crt" -cert "$clients/$client.crt" \
        -CAfile "$ca/chain.pem" >"$work/said" 2>&1
    check "nginx serves a presigned answer about $client that is believed" "Response verify OK" "$(head -1 "$work/said")"
    check "and says what is so" "$([ $client = rolled-bad ] && echo revoked || echo good)" \
        "$(sed -n "s,^.*/$client.crt: ,,p" "$work/said")"
done

finish
