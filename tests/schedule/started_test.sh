#!/bin/bash
# The units of `schedule systemd`, started by a systemd that is the first process of a machine of its own
# (private_root.sh): their sandbox lets through what they do, and nothing of the keys.
. "$(dirname "$0")/setup.sh"

# $scratch is below /tmp, which that machine has its own of: what it needs lies in $scratch/machine, as /run/test.
machine=$scratch/machine
mkdir -p "$machine/units"
cp "$MTLSCA" "$machine/mtlsca"
mtlsca --home ca --ca-pass file:passphrase issue alice >/dev/null
mv ca passphrase alice.crt "$machine"
home=/srv/ca

# Three services: with the responders' keys, with rows in place of them, and with files alone.
plan() {
    local name=$1
    shift
    "$MTLSCA" --home "$machine/ca" schedule systemd --install --root "$machine/$name" --name "$name" --user daemon \
        --program /usr/local/bin/mtlsca --passphrase-file /etc/mtlsca-passphrase "$@" >/dev/null 2>&1
    # Where the CA is in that machine, which is not where it was made.
    sed -i "s,$machine/ca,$home,g" "$machine/$name"/etc/systemd/system/*
    cp "$machine/$name"/etc/systemd/system/* "$machine/units"
}
plan keys --ocsp 127.0.0.1:8889 --ocsp-metrics 127.0.0.1:8890 --presign /srv/answers
plan rows --ocsp unix:/run/rows.sock --ocsp 127.0.0.1:8891 --ocsp-metrics 127.0.0.1:8892 --presign-rows
plan files --ocsp 127.0.0.1:8893 --ocsp-metrics 127.0.0.1:8894 --ocsp-presigned /srv/answers

cat >"$machine/driver" <<'END'
set -euo pipefail
cd /run/test
fail() {
    echo "FAILED: $*"
    systemctl --no-pager --no-legend --failed
    exit 1
}
ok() {
    echo "ok: $*"
}
start() {
    systemctl start "$1" || fail "$1: $(systemctl show "$1" -p Result -p ExecMainStatus)"
    ok "started $1"
}
ask() { # PORT NAME: "good", "revoked", or why not
    openssl ocsp -url "http://127.0.0.1:$1/" -issuer /srv/ca/issuing.crt -cert "$2.crt" -CAfile /srv/ca/root.crt 2>&1 |
        sed -n "s/^$2.crt: //p; s/^Responder Error: //p" | head -1
}
expect() { # PORT NAME ANSWER
    local said
    said=$(ask "$1" "$2" || true)
    [ "$said" = "$3" ] || fail "port $1 says '$said' of $2, not $3"
    ok "port $1: $2 is $3"
}
eventually() { # the same, once it was noticed: what was read of files is read again in the next second
    for _ in $(seq 100); do
        [ "$(ask "$1" "$2" || true)" != "$3" ] || break
        sleep 0.1
    done
    expect "$@"
}
health() { # PORT: the status
    curl --silent --output health --write-out '%{http_code}' "http://127.0.0.1:$1/healthz"
}

install -m 755 mtlsca /usr/local/bin/mtlsca
install -m 600 passphrase /etc/mtlsca-passphrase
cp -a ca /srv/ca
install -d -m 700 /srv/ca/ocsp
install -d /srv/answers
chown -R daemon /srv/ca /srv/answers
systemctl daemon-reload
systemctl start keys-ocsp.socket keys-ocsp-metrics.socket rows-ocsp.socket rows-ocsp-metrics.socket files-ocsp.socket \
    files-ocsp-metrics.socket keys-{crl,renew,status,presign}.timer || fail "sockets and timers"
ok "sockets and timers"

# Jobs, with the passphrase as a credential.
for job in keys-crl keys-renew keys-status; do start $job.service; done
[ -s /srv/ca/ocsp/root.pem ] && [ -s /srv/ca/ocsp/issuing.pem ] || fail "no responders' certificates"
start keys-presign.service
start rows-presign.service

# The sockets start the services.
for port in 8889 8891 8893; do expect $port alice good; done
for port in 8890 8892 8894; do [ "$(health $port)" = 200 ] || fail "port $port is not well: $(cat health)"; done
for name in keys rows files; do
    process=$(systemctl show $name-ocsp.service -p MainPID --value)
    status=/proc/$process/status
    [ "$(awk '/^Uid:/ { print $2 }' "$status")" = "$(id -u daemon)" ] || fail "$name: another user"
    for line in 'NoNewPrivs:	1' 'Seccomp:	2' 'CapBnd:	0000000000000000' 'CapEff:	0000000000000000'; do
        grep -qx "$line" "$status" || fail "$name: not '$line'"
    done
    private=$(ls -A "/proc/$process/root$([ $name = files ] || echo /srv/ca)/private" 2>/dev/null || true)
    [ -z "$private" ] || fail "$name sees the CA's keys: $private"
    [ "$(wc -l <"/proc/$process/net/dev")" = 3 ] || fail "$name has a network"
    ok "$name-ocsp.service runs without privileges, network and keys of the CA"
done
process=$(systemctl show rows-ocsp.service -p MainPID --value)
[ -z "$(ls -A "/proc/$process/root/srv/ca/ocsp")" ] || fail "rows sees the responders' keys"

# A revocation: at once, not before the next presign, and not before it was brought there.
setpriv --reuid daemon --clear-groups /usr/local/bin/mtlsca --home /srv/ca revoke alice --no-crl \
    2>&1 || fail "revoke"
expect 8889 alice revoked
expect 8891 alice "trylater (3)"
expect 8893 alice good
start rows-presign.service
start keys-presign.service
for port in 8891 8893; do eventually $port alice revoked; done

# A reload, a crash, a stop.
systemctl reload keys-ocsp.service || fail "reload"
expect 8889 alice revoked
before=$(systemctl show keys-ocsp.service -p MainPID --value)
systemctl kill --signal=KILL keys-ocsp.service
for _ in $(seq 100); do
    after=$(systemctl show keys-ocsp.service -p MainPID --value)
    [ "$after" = "$before" ] || [ "$after" = 0 ] || break
    sleep 0.1
done
expect 8889 alice revoked
systemctl stop keys-ocsp.socket keys-ocsp-metrics.socket keys-ocsp.service || fail "stop"
[ "$(systemctl show keys-ocsp.service -p Result --value)" = success ] || fail "it did not stop cleanly"
ok "reload, crash, stop"
systemctl --no-pager --no-legend --failed | grep . && fail "units failed"
echo done
END

status=0
bash "$tests/private_root.sh" "$machine" || status=$?
cat "$machine/said"
[ "$(tail -1 "$machine/said")" = done ] || { cat "$machine/log"; false; } || fail "the machine ended with $status before its driver did"
