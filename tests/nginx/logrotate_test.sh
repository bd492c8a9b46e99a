#!/usr/bin/env bash
# `mtlsca nginx logrotate`: the real logrotate moves the logs of a real nginx, which writes on into new ones.
# MTLSCA=path/to/mtlsca tests/nginx/logrotate_test.sh
# shellcheck source=tests/nginx/nginx.sh
. "$(dirname "$0")/nginx.sh"
command -v logrotate >/dev/null || { echo "this test needs logrotate" >&2; exit 1; }

export MTLSCA_HOME=$work/ca
logs="$work/lo gs"
mkdir -p "$logs"

write_conf() {
    cat <<CONF
$(conf_head)
    include $work/site/http.conf;
    include $work/site/server.test.conf;
}
CONF
    mtlsca nginx site --server-name server.test --cert "$work/server.test.crt" --key "$work/server.test.key" \
        --root "$work" --listen "127.0.0.1:$port" --log-folder "$logs" --out "$work/site" >&2
}

mtlsca init --name Acme --no-passphrase
mtlsca issue server.test --profile server --out "$work"
start_nginx
mtlsca nginx apply --conf "$work/nginx.conf" --nginx "nginx -p $work -e $work/error.log" --pid "$work/nginx.pid"
"$MTLSCA" nginx logrotate >"$work/logrotate.conf"
chmod 644 "$work/logrotate.conf"

answers
until_true 20 test -s "$logs/server.test.access.log"
logrotate --state "$work/state" --force "$work/logrotate.conf" 2>"$work/said" || true
check "logrotate complains of nothing" "" "$(cat "$work/said")"
check "the old log was moved" yes "$([ -s "$logs/server.test.access.log.1" ] && echo yes)"
new_log() { answers; [ -s "$logs/server.test.access.log" ]; }
until_true 20 new_log || check "nginx writes on" "into a new log" "it does not"
finish
