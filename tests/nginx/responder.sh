# A real nginx and our responder beside it: sourced by bash scripts, in place of nginx.sh.
# shellcheck shell=bash
#
#   start_responder ADDRESS [OPTION]…   it is at $address then
#   stop_responder
# shellcheck source=tests/nginx/nginx.sh
. "$(dirname "$0")/nginx.sh"
command -v jq >/dev/null || { echo "this test needs jq" >&2; exit 1; }

responder=
stop_responder() {
    [ -z "$responder" ] || { kill "$responder" 2>/dev/null || true; wait "$responder" || true; }
    responder=
}
trap 'stop_responder; stop_nginx || true; rm -rf "$work"' EXIT

start_responder() {
    rm -f "$work/started"
    mkfifo "$work/started"
    "$MTLSCA" --json ocsp serve --listen "$@" >"$work/started" 2>"$work/responder.log" &
    responder=$!
    # shellcheck disable=SC2034 # for the test
    address=$(sed '/^}/q' "$work/started" | jq -r '.listen[0]')
}
