#!/usr/bin/env bash
# sh tests/bench/nginx_revocation.sh [ENTRIES [JSON FILE]]: what ENTRIES (1,000,000) revoked certificates cost an
# nginx whose site is by `mtlsca nginx site`: nothing (none: `ssl_crl` taken out), a map, a CRL. README.md explains.
#
# MTLSCA                       the program
# MTLSCA_BENCH_CLIENT          tls_connections; compiled here if it is not given
# ROUNDS, BLOCK_MILLISECONDS   how often, and how long at a time, each of the three is measured
# LARGEST_RATIO                of map to none; 1.3 is what we promise, "none" asks only whether the measurement works
#
# Markdown goes to standard output, the figures as JSON to the file or behind it.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/nginx/nginx.sh
. "$(dirname "$0")/../nginx/nginx.sh"
for program in sqlite3 jq /usr/bin/time; do
    command -v "$program" >/dev/null || { echo "this benchmark needs $program" >&2; exit 1; }
done

here=$(cd "$(dirname "$0")" && pwd)
entries=${1:-1000000} json_file=${2:-}
rounds=${ROUNDS:-25} block=${BLOCK_MILLISECONDS:-400} largest_ratio=${LARGEST_RATIO:-1.3}
case $entries in '' | *[!0-9]*) echo "ENTRIES is a number" >&2; exit 2 ;; esac
folder=$work name=server.test sites='none map crl'
clients=$folder/clients
export MTLSCA_HOME=$folder/ca
declare -A port_of refusal_of=([none]=200 [map]=403 [crl]=400)

# Three nginx run at once, each in a folder of its own, which $work is while something is done with it.
enter() { # SITE
    site=$1 work=$folder/$1 port=${port_of[$1]:-}
}
stop_all() {
    for site in $sites; do
        enter "$site"
        stop_nginx || true
    done
    rm -rf "$folder"
}
trap stop_all EXIT

# figure PLACE VALUE [--arg]: sets a figure, for example .map.start_seconds.
figure() {
    jq "${3:---argjson}" value "$2" "$1 = \$value" "$folder/figures.json" >"$folder/figures.new"
    mv "$folder/figures.new" "$folder/figures.json"
}
echo '{}' >"$folder/figures.json"

# timed PLACE COMMAND…: seconds and peak memory of a command that must succeed.
timed() {
    local place=$1 seconds kilobytes
    shift
    /usr/bin/time --format '%e %M' --output "$folder/time" "$@" >"$folder/command.log" 2>&1 ||
        { echo "$*" >&2; cat "$folder/command.log" >&2; exit 1; }
    read -r seconds kilobytes <"$folder/time"
    figure "$place" "{\"seconds\": $seconds, \"peak_kilobytes\": $kilobytes}"
}
seconds_since() {
    jq -n "$EPOCHREALTIME - $1"
}

# memory PLACE: resident memory of the master and the worker of $work. Most pages they share since the fork;
# private is what the worker alone has.
memory() {
    local place=$1 master worker
    master=$(cat "$work/nginx.pid")
    worker=$(workers)
    figure "$place" "$(awk '
        $1 == "Rss:" { resident[++files] = $2 }
        /^Private_(Clean|Dirty):/ { private[files] += $2 }
        END { printf "{\"master_kilobytes\": %d, \"worker_kilobytes\": %d, \"worker_private_kilobytes\": %d}",
            resident[1], resident[2], private[2] }
    ' "/proc/$master/smaps_rollup" "/proc/${worker// /}/smaps_rollup")"
}

make_inventory() {
    mtlsca init --name Acme --no-passphrase
    mtlsca issue $name --profile server --out "$clients"
    for client in alice revoked; do
        mtlsca issue $client --out "$clients"
    done
    mtlsca revoke cn:revoked
    sqlite3 -bail "$MTLSCA_HOME/mtlsca.db" ".parameter set @entries $entries" ".read $here/inventory.sql"
    timed .publish "$MTLSCA" crl
    mkdir "$folder/www"
    echo hello >"$folder/www/index.html"
}

# The site is written for the port that start_nginx tries.
write_conf() {
    if [ "$site" = none ]; then
        write_site_without_revocation
    else
        timed ".$site.write" "$MTLSCA" nginx site --server-name $name --cert "$clients/$name.crt" \
            --key "$clients/$name.key" --root "$folder/www" --listen "127.0.0.1:$port" --log-folder "$work/logs" \
            --revocation "$site" --out "$work/site"
    fi
    cat <<CONF
user $(id -un) $(id -gn);
worker_processes 1;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 64; }
http {
    client_body_temp_path $work/temporary; proxy_temp_path $work/temporary; fastcgi_temp_path $work/temporary;
    uwsgi_temp_path $work/temporary; scgi_temp_path $work/temporary;
    include $work/site/http.conf;
    include $work/site/$name.conf;
}
CONF
}

# The same as crl, but for its one line.
write_site_without_revocation() {
    rm -rf "$work/site"
    cp -r "$folder/crl/site" "$work/site"
    find "$work/site" -type f -exec sed -i "s,$folder/crl/,$work/,g; s,:${port_of[crl]},:$port," {} +
    sed -i '/^ *ssl_crl /d' "$work/site/$name.conf"
}

# nginx listens before the command returns: the first request waits until a worker takes it.
run_nginx() {
    started=$EPOCHREALTIME
    nginx -p "$work" -c nginx.conf -e "$work/error.log" "$@"
}

start_site() { # SITE
    enter "$1"
    mkdir -p "$work/logs"
    start_nginx
    figure ".$site.start_seconds" "$(seconds_since "$started")"
    port_of[$site]=$port
    memory ".$site.after_start"
    timed ".$site.test" nginx -p "$work" -c nginx.conf -e "$work/error.log" -t
    check "$site: a valid client" 200 "$(status alice)"
    check "$site: a revoked client" "${refusal_of[$site]}" "$(status revoked)"
}

reload_site() { # SITE
    enter "$1"
    reload_nginx # whose last step is that the old worker is gone
    figure ".$site.reload_seconds" "$(seconds_since "$started")"
    check "$site: a valid client after a reload" 200 "$(status alice)"
    memory ".$site.after_reload"
}

status() { # CLIENT
    curl --silent --output /dev/null --write-out '%{http_code}' --cacert "$MTLSCA_HOME/root.crt" \
        --resolve "$name:$port:127.0.0.1" --cert "$clients/$1.crt" --key "$clients/$1.key" "https://$name:$port/"
}

# Commands that have the folder of one site to renew.
issue_and_revoke_one() {
    timed .issue "$MTLSCA" issue next --out "$clients"
    reload_site map
    check "a client that will be revoked" 200 "$(status next)"
    timed .revoke "$MTLSCA" revoke cn:next
    reload_site map
    check "a client that was revoked" 403 "$(status next)"
}

# The generated, the model of them, and the one that was revoked with a folder to renew.
check_counts() {
    check "entries of the CRL" $((entries + 2)) \
        "$(openssl crl -in "$MTLSCA_HOME/crl/issuing.crl" -inform DER -noout -text | grep -c '^ *Serial Number:')"
    check "entries of the map" $((entries + 2)) "$(grep -cE '^ +[0-9A-F]{2,40} 1;$' "$folder/map/site/maps/revoked.map")"
}

measure_connections() {
    local client=${MTLSCA_BENCH_CLIENT:-$folder/tls_connections} arguments=()
    [ -n "${MTLSCA_BENCH_CLIENT:-}" ] || g++ -std=c++20 -O2 -o "$client" "$here/tls_connections.cpp" -lssl -lcrypto
    for site in $sites; do
        enter "$site"
        arguments+=("$site=$port,$(workers | tr -d ' ')")
    done
    "$client" $name "$clients/alice" "$MTLSCA_HOME/root.crt" "$rounds" "$block" "${arguments[@]}" >"$folder/blocks"
    figure .connections "$(jq --slurp --from-file "$here/statistics.jq" "$folder/blocks")"
}

describe() {
    figure .entries "$entries"
    figure .date "$(date -u +%F)" --arg
    figure .machine "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, Linux $(uname -r)" --arg
    figure .versions "$("$MTLSCA" version), $(nginx -v 2>&1 | sed 's/nginx version: //')" --arg
    figure .bytes.database "$(stat --format %s "$MTLSCA_HOME/mtlsca.db")"
    figure .bytes.crl "$(stat --format %s "$MTLSCA_HOME/crl/issuing.crl")"
    figure .bytes.bundle "$(stat --format %s "$folder/crl/site/bundle.pem")"
    figure .bytes.revoked_map "$(stat --format %s "$folder/map/site/maps/revoked.map")"
}

report() {
    jq --raw-output --from-file "$here/report.jq" "$folder/figures.json"
    if [ "$json_file" ]; then
        cp "$folder/figures.json" "$json_file"
    else
        # shellcheck disable=SC2016 # Markdown's fence
        printf '\n```json\n%s\n```\n' "$(cat "$folder/figures.json")"
    fi
}

# judge FILTER: of the figures, true or false.
judge() {
    jq "$1" "$folder/figures.json"
}

make_inventory
start_site map
issue_and_revoke_one
start_site crl
start_site none
check_counts
measure_connections
for site in $sites; do
    enter "$site"
    memory ".$site.after_load"
    reload_site "$site"
done
describe
report

# The time that a client sees has its own share in it, so the worker's alone is judged, too.
check "ratios that can be" true "$(judge '[.connections.ratios[][].median] | length == 4 and all(. > 0.1 and . < 1000)')"
[ "$largest_ratio" = none ] ||
    check "ratios of map to none, at most $largest_ratio" true \
        "$(judge "[.connections.ratios.map[].median] | all(. <= $largest_ratio)")"
finish >&2
