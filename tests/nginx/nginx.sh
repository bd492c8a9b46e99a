# A real nginx for a test, in a folder of its own: sourced by bash scripts.
# shellcheck shell=bash
#
#   work          a new folder, removed at the end
#   mtlsca …      must succeed
#   write_conf    defined by the test: prints nginx.conf; may use $port, $backend and $work
#   conf_head     its beginning, up to the first lines of http { }
#   start_nginx   on ports of 127.0.0.1 that are free, which it finds by trying
#   reload_nginx  returns when the workers with the old configuration are gone
#   with HTTP     an nginx, for whose http { } write_conf finds this in $http, with new workers at least
#   judged CONF   what `nginx check` says of it: "status id id …", each id once, no notes; all of it is in check.json then
#   session       requests on new and resumed sessions
#   check NAME EXPECTED ACTUAL

set -euo pipefail
: "${MTLSCA:?the program under test}"
unset MTLSCA_CA_PASS MTLSCA_KEY_PASS MTLSCA_P12_PASS
PATH=$PATH:/usr/sbin # where Debian keeps nginx, and users have no path to
for program in nginx curl openssl; do
    command -v "$program" >/dev/null || { echo "this test needs $program" >&2; exit 1; }
done

work=$(mktemp -d)
checks=0 failures=0
trap 'stop_nginx || true; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# until_true SECONDS COMMAND…
until_true() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -le $end ] || return 1
        sleep 0.05 # between two looks; nothing is assumed to be done after it
    done
}

# conf_head [WORKERS]
conf_head() {
    cat <<CONF
user $(id -un) $(id -gn);
worker_processes ${1:-1};
pid $work/nginx.pid;
error_log $work/error.log info;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path $work/temporary; proxy_temp_path $work/temporary; fastcgi_temp_path $work/temporary;
    uwsgi_temp_path $work/temporary; scgi_temp_path $work/temporary;
CONF
}

run_nginx() {
    nginx -p "$work" -c nginx.conf -e "$work/error.log" "$@"
}

answers() {
    # Whatever it says: somebody who talks TLS is there.
    curl --silent --insecure --output /dev/null "https://127.0.0.1:$port/"
}

start_nginx() {
    for _ in {1..30}; do
        port=$((RANDOM % 20000 + 20000))
        # shellcheck disable=SC2034 # for write_conf
        backend=$((RANDOM % 20000 + 40000))
        write_conf >"$work/nginx.conf"
        if run_nginx 2>"$work/start.log"; then
            running_port=$port running_backend=$backend
            until_true 20 answers || { echo "nginx does not answer" >&2; cat "$work/error.log" >&2; exit 1; }
            return
        fi
        grep -q 'Address already in use' "$work/start.log" || break
    done
    echo "nginx does not start:" >&2
    cat "$work/start.log" >&2
    exit 1
}

workers() {
    ps -o pid= --ppid "$(cat "$work/nginx.pid")"
}

are_gone() {
    local pid
    for pid in "$@"; do
        ! kill -0 "$pid" 2>/dev/null || return 1
    done
}

reload_nginx() {
    local old
    old=$(workers)
    run_nginx -s reload 2>"$work/reload.log" || { cat "$work/reload.log" >&2; exit 1; }
    # shellcheck disable=SC2086
    until_true 20 are_gone $old || { echo "nginx keeps its old workers" >&2; exit 1; }
}

stop_nginx() {
    local pid
    if [ -s "$work/nginx.pid" ]; then
        pid=$(cat "$work/nginx.pid")
        kill -TERM "$pid" 2>/dev/null || return 0
        until_true 20 are_gone "$pid" || kill -KILL "$pid"
    fi
}

with() {
    # shellcheck disable=SC2034 # for write_conf
    http=$1
    [ -s "$work/nginx.pid" ] || { start_nginx; return; }
    # A reload: a daemon that has ended is there until somebody reaps it.
    port=$running_port backend=$running_backend
    write_conf >"$work/nginx.conf"
    reload_nginx
}

judged() {
    local status=0
    "$MTLSCA" nginx check --json "$1" >"$work/check.json" || status=$?
    echo "$status" "$(jq -r '[.findings[] | select(.severity != "note") | .id] | unique | join(" ")' "$work/check.json")"
}

mtlsca() {
    "$MTLSCA" "$@" >"$work/mtlsca.log" 2>&1 || { echo "mtlsca $*" >&2; cat "$work/mtlsca.log" >&2; exit 1; }
}

check() {
    checks=$((checks + 1))
    [ "$2" = "$3" ] && return
    failures=$((failures + 1))
    printf 'FAILED: %s: expected "%s", got "%s"\n' "$1" "$2" "$3" >&2
}

# session save|use tls1_2|tls1_3 NAME PATH FILES: the status of a request by the client FILES.crt and FILES.key on a new
# session that is saved, or on the saved one; "none" where nginx gave none.
session() {
    local file=$5.$2.session option=-sess_out
    if [ "$1" = use ]; then
        option=-sess_in
        [ -s "$file" ] || { echo none; return; }
    fi
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$4" "$3" |
        openssl s_client -connect "127.0.0.1:$port" -servername "$3" "-$2" -quiet -ign_eof -cert "$5.crt" \
            -cert_chain "$MTLSCA_HOME/chain.pem" -key "$5.key" "$option" "$file" 2>/dev/null |
        sed -n 's,^HTTP/1.1 \([0-9]*\).*,\1,p'
}

finish() {
    echo "$checks checks, $failures failed"
    [ "$failures" -eq 0 ] && [ "$checks" -gt 0 ]
}
