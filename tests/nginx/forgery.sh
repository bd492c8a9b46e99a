# Clients' certificates that mtlsca does not issue, in $clients: sourced by bash scripts, beside nginx.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154 # the script that reads this sets ca, issuer, clients and work

command -v faketime >/dev/null || { echo "this test needs faketime" >&2; exit 1; }

# forge NAME SUBJECT [CA CERTIFICATE, CA KEY]: for five days, by the unencrypted key of $issuer. With multivalue=yes "+"
# joins attributes; at="10 days ago" is when it is made.
forge() {
    local by=${3:-$ca/$issuer.crt} key=${4:-$ca/private/$issuer.key}
    openssl ecparam -name prime256v1 -genkey -noout -out "$clients/$1.key"
    openssl req -new -utf8 -key "$clients/$1.key" -subj "$2" ${multivalue:+-multivalue-rdn} -out "$work/forged.csr"
    ${at:+faketime "$at"} openssl x509 -req -in "$work/forged.csr" -CA "$by" -CAkey "$key" -CAcreateserial \
        -CAserial "$work/forged.srl" -days 5 -extfile <(echo 'extendedKeyUsage=clientAuth') -out "$clients/$1.crt" \
        2>"$work/openssl.log"
    cat "$by" >>"$clients/$1.crt"
}

# Certificates that are none to a server of this CA: other-ca, past, future and ca.
forge_strangers() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 5 -keyout "$work/other.key" \
        -subj "$(openssl x509 -in "$ca/$issuer.crt" -noout -subject -nameopt compat | sed 's/subject= *//')" \
        -out "$work/other.crt" 2>"$work/openssl.log"
    forge other-ca '/O=Acme/OU=Admin/CN=x' "$work/other.crt" "$work/other.key"
    at='10 days ago' forge past '/OU=Admin/CN=x'
    at='+5 days' forge future '/OU=Admin/CN=x'
    cp "$ca/$issuer.crt" "$clients/ca.crt"
    cp "$ca/private/$issuer.key" "$clients/ca.key"
}
