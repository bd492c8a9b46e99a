#!/bin/bash
# Every unit is clean under systemd-analyze verify, and safe in the eyes of systemd-analyze security.
. "$(dirname "$0")/setup.sh"

# What must hold, 0 (safe) to 10: services that stay on the machine, those that tell others, and the one that runs
# nginx -t as root.
local_score=1.3 network_score=2.0 root_score=3.0

# judge FOLDER: all units in it.
judge() {
    local unit said limit
    said=$(systemd-analyze verify --man=no --recursive-errors=no \
        $(find "$1" -name 'mtlsca*' -type f -o -name 'other*' -type f) 2>&1) || fail "verify: $said"
    [ -z "$said" ] || fail "verify says: $said"
    for unit in "$1"/etc/systemd/system/*.service; do
        limit=$network_score
        if grep -q '^PrivateNetwork=true' "$unit"; then limit=$local_score; fi
        if grep -q '^User=root' "$unit"; then limit=$root_score; fi
        said=$(systemd-analyze security --offline=true --threshold="$(awk "BEGIN { print $limit * 10 }")" "$unit" 2>&1) ||
            fail "$(basename "$unit"): $(echo "$said" | grep -E 'Overall|✗' || echo "$said")"
        echo "$(basename "$unit"): $(echo "$said" | grep -o 'exposure level.*: [0-9.]*')"
    done
}

install() {
    mtlsca --home ca schedule systemd --install --root "$1" --user daemon --program /bin/true \
        --passphrase-file "$scratch/passphrase" "${@:2}" >/dev/null
}

echo "by itself"
install plain
judge plain
echo "nginx by --apply, a folder for it, a unit for failures"
mtlsca --home ca --ca-pass file:passphrase issue www.example.com --profile server --out out >/dev/null
mtlsca --home ca nginx site --server-name www.example.com --cert out/www.example.com.crt --key out/www.example.com.key \
    --root /var/www/html --out nginx-site >/dev/null 2>&1
install apply --apply --on-failure systemd-exit.service
grep -q '^OnFailure=systemd-exit.service$' apply/etc/systemd/system/mtlsca-crl.service || fail "no OnFailure"
judge apply
echo "hostile words, and folders for nginx that are watched"
install hostile --on-change 'echo "$HOME" 100% \ ; '"'x'" --renew-options '--spread 1h'
judge hostile
install watched --name other
grep -q "^PathChanged=$scratch/nginx-site/bundle.pem$" watched/etc/systemd/system/other-nginx.path || fail "nobody watches"
judge watched
echo "OCSP"
install ocsp --ocsp 127.0.0.1:8889 --ocsp '[::1]:8889' --ocsp unix:/run/mtlsca-ocsp --ocsp-metrics 127.0.0.1:8890
judge ocsp
install rows --ocsp 127.0.0.1:8889 --presign-rows
judge rows
install files --ocsp 127.0.0.1:8889 --presign "$scratch/answers"
judge files
mkdir answers keyless
install keyless --ocsp 127.0.0.1:8889 --ocsp-metrics 127.0.0.1:8890 --ocsp-presigned "$scratch/answers"
[ "$(find keyless -type f | wc -l)" = 3 ] || fail "more than a service and its sockets: $(find keyless -type f)"
judge keyless

echo "the tests bite"
sed -i 's/^OnCalendar=.*/OnCalendar=whenever/' plain/etc/systemd/system/mtlsca-crl.timer
if systemd-analyze verify --man=no plain/etc/systemd/system/mtlsca-crl.timer 2>/dev/null >&2; then
    [ -n "$(systemd-analyze verify --man=no plain/etc/systemd/system/mtlsca-crl.timer 2>&1)" ] || fail "verify took a wrong calendar"
fi
sed -i '/^\(NoNew\|Protect\|Capability\|SystemCall\|Restrict\|Private\)/d' plain/etc/systemd/system/mtlsca-crl.service
if systemd-analyze security --offline=true --threshold=13 plain/etc/systemd/system/mtlsca-crl.service >/dev/null 2>&1; then
    fail "an unprotected service passed"
fi
