#!/usr/bin/env bash
# `mtlsca nginx drill` against a real nginx: it passes where a revoked client is out, fails where one gets in, says why,
# and leaves no live certificate behind, however it ends.
# MTLSCA=path/to/mtlsca tests/nginx/drill_test.sh
# shellcheck source=tests/nginx/nginx.sh
. "$(dirname "$0")/nginx.sh"
command -v jq >/dev/null || { echo "this test needs jq" >&2; exit 1; }

name=server.test
ca=$work/ca site=$work/site clients=$work/clients
mkdir -p "$work/logs" "$clients"
export MTLSCA_HOME=$ca

# An nginx as mtlsca writes it, or with `servers` of one's own.
servers=
write_conf() {
    cat <<CONF
$(conf_head 2)
CONF
    if [ -n "$servers" ]; then
        echo "server { listen 127.0.0.1:$port ssl; server_name $name; ssl_certificate $clients/$name.crt;"
        echo "ssl_certificate_key $clients/$name.key; ssl_client_certificate $ca/chain.pem; ${protocols:-ssl_protocols TLSv1.2 TLSv1.3;} $servers"
        echo "location / { return 204; } }"
    else
        mtlsca nginx site --server-name $name --cert "$clients/$name.crt" --key "$clients/$name.key" \
            --upstream "http://127.0.0.1:$backend" --listen "127.0.0.1:$port" --public /public/ --role admin=/admin \
            --log-folder "$work/logs" --out "$site" >&2
        echo "include $site/http.conf; include $site/$name.conf;"
        echo "server { listen 127.0.0.1:$backend; location / { return 204; } }"
    fi
    echo "}"
}

reload="nginx -p $work -c nginx.conf -e $work/error.log -s reload"

# [PLACE=…] [RELOAD=…] [TIMEOUT=…] drill [OPTION]…: its exit status; what it said lies in $work/drill.json and .log.
drill() {
    local status=0
    "$MTLSCA" nginx drill --url "https://${HOST:-$name}:$port${PLACE:-/}" --connect "${CONNECT:-127.0.0.1}" \
        --reload "${RELOAD:-$reload}" --timeout "${TIMEOUT:-5s}" --json "$@" >"$work/drill.json" 2>"$work/drill.log" ||
        status=$?
    echo "$status"
}
failed_steps() { jq -r '[.steps[] | select(.outcome == "failed") | .step] | join(" ")' "$work/drill.json"; }
steps() { jq -r '[.steps[].step] | join(" ")' "$work/drill.json"; }
detail() { jq -r --arg step "$1" '.steps[] | select(.step == $step) | .detail' "$work/drill.json"; }
live() { "$MTLSCA" list --status valid --label mtlsca=nginx-drill --json | jq length; }
# Is this serial in the bundle that nginx reads?
is_published() { openssl crl -in "$ca/crl/issuing.crl" -inform DER -noout -text | grep -c "Serial Number: $1"; }
is_there() { [ -e "$1" ]; }

mtlsca init --name Acme --no-passphrase
mtlsca issue $name --profile server --out "$clients"
start_nginx

# A site of ours.
all="without_certificate issue gets_in sessions revoke publish reload refused old_session_tls_1_2 old_session_tls_1_3"
all="$all others_get_in clean_up"
before=$("$MTLSCA" list --json | jq length)
check "a dry run" 0 "$(drill --dry-run)"
check "a dry run changes nothing" "$before" "$("$MTLSCA" list --json | jq length)"
check "a site of ours passes" 0 "$(PLACE=/admin drill --ou Admin)"
check "its verdict" true "$(jq .passed "$work/drill.json")"
check "every step is told" "$all" "$(steps)"
check "and timed" 12 "$(jq '[.steps[] | select(.milliseconds >= 0)] | length' "$work/drill.json")"
check "nobody gets in without a certificate" "403 Forbidden" "$(detail without_certificate)"
check "the revoked client is refused for its certificate" "400 The SSL certificate error" "$(detail refused)"
check "a session of ours is not resumed" "TLS 1.2: does not resume, TLS 1.3: does not resume" "$(detail sessions)"
check "two certificates were made" 2 "$(jq '.serials | length' "$work/drill.json")"
check "none is live" 0 "$(live)"
for serial in $(jq -r '.serials[]' "$work/drill.json"); do
    check "its revocation is published" 1 "$(is_published "$serial")"
done
check "nothing of them is on disk" "" "$(find "$work" -name 'drill-*')"
check "the folder of the site has the CA's bundle" "$(cat "$ca/crl/bundle.pem")" "$(cat "$site/bundle.pem")"
"$MTLSCA" nginx drill --url "https://$name:$port/" --connect 127.0.0.1 --reload "$reload" >"$work/drill.txt"
check "the verdict in words" 1 "$(grep -c '^passed: the revoked client was out after [0-9]* ms$' "$work/drill.txt")"

# Where a drill proves nothing.
check "a path for everybody" 3 "$(PLACE=/public/ drill)"
check "a path that wants a role" 1 "$(PLACE=/admin TIMEOUT=1s drill)"
check "is said" gets_in "$(failed_steps)"
check "nobody there" 1 "$(CONNECT=127.0.0.1:1 drill)"
check "a server that shows a foreign certificate" 1 "$(drill --trust "$clients/$name.crt")"
check "is said" 1 "$(grep -c 'not trusted' "$work/drill.log")"
check "a host that the certificate does not name" 1 "$(HOST=other.test drill)"
check "no certificate is live after any of them" 0 "$(live)"

# A reload that reloads nothing.
check "a reload that does nothing" 1 "$(RELOAD=true TIMEOUT=1s drill)"
check "is found" refused "$(failed_steps)"
check "with what to look at" 1 "$(detail refused | grep -c 'the revoked client still gets in.*ssl_crl')"
check "a reload that fails" 1 "$(RELOAD=false drill)"
check "is found, too" reload "$(failed_steps)"
check "no certificate is live" 0 "$(live)"

# reconfigure SERVERS
reconfigure() {
    servers=$1
    write_conf >"$work/nginx.conf"
    reload_nginx
}
reconfigure "ssl_verify_client on; ssl_crl $ca/crl/bundle.pem; ssl_session_cache shared:x:1m; ssl_session_tickets off;"
check "a cache of sessions" 1 "$(drill)"
check "lets the revoked client in" "old_session_tls_1_2 old_session_tls_1_3" "$(failed_steps)"
check "which resumed before as well" "TLS 1.2: resumes, TLS 1.3: resumes" "$(detail sessions)"
check "what to do" 1 "$(detail old_session_tls_1_3 | grep -c 'still gets in.*ssl_session_cache none')"
check "others get in" 204 "$(detail others_get_in | cut -c 1-3)"
head -c 80 /dev/urandom >"$work/ticket.key"
protocols="ssl_protocols TLSv1.3;" \
    reconfigure "ssl_verify_client on; ssl_crl $ca/crl/bundle.pem; ssl_session_ticket_key $work/ticket.key;"
check "tickets whose key outlives the reload" 1 "$(drill)"
check "let the revoked client in" old_session_tls_1_3 "$(failed_steps)"
reconfigure "ssl_verify_client on; ssl_session_cache none; ssl_session_tickets off;"
check "no ssl_crl" 1 "$(TIMEOUT=1s drill)"
check "is found" refused "$(failed_steps)"
cp "$ca/crl/bundle.pem" "$work/crl.pem"
reconfigure "ssl_verify_client on; ssl_crl $work/crl.pem; ssl_session_cache none; ssl_session_tickets off;"
lock_out="openssl crl -in $ca/crl/issuing.crl -inform DER >$work/crl.pem; $reload"
check "a bundle that lacks a tier" 1 "$(RELOAD=$lock_out drill)"
check "locks everybody out" others_get_in "$(failed_steps)"
check "no certificate is live" 0 "$(live)"

# Ended from outside, while nginx is reloaded and while the server keeps the client waiting. The reload says that it
# began, and ends when somebody writes into the pipe; the next one just reloads.
reconfigure "ssl_verify_client on; ssl_crl $ca/crl/bundle.pem; ssl_session_cache none; ssl_session_tickets off;"
mkfifo "$work/pipe"
waiting="[ -e $work/reached ] || { : >$work/reached; read line <$work/pipe; }; $reload"
# begin: in the background, as a shell of a person would start it.
begin() {
    rm -f "$work/reached"
    env --default-signal=INT,TERM,HUP "$MTLSCA" nginx drill --url "https://$name:$port/" --connect 127.0.0.1 \
        --reload "$waiting" --timeout 60s --json >"$work/drill.json" 2>"$work/drill.log" &
    drill_pid=$!
    until_true 20 is_there "$work/reached" || { echo "the drill does not get to its reload" >&2; exit 1; }
}
end_with() {
    local status=0
    kill "-$1" $drill_pid
    wait $drill_pid || status=$?
    echo $status
}
for signal in INT TERM HUP; do
    begin
    check "a drill has live certificates while it runs" 1 "$(live)"
    end_with $signal >"$work/status"
    check "SIG$signal ends it" $((128 + $(kill -l $signal))) "$(cat "$work/status")"
    check "no certificate is live after SIG$signal" 0 "$(live)"
    for serial in $(jq -r '.serials[]' "$work/drill.json"); do
        check "and that is published" 1 "$(is_published "$serial")"
    done
done
check "what it had done is told" "without_certificate issue gets_in sessions revoke publish reload clean_up" "$(steps)"
begin
check "one drill at a time" 7 "$(drill --lock-timeout 1s)"
end_with KILL >"$work/status"
check "SIGKILL ends it" 137 "$(cat "$work/status")"
check "SIGKILL leaves a certificate behind" 1 "$(live)"
minutes=$("$MTLSCA" list --status valid --label mtlsca=nginx-drill --json |
    jq '.[0] | (.not_after | fromdate) - (.recorded_at | fromdate)')
check "for a quarter of an hour at most" 900 "$minutes"
left=$("$MTLSCA" list --status valid --label mtlsca=nginx-drill --json | jq -r '.[0].serial')
check "the next drill passes" 0 "$(drill)"
check "and says what it found" 1 "$(grep -c '1 certificate of a drill that did not end: revoked' "$work/drill.log")"
check "what was left is revoked" revoked "$("$MTLSCA" show "$left" --json | jq -r .status)"
check "none is live" 0 "$(live)"

# A server that lets the client wait: the drill hangs in a visit.
cat >"$work/silent.py" <<'PYTHON'
import socket, sys
listening = socket.create_server(("127.0.0.1", 0))
open(sys.argv[1] + ".port", "w").write(str(listening.getsockname()[1]))
kept = []
while True:
    kept.append(listening.accept()[0])
    open(sys.argv[1], "w").close()
PYTHON
python3 "$work/silent.py" "$work/accepted" &
silent_pid=$!
until_true 20 test -s "$work/accepted.port" || { echo "no silent server" >&2; exit 1; }
reconfigure "ssl_verify_client on; ssl_crl $ca/crl/bundle.pem; location /silent { proxy_pass http://127.0.0.1:$(cat "$work/accepted.port"); }"
env --default-signal=INT "$MTLSCA" nginx drill --url "https://$name:$port/silent" --connect 127.0.0.1 --reload "$reload" \
    --timeout 60s --json >"$work/drill.json" 2>"$work/drill.log" &
drill_pid=$!
until_true 20 is_there "$work/accepted" || { echo "the drill does not visit" >&2; exit 1; }
end_with INT >"$work/status"
kill $silent_pid
check "SIGINT ends a drill that waits for the server" 130 "$(cat "$work/status")"
check "no certificate is live after it" 0 "$(live)"

# A reader that goes away is no reason to leave certificates behind.
reconfigure "ssl_verify_client on; ssl_crl $ca/crl/bundle.pem; ssl_session_cache none; ssl_session_tickets off;"
status=0
"$MTLSCA" nginx drill --url "https://$name:$port/" --connect 127.0.0.1 --reload "$reload" 2>"$work/drill.log" >/dev/full ||
    status=$?
check "a full disk behind standard output" 1 $status
check "no certificate is live after it" 0 "$(live)"

finish
