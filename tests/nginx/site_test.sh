#!/usr/bin/env bash
# What `mtlsca nginx site` writes, in a real nginx with real clients: the table of nginx.md, row by row.
# MTLSCA=path/to/mtlsca tests/nginx/site_test.sh
# shellcheck source=tests/nginx/nginx.sh
. "$(dirname "$0")/nginx.sh"
command -v faketime >/dev/null || { echo "this test needs faketime" >&2; exit 1; }

name=server.test
ca=$work/ca site=$work/site clients=$work/clients
mkdir -p "$work/logs" "$clients"
export MTLSCA_HOME=$ca

# The backend says what it was told. nginx drops headers that are set to nothing.
write_conf() {
    cat <<CONF
$(conf_head)
    include $site/http.conf;
    include $site/$name.conf;
    server {
        listen 127.0.0.1:$backend;
        underscores_in_headers on; # or it would hide an X_Client_Role that the site lets through
        location / {
            return 200 "path=\$request_uri|verify=\$http_x_ssl_client_verify|dn=\$http_x_ssl_client_dn|serial=\$http_x_ssl_client_serial|role=\$http_x_client_role|name=\$http_x_client_name|san=\$http_x_client_san|owner=\$http_x_client_owner|cert=\$http_x_ssl_client_cert\$http_client_cert\$http_x_forwarded_client_cert|";
        }
    }
}
CONF
    write_site >&2
}

write_site() {
    mtlsca nginx site --server-name $name --cert "$clients/$name.crt" --key "$clients/$name.key" \
        --upstream "http://127.0.0.1:$backend" --listen "127.0.0.1:$port" --public /public/ --public /health \
        --role client=/api --role admin=/admin --role ops=/both/ --role admin=/both/ --log-folder "$work/logs" \
        --out "$site"
}

# request CLIENT PATH [CURL OPTION]…: the answer of nginx; CLIENT is "none" or a name in $clients.
request() {
    local client=$1 path=$2 credentials=()
    shift 2
    [ "$client" = none ] || credentials=(--cert "$clients/$client.crt" --key "$clients/$client.key")
    curl --silent --show-error --path-as-is --max-time 20 --cacert "$ca/root.crt" \
        --resolve "$name:$port:127.0.0.1" "${credentials[@]}" "$@" "https://$name:$port$path"
}
status() {
    request "$@" --output /dev/null --write-out '%{http_code}' 2>&1 || true
}
field() { # FIELD CLIENT PATH [CURL OPTION]…
    local field=$1
    shift
    request "$@" | tr '|' '\n' | sed -n "s/^$field=//p"
}

# row CLIENT PUBLIC ROLE CERTIFICATE: the three columns of the table; the role's path is /admin.
row() {
    check "$1 at a public path" "$2" "$(status "$1" /public/)"
    check "$1 at a path with a role" "$3" "$(status "$1" /admin)"
    check "$1 below a path with a role" "$3" "$(status "$1" /admin/users)"
    check "$1 at /" "$4" "$(status "$1" /)"
}

serial_of() {
    openssl x509 -in "$clients/$1.crt" -noout -serial | sed 's/serial=//'
}

# forge NAME SUBJECT [CA CERTIFICATE, CA KEY]: what mtlsca refuses to issue, by its own unencrypted issuing key.
forge() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$clients/$1.key"
    openssl req -new -utf8 -key "$clients/$1.key" -subj "$2" ${multivalue:+-multivalue-rdn} -out "$work/forged.csr"
    openssl x509 -req -in "$work/forged.csr" -CA "${3:-$ca/issuing.crt}" -CAkey "${4:-$ca/private/issuing.key}" \
        -CAcreateserial -CAserial "$work/forged.srl" -days 5 -extfile <(echo 'extendedKeyUsage=clientAuth') \
        -out "$clients/$1.crt" 2>"$work/openssl.log"
    cat "${3:-$ca/issuing.crt}" >>"$clients/$1.crt"
}

mtlsca init --name Acme --no-passphrase
mtlsca issue $name --profile server --out "$clients"
# shellcheck disable=SC2016 # nginx must not see a variable either
owner='team "$a"'
mtlsca issue admin --ou Admin --san uri:spiffe://acme/admin --san dns:admin.test --owner "$owner" --out "$clients"
mtlsca issue client --ou Client --out "$clients"
mtlsca issue plain --out "$clients"
mtlsca issue several --ou Client --ou Admin --ou Ops --out "$clients"
mtlsca issue gateway --ou Gateway --out "$clients"
mtlsca issue bound-elsewhere --ou Admin --bind 127.0.0.2 --out "$clients"
mtlsca issue bound-here --ou Admin --bind 127.0.0.0/8 --bind 2001:db8::/32 --out "$clients"
mtlsca issue bound-far --ou Gateway --bind 10.0.0.0/8 --out "$clients"
start_nginx

# Rows of the table.
row none 200 403 403
row admin 200 200 200
row client 200 403 200
row plain 200 403 200
row several 200 200 200
row gateway 200 200 200
check "a path for several roles" 200 "$(status admin /both/x)"
check "a path for several roles, another one" 403 "$(status client /both/x)"
check "a path without its last slash is public too" 200 "$(status none /health)"
check "and all below it" 200 "$(status none /health/deep)"
check "and nothing that begins like it" 403 "$(status none /healthy)"

# Bindings: the narrower network of one certificate hides no other's.
row bound-elsewhere 200 403 403
row bound-far 200 403 403
row bound-here 200 200 200
check "bound to the address it comes from" 200 "$(status bound-elsewhere /admin --interface 127.0.0.2)"
check "bound to a wider network" 200 "$(status bound-here /admin --interface 127.0.0.2)"
check "not bound" 200 "$(status admin /admin --interface 127.0.0.2)"

# Other spellings of a protected path.
for path in /admin/ //admin /admin//x /./admin/x /public/../admin/x /public/..%2fadmin/x /%61dmin /public/%2e%2e/admin; do
    check "no certificate at $path" 403 "$(status none "$path")"
    check "another role at $path" 403 "$(status client "$path")"
done
check "a name that begins like it is not the path" 200 "$(status client /administrator)"
check "the backend gets the path that was judged" /public/x "$(field path none '/admin/..%2fpublic/x')"

# Identity headers.
check verify SUCCESS "$(field verify admin /admin)"
check dn "$(openssl x509 -in "$clients/admin.crt" -noout -subject -nameopt RFC2253 | sed 's/subject=//')" "$(field dn admin /)"
check serial "$(serial_of admin)" "$(field serial admin /)"
check role admin "$(field role admin /)"
check roles admin,client,ops "$(field role several /)"
check "no role" "" "$(field role plain /)"
check name admin "$(field name admin /)"
check san "uri:spiffe://acme/admin dns:admin.test" "$(field san admin /)"
check owner "$owner" "$(field owner admin /)"
spoofed=()
for header in X-SSL-Client-Verify X-SSL-Client-DN X-SSL-Client-Serial X-Client-Role X-Client-Name X-Client-SAN \
    X-Client-Owner X-SSL-Client-Cert Client-Cert X-Forwarded-Client-Cert X_Client_Role x-client-role; do
    spoofed+=(--header "$header: admin")
done
empty="path=/public/|verify=|dn=|serial=|role=|name=|san=|owner=|cert=|"
check "spoofed headers at a public path" "$empty" "$(request none /public/ "${spoofed[@]}")"
check "identity at a public path" "$empty" "$(request admin /public/ "${spoofed[@]}")"
check "spoofed headers with a certificate" "$(request client /api)" "$(request client /api "${spoofed[@]}")"
check "spoofed role of one who has none" "" "$(field role plain / "${spoofed[@]}")"
check "spoofed certificate" "" "$(field cert plain / "${spoofed[@]}")"
check "spoofed headers open nothing" 403 "$(status client /admin "${spoofed[@]}")"

# Subjects that imitate a role.
number=0
for subject in '/O=Acme/CN=x,OU=Admin' '/CN=OU=Admin' '/CN=OU=Admin,x' '/O=OU=Admin/CN=x' '/OU=Administrator/CN=x' \
    '/OU=xOU=Admin/CN=x' '/OU=x,OU=Admin/CN=x' '/CN=x\\,OU=Admin' '/OU=admin/CN=x' '/OU=Admin /CN=x' \
    $'/CN=x\nOU=Admin' '/CN=x+OU=Admin' '/CN=SUCCESS:OU=Admin' '/emailAddress=x,OU=Admin/CN=x' '/OU=Admin\,x/CN=y'; do
    number=$((number + 1))
    forge "imitation-$number" "$subject"
    row "imitation-$number" 200 403 200
    check "role of $subject" "" "$(field role "imitation-$number" /)"
done
multivalue=yes forge multivalue '/OU=Admin+CN=x/O=Acme'
row multivalue 200 403 200
forge honest '/O=Acme/OU=Admin/CN=y,OU=Client'
row honest 200 200 200
check "role of an OU beside an imitation" admin "$(field role honest /)"

# Certificates that are none.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/O=Acme/CN=Acme Issuing CA' -days 5 \
    -keyout "$work/other.key" -out "$work/other.crt" 2>"$work/openssl.log"
forge other-ca '/O=Acme/OU=Admin/CN=x' "$work/other.crt" "$work/other.key"
cp "$ca/issuing.crt" "$clients/ca.crt"
cp "$ca/private/issuing.key" "$clients/ca.key"
future() { faketime '+5 days' "$@"; }
past() { faketime '10 days ago' "$@"; }
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/OU=Admin/CN=x' -keyout "$work/x.key" \
    -out "$work/x.csr" 2>"$work/openssl.log"
for when in past future; do
    cp "$work/x.key" "$clients/$when.key"
    $when openssl x509 -req -in "$work/x.csr" -CA "$ca/issuing.crt" -CAkey "$ca/private/issuing.key" -CAcreateserial \
        -CAserial "$work/forged.srl" -days 1 -extfile <(echo 'extendedKeyUsage=clientAuth') -out "$clients/$when.crt" \
        2>"$work/openssl.log"
    cat "$ca/issuing.crt" >>"$clients/$when.crt"
done
for client in other-ca past future ca $name; do
    row "$client" 400 400 400
done

# Revocation: after the reload, fresh and on a session from before.
mtlsca issue revoked --ou Admin --out "$clients"
mtlsca issue held --ou Admin --out "$clients"
for client in revoked held; do
    row $client 200 200 200
    for tls in tls1_2 tls1_3; do
        check "$client before, $tls" 200 "$(session save $tls $name /admin "$clients/$client")"
    done
done
mtlsca revoke cn:revoked --reason keyCompromise
mtlsca hold cn:held
check "the folder has the CA's bundle" "$(cat "$ca/crl/bundle.pem")" "$(cat "$site/bundle.pem")"
reload_nginx
for client in revoked held; do
    row $client 400 400 400
    for tls in tls1_2 tls1_3; do
        check "$client on its old session, $tls" 400 "$(session use $tls $name /admin "$clients/$client")"
    done
done
row admin 200 200 200
mtlsca unhold cn:held
reload_nginx
row held 200 200 200

# The log says who was refused and why.
access=$work/logs/$name.access.log failed=$work/logs/$name.failed.log
check "the log names the subject, role and outcome" 1 "$(grep -c 'verify="SUCCESS" dn="CN=admin,OU=Admin.* role="admin" san="uri:spiffe://acme/admin dns:admin.test" tls=TLSv1.3 .* status=200 .*"GET /admin HTTP' "$access" | sed 's/^[1-9][0-9]*$/1/')"
check "a failed validation has its own file" 1 "$(grep -c "verify=\"FAILED:certificate revoked\".*serial=\"$(serial_of revoked)\".*status=400" "$failed" | sed 's/^[1-9][0-9]*$/1/')"
check "which holds nothing else" 0 "$(grep -vc 'verify="FAILED' "$failed" || true)"

# Nothing to do is nothing done.
check "nginx warns of nothing" "" "$(run_nginx -t 2>&1 | grep -v 'syntax is ok\|test is successful' || true)"
files() { find "$site" -type f -printf '%T@ %i %p\n' | sort; }
before=$(files)
write_site
check "an unchanged site is not written again" "$before" "$(files)"

finish
