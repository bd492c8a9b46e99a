#!/usr/bin/env bash
# `mtlsca nginx apply` and what goes through it: all of it or nothing, and nginx answers all the time.
# MTLSCA=path/to/mtlsca tests/nginx/apply_test.sh
# shellcheck source=tests/nginx/nginx.sh
. "$(dirname "$0")/nginx.sh"

name=server.test
ca=$work/ca site=$work/site clients=$work/clients
mkdir -p "$work/logs" "$clients"
export MTLSCA_HOME=$ca

write_conf() {
    cat <<CONF
$(conf_head)
    include $site/http.conf;
    include $site/$name.conf;
    server {
        listen 127.0.0.1:$backend;
        location / { return 200 ok; }
    }
    # here
}
CONF
    mtlsca nginx site --server-name $name --cert "$clients/$name.crt" --key "$clients/$name.key" \
        --upstream "http://127.0.0.1:$backend" --listen "127.0.0.1:$port" --role admin=/admin \
        --log-folder "$work/logs" --out "$site" >&2
}

status() { # CLIENT PATH
    curl --silent --max-time 20 --cacert "$ca/root.crt" --resolve "$name:$port:127.0.0.1" --cert "$clients/$1.crt" \
        --key "$clients/$1.key" --output /dev/null --write-out '%{http_code}' "https://$name:$port$2" || true
}

# A client that asks all the time; what it is not answered 200 is in $work/bad.
start_loop() {
    : >"$work/bad"
    : >"$work/asked"
    while [ ! -e "$work/enough" ]; do
        got=$(status steady /)
        echo >>"$work/asked"
        [ "$got" = 200 ] || echo "$got" >>"$work/bad"
    done &
    loop=$!
}
stop_loop() {
    touch "$work/enough"
    wait "$loop"
    rm "$work/enough"
}
has_asked() {
    [ "$(wc -l <"$work/asked")" -ge "$1" ]
}

has_one_worker() { [ "$(workers | wc -l)" -eq 1 ]; }

# What nginx reads, byte for byte, with the very files.
state() { find "$site" -type f -printf '%i %T@ %m %p\n' -exec sha256sum {} + | sort; }

# try EXPECTED COMMAND...: its exit status; its words are in $work/said.
try() {
    local expected=$1 status=0
    shift
    "$MTLSCA" "$@" >"$work/said" 2>&1 || status=$?
    check "mtlsca $*" "$expected" "$status"
    [ "$expected" = "$status" ] || cat "$work/said" >&2
}
says() { check "it says: $1" yes "$(grep -q -- "$1" "$work/said" && echo yes || cat "$work/said")"; }

mtlsca init --name Acme --no-passphrase
mtlsca issue $name --profile server --out "$clients"
for client in steady second third fourth; do
    mtlsca issue $client --ou Admin --out "$clients"
done
start_nginx
start_loop
target=(--conf "$work/nginx.conf" --nginx "nginx -p $work -e $work/error.log" --pid "$work/nginx.pid")

# Nobody knows what nginx has loaded: it is told once, and not again.
old=$(workers)
before=$(state)
try 0 nginx apply "${target[@]}"
says 'nginx was reloaded'
until_true 20 are_gone $old || check "old workers" gone there
check "files that did not change are the same files" "$before" "$(state)"
old=$(workers)
try 0 nginx apply
says 'is as it should be'
says 'nginx was not reloaded'
check "no reload without a change" "$old" "$(workers)"
try 0 crl --if-due --apply
check "no reload where no CRL was due" "$old" "$(workers)"

# Revoked, published, exchanged, reloaded, in one command: the next handshake is refused.
check "before" 200 "$(status second /admin)"
try 0 revoke cn:second --apply
says 'nginx  *was reloaded'
until_true 20 are_gone $old || check "old workers" gone there
check "after revoke --apply" 400 "$(status second /admin)"
try 0 crl --apply --json
says '"reloaded": true'

# A new certificate with a binding is known after the next apply.
mtlsca issue bound --ou Admin --bind 127.0.0.1 --out "$clients"
try 10 status
says 'holds what nginx has not loaded'
try 0 nginx apply
says 'nginx was reloaded'
try 0 status
until_true 20 eval '[ "$(status bound /admin)" = 200 ]' || check "a bound client" 200 "$(status bound /admin)"

# The real configuration is broken elsewhere: the folder is as it was, and nginx serves on.
before=$(state)
until_true 20 has_one_worker || check "workers" 1 "$(workers | wc -l)"
old=$(workers)
sed -i 's/# here/listen_to me;/' "$work/nginx.conf"
try 1 revoke cn:third --apply
says 'unknown directive "listen_to"'
check "the folder is back, byte for byte" "$before" "$(state)"
check "nothing is left beside it" "" "$(find "$work" -maxdepth 1 -name '.site*')"
check "nginx keeps its workers" "$old" "$(workers)"
check "and serves" 200 "$(status fourth /admin)"
check "the CA has the revocation" revoked "$("$MTLSCA" show cn:third --json | jq -r .status)"
sed -i 's/listen_to me;/# here/' "$work/nginx.conf"
try 0 crl --if-due --apply
says 'nginx  *was reloaded'
until_true 20 eval '[ "$(status third /admin)" = 400 ]' || check "what failed is made good" 400 "$(status third /admin)"

# nginx cannot be told.
before=$(state)
mtlsca issue fifth --ou Admin --owner somebody --out "$clients"
after=$(state)
check "a new certificate is in the maps" different "$([ "$before" = "$after" ] && echo same || echo different)"
mtlsca revoke cn:fifth --no-crl
"$MTLSCA" crl >"$work/said" 2>&1
before=$(state)
"$MTLSCA" revoke cn:fourth --no-crl >"$work/said" 2>&1
cp "$ca/crl/bundle.pem" "$work/bundle.pem"
for reload in "exit 3" "kill -0 0; false"; do
    try 1 nginx apply --conf "$work/nginx.conf" --nginx "nginx -p $work -e $work/error.log" --reload "$reload"
    check "a reload that fails changes nothing" "$before" "$(state)"
done
echo 999999999 >"$work/dead.pid"
try 1 nginx apply --conf "$work/nginx.conf" --nginx "nginx -p $work -e $work/error.log" --pid "$work/dead.pid"
check "a dead nginx changes nothing" "$before" "$(state)"
try 0 crl --if-due
try 0 nginx apply "${target[@]}"
until_true 20 eval '[ "$(status fourth /admin)" = 400 ]' || check "revoked meanwhile" 400 "$(status fourth /admin)"

# What would lock everybody out is refused before nginx sees it.
before=$(state)
cp "$ca/chain.pem" "$work/chain.pem"
cp "$ca/issuing.crt" "$ca/chain.pem"
try 3 nginx apply
says 'worse than the old ones'
check "a trust file without root changes nothing" "$before" "$(state)"

# The same where the folder is a link: what would be read is judged, and not what is read now.
mv "$site" "$work/real-site"
ln -s real-site "$site"
try 3 nginx apply
says 'worse than the old ones'
rm "$site"
mv "$work/real-site" "$site"
cp "$work/chain.pem" "$ca/chain.pem"
try 0 nginx apply

# A site that changes goes the same way; so does one that is new.
site_flags=(--server-name $name --cert "$clients/$name.crt" --upstream "http://127.0.0.1:$backend" --listen "127.0.0.1:$port" --log-folder "$work/logs")
try 0 nginx site "${site_flags[@]}" --key "$clients/$name.key" --role ops=/admin --out "$site" --apply
until_true 20 eval '[ "$(status bound /admin)" = 403 ]' || check "the site's new rule" 403 "$(status bound /admin)"
before=$(state)
try 3 nginx site "${site_flags[@]}" --key "$work/nowhere.key" --out "$site" --apply
check "a site with a key that is not there changes nothing" "$before" "$(state)"
try 0 nginx apply

# A run that died left its folder beside.
mkdir -p "$work/.site.staged/maps"
echo old >"$work/.site.staged/maps/x"
mtlsca issue sixth --out "$clients"
try 0 nginx apply
check "what a dead run left is gone" "" "$(find "$work" -maxdepth 1 -name '.site*')"
check "and is not in the folder" "" "$(find "$site" -name x)"

# A drill that reloads so.
try 0 nginx drill --url "https://$name:$port/" --connect 127.0.0.1 --apply
says 'passed   refused'
check "no certificate of the drill is live" 0 "$("$MTLSCA" list --status valid --owner 'mtlsca nginx drill' --json | jq length)"

try 4 nginx apply "$work/nowhere"
until_true 60 has_asked 50 || check "requests of the steady client" "at least 50" "$(wc -l <"$work/asked")"
stop_loop
check "nginx answered the steady client all the time" "" "$(cat "$work/bad")"
finish
