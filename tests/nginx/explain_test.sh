#!/usr/bin/env bash
# `mtlsca explain` reads what a real nginx wrote of each kind of client: its access log in both formats, its error log.
# MTLSCA=path/to/mtlsca tests/nginx/explain_test.sh
# shellcheck source=tests/nginx/nginx.sh
. "$(dirname "$0")/nginx.sh"
for program in jq faketime; do
    command -v $program >/dev/null || { echo "this test needs $program" >&2; exit 1; }
done

name=server.test
ca=$work/ca site=$work/site clients=$work/clients
mkdir -p "$work/logs" "$clients"
export MTLSCA_HOME=$ca
json_log=$work/logs/json.log

write_conf() {
    cat <<CONF
$(conf_head)
    include $site/http.conf;
    include $work/site.conf;
    server { listen 127.0.0.1:$backend; access_log off; location / { return 204; } }
}
CONF
    mtlsca nginx site --server-name $name --cert "$clients/$name.crt" --key "$clients/$name.key" \
        --upstream "http://127.0.0.1:$backend" --listen "127.0.0.1:$port" --public /public/ --role admin=/admin \
        --log-folder "$work/logs" --out "$site" >&2
    # The same with a third log.
    sed "s,^ *access_log .*access.log mtlsca;,&\n    access_log $json_log mtlsca_json;," "$site/$name.conf" >"$work/site.conf"
}

# visit CLIENT PATH [CURL OPTION]…
visit() {
    local client=$1 path=$2 credentials=()
    shift 2
    [ "$client" = none ] || credentials=(--cert "$clients/$client.crt" --key "$clients/$client.key")
    curl --silent --output /dev/null --max-time 20 --cacert "$ca/root.crt" --resolve "$name:$port:127.0.0.1" \
        "${credentials[@]}" "$@" "https://$name:$port$path" || true
}
lines_in() { grep -c . "$1" 2>/dev/null || true; }
has_lines() { [ "$(lines_in "$1")" -ge "$2" ]; }

# cause_of FILE: of its last line.
explain_last() { tail -n 1 "$1" | "$MTLSCA" explain - --json >"$work/explained.json" 2>"$work/mtlsca.log"; }
explained() { jq -r ".[0] | $1" "$work/explained.json"; }

# row CLIENT PATH VERDICT CAUSE: what both access logs and the client's own certificate say.
row() {
    local client=$1 path=$2 verdict=$3 cause=$4 before serial=
    shift 4
    before=$(lines_in "$json_log")
    visit "$client" "$path" "$@"
    until_true 20 has_lines "$json_log" $((before + 1)) || { echo "nginx logs nothing" >&2; exit 1; }
    [ "$client" = none ] || serial=$(openssl x509 -in "$clients/$client.crt" -noout -serial | sed 's/serial=//')
    for log in "$work/logs/$name.access.log" "$json_log"; do
        explain_last "$log"
        check "$client at $path in $(basename "$log")" "$verdict $cause" "$(explained '"\(.verdict) \(.cause)"')"
        check "$client: its serial" "${serial:-null}" "$(explained .serial)"
        check "$client: something helps" true "$(explained '.verdict == "let_in" or (.what_to_do | length > 0)')"
    done
}
# error_row CAUSE CLIENT: of the newest line of the error log that is about a client's certificate.
error_row() {
    visit "$2" /
    grep 'SSL certificate' "$work/error.log" >"$work/relevant.log"
    explain_last "$work/relevant.log"
    check "$2 in the error log" "refused $1" "$(explained '"\(.verdict) \(.cause)"')"
    check "$2: who asked" "127.0.0.1 $name" "$(explained '"\(.line.client) \(.line.host)"' | sed 's/:[0-9]*$//')"
}

mtlsca init --name Acme --no-passphrase
mtlsca issue $name --profile server --out "$clients"
mtlsca issue admin --ou Admin --owner 'Team "A"' --out "$clients"
mtlsca issue plain --ou Client --out "$clients"
mtlsca issue elsewhere --ou Admin --bind 10.0.0.0/8 --out "$clients"
mtlsca issue revoked --ou Admin --out "$clients"
mtlsca issue held --ou Admin --out "$clients"
MTLSCA_HOME=$work/other mtlsca init --name Acme --no-passphrase
MTLSCA_HOME=$work/other mtlsca issue foreign --out "$clients"
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=expired \
    -keyout "$clients/expired.key" -out "$work/expired.csr" 2>/dev/null
faketime '30 days ago' openssl x509 -req -in "$work/expired.csr" -CA "$ca/issuing.crt" -CAkey "$ca/private/issuing.key" \
    -CAcreateserial -CAserial "$work/serial" -days 1 -extfile <(echo extendedKeyUsage=clientAuth) \
    -out "$clients/expired.crt" 2>/dev/null
cat "$ca/issuing.crt" >>"$clients/expired.crt"
start_nginx

row none /public/x let_in public
row none /admin refused no-certificate
row admin /admin let_in valid
check "its role" admin "$(explained '.roles[0]')"
check "its owner" 'Team "A"' "$(explained .who.owner)"
row plain /admin refused role-missing
check "the command that helps" 1 "$(explained .what_to_do | grep -c -- '--ou Client --ou Admin')"
row plain '/x"%22\y?%0a' let_in valid
row elsewhere / refused bound-elsewhere
row $name / refused purpose
row foreign / refused foreign
check "nobody of ours" null "$(explained .who)"
row expired / refused expired
mtlsca revoke cn:revoked --reason keyCompromise
mtlsca hold cn:held
reload_nginx
row revoked / refused revoked
check "when and why" 1 "$(explained .why | grep -c 'it was revoked .* UTC (keyCompromise)')"
row held / refused revoked
check "it can be given back" 1 "$(explained .what_to_do | grep -c '^mtlsca unhold [0-9A-F]*$')"

error_row revoked revoked
error_row expired expired
# It has no CRL of a CA that it does not know, says nginx; the error log does not tell whose the certificate is.
error_row crl-missing foreign
check "which may concern this client alone" false "$(explained .for_everyone)"
error_row purpose $name

# What refuses everybody.
cp "$site/bundle.pem" "$work/bundle.pem"
openssl crl -inform DER -in "$ca/crl/issuing.crl" >"$site/bundle.pem"
reload_nginx
row admin / refused crl-missing
check "it concerns everybody" true "$(explained .for_everyone)"
check "of a certificate of ours" admin "$(explained .who.name)"
error_row crl-missing admin
cp "$work/bundle.pem" "$site/bundle.pem"
sed -i 's/ssl_verify_client optional;/ssl_verify_client on;/' "$work/site.conf"
reload_nginx
row none / refused no-certificate
error_row no-certificate none

# Every line that this nginx wrote can be read.
cat "$work/logs/$name.access.log" "$json_log" "$work/error.log" | "$MTLSCA" explain - >"$work/all.txt" 2>"$work/unread.log"
check "every line is read" "" "$(cat "$work/unread.log")"
check "and told without control characters" 0 "$(LC_ALL=C grep -c '[[:cntrl:]]' "$work/all.txt" || true)"

finish
