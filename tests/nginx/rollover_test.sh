#!/usr/bin/env bash
# The CA's own certificates change under a running nginx: renewal, a new issuing CA, a new root. At every moment clients
# old and new are answered 200, those who were revoked are refused, and openssl and GnuTLS verify what they should with
# the old root, the new one, or both.
# MTLSCA=path/to/mtlsca tests/nginx/rollover_test.sh
# shellcheck source=tests/nginx/nginx.sh
. "$(dirname "$0")/nginx.sh"
for program in certtool jq; do
    command -v "$program" >/dev/null || { echo "this test needs $program" >&2; exit 1; }
done

name=server.test
ca=$work/ca site=$work/site clients=$work/clients
mkdir -p "$work/logs" "$clients"
export MTLSCA_HOME=$ca

write_conf() {
    cat <<CONF
$(conf_head 2)
    include $site/http.conf;
    include $site/$name.conf;
    server { listen 127.0.0.1:$backend; location / { return 200 ok; } }
}
CONF
    mtlsca nginx site --server-name $name --cert "$clients/$name.crt" --key "$clients/$name.key" \
        --upstream "http://127.0.0.1:$backend" --listen "127.0.0.1:$port" --log-folder "$work/logs" --out "$site" >&2
}

# What a client gets that trusts FILE: the answer to a request with a certificate of its own.
status() { # CLIENT [FILE]
    curl --silent --max-time 20 --cacert "${2:-$work/old_root.crt}" --resolve "$name:$port:127.0.0.1" \
        --cert "$clients/$1.crt" --key "$clients/$1.key" --output /dev/null --write-out '%{http_code}' \
        "https://$name:$port/" || true
}

# Two clients that ask all the time: one of the first day, with the files of that day, and the newest one, which is
# whoever `newest` names. What is not answered 200 is in $work/bad.
start_loops() {
    : >"$work/bad"
    : >"$work/asked"
    local who
    for who in old newest; do
        while [ ! -e "$work/enough" ]; do
            client=$who
            [ $who = old ] || client=$(cat "$work/newest")
            got=$(status "$client")
            echo "$who" >>"$work/asked"
            [ "$got" = 200 ] || echo "$client during $(cat "$work/step"): $got" >>"$work/bad"
        done &
        loops+=($!)
    done
}
loops=()
stop_loops() {
    touch "$work/enough"
    wait ${loops[@]+"${loops[@]}"}
}
trap 'stop_loops || true; stop_nginx || true; rm -rf "$work"' EXIT
has_asked_more_than() { # COUNT: both of them
    [ "$(grep -c old "$work/asked")" -gt "$1" ] && [ "$(grep -c newest "$work/asked")" -gt "$1" ]
}

# accepts PARTY LEAF_FILE ROOTS: yes or no, with nothing but these roots, what LEAF_FILE sends along, and the CRLs.
openssl_accepts() {
    openssl verify -x509_strict -purpose sslclient -crl_check_all -CRLfile "$ca/crl/bundle.pem" -CAfile "$2" \
        -untrusted "$1" "$1" >"$work/party.log" 2>&1 && echo yes || echo no
}
gnutls_accepts() {
    certtool --verify --verify-purpose 1.3.6.1.5.5.7.3.2 --load-ca-certificate "$2" --load-crl "$ca/crl/bundle.pem" \
        --infile "$1" >"$work/party.log" 2>&1 && echo yes || echo no
}
parties() { # LEAF_FILE OLD BOTH NEW: what relying parties of the old root, of both and of the new one say
    local party
    cat "$work/old_root.crt" "$work/new_root.crt" >"$work/both_roots.crt"
    for party in openssl gnutls; do
        check "$(cat "$work/step"): $party, $(basename "$1"), old root" "$2" "$(${party}_accepts "$1" "$work/old_root.crt")"
        check "$(cat "$work/step"): $party, $(basename "$1"), both roots" "$3" "$(${party}_accepts "$1" "$work/both_roots.crt")"
        check "$(cat "$work/step"): $party, $(basename "$1"), new root" "$4" "$(${party}_accepts "$1" "$work/new_root.crt")"
    done
}

# A command that ends when nobody answers any more who has not read what it changed.
applied() {
    local old
    old=$(workers)
    mtlsca "$@" --apply
    # Where nginx reads the same as before, it is not reloaded.
    grep -q 'nginx *was reloaded' "$work/mtlsca.log" || return 0
    # shellcheck disable=SC2086
    until_true 60 are_gone $old || { echo "nginx keeps its old workers" >&2; exit 1; }
}

# after STEP [COMMAND…]: carries it out under load, and what must hold afterwards does.
number=0
after() {
    local step=$1 asked
    number=$((number + 1))
    echo "$step" >"$work/step"
    shift
    [ $# = 0 ] || applied "$@"
    mtlsca crl check
    mtlsca audit verify
    mtlsca issue "client$number" --out "$clients"
    mtlsca verify --as-nginx "$clients/client$number.crt"
    mtlsca issue "victim$number" --out "$clients"
    check "$step: a new client" 200 "$(status "client$number")"
    check "$step: one that is about to be revoked" 200 "$(status "victim$number")"
    applied revoke "victim$number"
    check "$step: one that was revoked just now" 400 "$(status "victim$number")"
    check "$step: one that was revoked on the first day" 400 "$(status mallory)"
    for earlier in $(seq $((number - 1))); do
        check "$step: client $earlier" 200 "$(status "client$earlier")"
        check "$step: victim $earlier" 400 "$(status "victim$earlier")"
    done
    echo "client$number" >"$work/newest.new"
    mv "$work/newest.new" "$work/newest" # whoever reads it reads a name
    asked=$(grep -c newest "$work/asked")
    until_true 30 has_asked_more_than $((asked + 2)) || { echo "the loops stand still" >&2; exit 1; }
    check "$step: everybody was answered" "" "$(cat "$work/bad")"
}
issuer_of_newest() { openssl x509 -in "$clients/client$number.crt" -noout -issuer -nameopt multiline | sed -n 's/.*commonName *= //p'; }

trusted() { # their CNs
    openssl crl2pkcs7 -nocrl -certfile "$ca/chain.pem" | openssl pkcs7 -print_certs -noout |
        sed -n 's/^subject=.*CN = //p' | sort | paste -sd ' '
}

mtlsca init --name Acme --no-passphrase
cp "$ca/root.crt" "$work/old_root.crt"
cp "$ca/root.crt" "$work/new_root.crt"
for client in old mallory; do mtlsca issue $client --out "$clients"; done
mtlsca issue $name --profile server --out "$clients"
mtlsca revoke mallory
echo old >"$work/newest"
echo begin >"$work/step"
start_nginx
mtlsca nginx apply --nginx "nginx -p $work -c nginx.conf -e $work/error.log" --conf "$work/nginx.conf" \
    --reload "nginx -p $work -c nginx.conf -e $work/error.log -s reload"
start_loops

after "nothing"
parties "$clients/client$number.crt" yes yes yes
after "renewal of the issuing CA" ca renew issuing
after "renewal of the root" ca renew root
parties "$clients/client$number.crt" yes yes yes

# A new issuing CA.
after "issuing CA prepared" ca rollover prepare issuing
check "the old one signs" "Acme Issuing CA" "$(issuer_of_newest)"
after "issuing CA activated" ca rollover activate issuing
check "the new one signs" "Acme Issuing CA 2" "$(issuer_of_newest)"
parties "$clients/client$number.crt" yes yes yes
parties "$clients/old.crt" yes yes yes
after "activation undone" ca rollover activate issuing --undo
check "the old one signs again" "Acme Issuing CA" "$(issuer_of_newest)"
after "issuing CA activated again" ca rollover activate issuing
after "issuing CA retired" ca rollover retire issuing
check "a client of the retired CA can be revoked" 200 "$(status client1)"
applied revoke client1
check "and is out" 400 "$(status client1)"
mtlsca issue client1 --out "$clients" --force
after "issuing CA retired, its client renewed"

# A new root.
after "root prepared" ca rollover prepare root
cp "$ca/root-2.crt" "$work/new_root.crt"
parties "$clients/client$number.crt" yes yes no
after "root activated" ca rollover activate root
parties "$clients/client$number.crt" yes yes yes
check "what is sent: leaf, issuing CA, cross certificate" 3 "$(grep -c BEGIN "$clients/client$number.crt")"
after "root's activation undone" ca rollover activate root --undo
parties "$clients/client$number.crt" yes yes no
after "root activated again" ca rollover activate root
mtlsca export old --as pem --out "$work/old_again.crt"
parties "$work/old_again.crt" yes yes yes
after "root retired" ca rollover retire root
stop_loops
loops=()
check "the old root is not in the trust file" "Acme Issuing CA Acme Issuing CA 2 Acme Root CA 2" "$(trusted)"
check "what is sent: leaf and issuing CA" 2 "$(grep -c BEGIN "$clients/client$number.crt")"
parties "$clients/client$number.crt" no yes yes
check "openssl, new root, a chain with the cross certificate" yes "$(openssl_accepts "$work/old_again.crt" "$work/new_root.crt")"
check "gnutls, new root, a chain with the cross certificate" yes "$(gnutls_accepts "$work/old_again.crt" "$work/new_root.crt")"
check "both loops have asked through it all" yes "$(has_asked_more_than 50 && echo yes || wc -l "$work/asked")"
check "everybody was answered" "" "$(cat "$work/bad")"
check "nginx check has nothing against it" 0 "$("$MTLSCA" nginx check "$work/nginx.conf" >"$work/mtlsca.log" 2>&1; echo $?)"

finish
