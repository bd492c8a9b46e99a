#!/usr/bin/env bash
# Sites of `mtlsca nginx site` beside each other and beside a public server, with files, redirects, TLS 1.3 and on
# standard output, in a real nginx. MTLSCA=path/to/mtlsca tests/nginx/site_forms_test.sh
# shellcheck source=tests/nginx/nginx.sh
. "$(dirname "$0")/nginx.sh"

ca=$work/ca clients=$work/clients site=$work/site
mkdir -p "$work/logs" "$clients" "$work/www/admin" "$work/www/public"
export MTLSCA_HOME=$ca

site() { # SERVER NAME, OPTION…
    local name=$1
    shift
    "$MTLSCA" nginx site --server-name "$name" --cert "$clients/server.test.crt" --key "$clients/server.test.key" \
        --listen "127.0.0.1:$port" --log-folder "$work/logs" "$@"
}

# The first server of the address is nobody's of ours: public, with sessions that can be resumed.
write_conf() {
    cat <<CONF
$(conf_head)
    include $work/first.conf;
    server {
        listen 127.0.0.1:$port ssl default_server;
        server_name public.test;
        ssl_certificate $clients/server.test.crt;
        ssl_certificate_key $clients/server.test.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_session_cache shared:public:1m;
        ssl_session_tickets on;
        ssl_session_ticket_key $work/ticket.key;
        location / { return 200 public; }
    }
    include $work/second.conf;
    server {
        listen 127.0.0.1:$backend default_server;
        location / { return 200 backend; }
    }
}
CONF
    # Two sites of one CA share http.conf; the third is the only one of its kind, on standard output.
    {
        site files.test --root "$work/www" --tls 1.3 --redirect-http --http-listen "127.0.0.1:$backend" \
            --role admin=/admin --public /public/ --out "$site"
        site proxy.test --upstream "http://127.0.0.1:$backend" --role admin=/a-very/long/path-of-a-role --out "$site"
    } >"$work/mtlsca.log"
    echo "include $site/http.conf;" >"$work/first.conf"
    printf 'include %s;\n' "$site/files.test.conf" "$site/proxy.test.conf" >"$work/second.conf"
}

request() { # NAME PATH [CURL OPTION]…
    local name=$1 path=$2
    shift 2
    curl --silent --show-error --path-as-is --max-time 20 --cacert "$ca/root.crt" --insecure \
        --connect-to "$name:$port:127.0.0.1:$port" "$@" "https://$name:$port$path"
}
status() {
    request "$@" --output /dev/null --write-out '%{http_code}' 2>/dev/null || true
}
as() { # CLIENT: the options of curl
    credentials=(--cert "$clients/$1.crt" --key "$clients/$1.key")
}

mtlsca init --name Acme --no-passphrase --one-tier
mtlsca issue server.test --profile server --out "$clients"
mtlsca issue admin --ou Admin --out "$clients"
mtlsca issue client --ou Client --out "$clients"
openssl rand -out "$work/ticket.key" 80
for file in index.html admin/index.html public/index.html; do echo "$file" >"$work/www/$file"; done
start_nginx

as admin
check "files for whom they are" admin/index.html "$(request files.test /admin/ "${credentials[@]}")"
check "a folder without its slash" 301 "$(status files.test /admin "${credentials[@]}")"
check "files without a certificate" 403 "$(status files.test /admin/index.html)"
check "public files" public/index.html "$(request files.test /public/)"
check "files at /" 200 "$(status files.test / "${credentials[@]}")"
as client
check "files for another role" 403 "$(status files.test /admin/index.html "${credentials[@]}")"
check "TLS 1.2 where 1.3 is asked for" 403 "$(status files.test / "${credentials[@]}" --tls-max 1.2)"
check "TLS 1.2 elsewhere" 200 "$(status proxy.test / "${credentials[@]}" --tls-max 1.2)"
check "a redirect" "https://files.test:$port/a%0ab?c" "$(curl --silent --output /dev/null --write-out '%{redirect_url}' \
    --header 'Host: files.test' "http://127.0.0.1:$backend/a%0ab?c")"
check "another site's name under this one's handshake" 421 "$(status public.test / --header 'Host: proxy.test')"
check "another site's name, with a certificate" 421 "$(status files.test / "${credentials[@]}" --header 'Host: proxy.test')"

# The public server's sessions must not carry a client of ours over its revocation.
for tls in tls1_2 tls1_3; do
    check "before its revocation, $tls" 200 "$(session save $tls proxy.test / "$clients/admin")"
done
mtlsca revoke cn:admin
reload_nginx
check "revoked, resumed by a public server, TLS 1.2" 403 "$(session use tls1_2 proxy.test / "$clients/admin")"
check "revoked, resumed by a public server, TLS 1.3" none "$(session use tls1_3 proxy.test / "$clients/admin")"

# The same on standard output: one file in place of a folder, with the CA's own files.
site output.test --upstream "http://127.0.0.1:$backend" --public / --role client=/client >"$work/first.conf"
: >"$work/second.conf"
reload_nginx
check "a site from standard output" 200 "$(status output.test /)"
check "its roles" 403 "$(status output.test /client)"
check "its roles, with a certificate" 200 "$(status output.test /client "${credentials[@]}")"
as admin
check "its CRLs" 400 "$(status output.test /client "${credentials[@]}")"
check "nginx warns of nothing" "" "$(run_nginx -t 2>&1 | grep -v 'syntax is ok\|test is successful' || true)"

finish
