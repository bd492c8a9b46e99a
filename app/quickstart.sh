#!/bin/sh
# sh app/quickstart.sh [FOLDER]: from nothing to an nginx that knows who its clients are. As root on Debian 12.
#
# Builds mtlsca, makes a CA in a new folder, issues certificates, writes nginx's configuration, starts a real nginx on
# a free port of the loopback interface, shows with curl who gets in, and stops nginx again. Everything stays in FOLDER.
set -eu
cd "$(dirname "$0")/.."
. app/packages.sh

nginx_pid_file=
finish() {
    status=$?
    rm -f answer
    [ ! -s "${nginx_pid_file:-/nonexistent}" ] || kill "$(cat "$nginx_pid_file")" 2>/dev/null || true
    report_failed_step $status
}
trap finish EXIT
trap 'exit 130' INT TERM

# say COMMAND...: shows what is typed, and types it.
say() {
    printf '\n$ %s\n' "$*" | sed "s|$mtlsca|mtlsca|; s|$folder/||g"
    "$@"
}

# expect STATUS WHAT CURL_OPTION...: asks the site, and stops the show where the answer is another one.
expect() {
    wanted=$1 what=$2
    shift 2
    answer=$(curl -sS --cacert ca/root.crt -o answer -w '%{http_code}' "$@")
    printf '  %-44s %s  %s\n' "$what" "$answer" "$(grep -o 'hello.*' answer || true)"
    [ "$answer" = "$wanted" ] || { echo "expected $wanted" >&2; exit 1; }
}

step "install packages"
# shellcheck disable=SC2086
install_packages $build_packages nginx-light curl openssl

step "build mtlsca"
cmake -B build/quickstart -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF >/dev/null
cmake --build build/quickstart -- --quiet
mtlsca=$PWD/build/quickstart/app/mtlsca

step "make a CA"
if [ $# -gt 0 ]; then
    mkdir -p "$1"
    folder=$(cd "$1" && pwd)
else
    folder=$(mktemp -d "${TMPDIR:-/tmp}/mtlsca-quickstart.XXXXXX")
fi
cd "$folder"
(umask 077 && openssl rand -base64 24 >passphrase && openssl rand -base64 9 >p12-passphrase)
export MTLSCA_CA_PASS=file:passphrase MTLSCA_P12_PASS=file:p12-passphrase
say "$mtlsca" init --name Acme

step "issue a server and two clients"
say "$mtlsca" issue localhost --profile server --san ip:127.0.0.1
say "$mtlsca" issue alice --ou Admin --owner team-ops
say "$mtlsca" issue bob --ou Client --owner team-shop
say "$mtlsca" export alice --as p12 --key alice.key --out alice.p12

step "configure and start nginx"
nginx=$(PATH=$PATH:/usr/sbin command -v nginx)
nginx_pid_file=$folder/nginx.pid
mkdir -p log
started=
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    port=$(($(od -An -N2 -tu2 /dev/urandom) % 20000 + 20000))
    backend=$((port + 1))
    "$mtlsca" nginx site --server-name localhost --cert localhost.crt --key localhost.key \
        --listen "127.0.0.1:$port" --upstream "http://127.0.0.1:$backend" --log-folder "$folder/log" \
        --public /public/ --role admin=/admin/ --role client=/api/ --out site >site.txt
    cat >nginx.conf <<CONF
error_log $folder/log/error.log info;
pid $nginx_pid_file;
events { }
http {
    include $folder/site/http.conf;
    include $folder/site/localhost.conf;
    # A backend that says what it was told.
    server {
        listen 127.0.0.1:$backend;
        location / { return 200 "hello \$http_x_client_name, your role: \$http_x_client_role\n"; }
    }
}
CONF
    if "$nginx" -c "$folder/nginx.conf" 2>log/start.log; then
        started=yes
        break
    fi
done
[ -n "$started" ] || { cat log/start.log >&2; exit 1; }
cat site.txt
rm site.txt
say "$mtlsca" nginx apply --conf nginx.conf --nginx "$nginx -e $folder/log/error.log" --pid nginx.pid
url=https://localhost:$port
to_loopback="--resolve localhost:$port:127.0.0.1"

step "who gets in at $url"
alice="--cert alice.crt --key alice.key"
bob="--cert bob.crt --key bob.key"
# shellcheck disable=SC2086
{
    expect 200 "nobody, /public/" $to_loopback "$url/public/"
    expect 403 "nobody, /admin/" $to_loopback "$url/admin/"
    expect 200 "alice (Admin), /admin/" $to_loopback $alice "$url/admin/"
    expect 403 "alice (Admin), /api/" $to_loopback $alice "$url/api/"
    expect 403 "bob (Client), /admin/" $to_loopback $bob "$url/admin/"
    expect 200 "bob (Client), /api/" $to_loopback $bob "$url/api/"
}

step "revoke alice"
say "$mtlsca" revoke alice --reason keyCompromise --apply
# Old workers answer for a moment more.
for attempt in $(seq 100); do
    # shellcheck disable=SC2086
    code=$(curl -sS --cacert ca/root.crt -o answer -w '%{http_code}' $to_loopback $alice "$url/admin/" || true)
    [ "$code" = 200 ] || break
    sleep 0.1
done
# shellcheck disable=SC2086
{
    expect 400 "alice, revoked, /admin/" $to_loopback $alice "$url/admin/"
    expect 200 "bob (Client), /api/" $to_loopback $bob "$url/api/"
}
say "$mtlsca" explain "$(tail -n 1 log/localhost.failed.log)"

cat <<TEXT

Everything lies in $folder:
  ca/                 the CA: settings in mtlsca.toml, inventory in mtlsca.db
  passphrase          of the CA's keys
  alice.p12           for a browser; its passphrase is in p12-passphrase
  site/, nginx.conf   nginx's configuration; start it again with: nginx -c $folder/nginx.conf

What to type next:
  cd $folder
  export MTLSCA_CA_PASS=file:passphrase PATH=\$PATH:$(dirname "$mtlsca")
  mtlsca list
  mtlsca show bob
  mtlsca issue carol --ou Ops
  mtlsca --help
TEXT
