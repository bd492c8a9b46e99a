#!/bin/bash
# A CRL's job that fails for any reason is seen by `status` long before nextUpdate: each kind really happens here, and
# the CRL that is there is good for days.
. "$(dirname "$0")/setup.sh"

# found RULE: status says so (as critical or as a warning), and nginx would still let everybody in.
found() {
    expect 10 11 -- mtlsca status --json
    jq -e --arg rule "$1" '.findings | any(.rule == $rule and .severity != "note")' output >/dev/null ||
        { jq -c '.findings[]' output >&2; fail "status does not say $1"; }
    jq -e '.cas | all(.crl.left_seconds > 6 * 86400)' output >/dev/null || fail "too late: the CRL expires soon"
}
failed_job() { # WORD: it stands in the problem that is remembered
    found job-failed
    jq -e --arg word "$1" '.failed_jobs[0] | .command == "crl" and (.problem | contains($word))' output >/dev/null ||
        { jq -c .failed_jobs output >&2; fail "the failed job does not say $1"; }
}
well() {
    expect 0 -- mtlsca crl
    expect 0 -- mtlsca status
}

mkdir disk
mount_here disk -t tmpfs -o size=24M tmpfs
new_ca disk/ca
export MTLSCA_HOME=$scratch/disk/ca
expect 0 -- mtlsca status

echo "the key is missing"
mv disk/ca/private/issuing.key away
expect 6 -- mtlsca crl
failed_job issuing.key
found key-missing
mv away disk/ca/private/issuing.key
well

echo "the passphrase is wrong"
cp disk/ca/private/issuing.key away
openssl pkcs8 -topk8 -in away -out disk/ca/private/issuing.key -passout pass:other
expect 6 -- mtlsca crl
failed_job passphrase
expect 11 -- mtlsca status --deep --json
said key-unusable
cat away >disk/ca/private/issuing.key
well

echo "the hook fails"
expect 1 -- mtlsca crl --on-change 'exit 7'
failed_job "exit 7"
found hook-pending
expect 0 -- mtlsca crl --if-due --on-change true
expect 0 -- mtlsca status

echo "the disk is full"
dd if=/dev/zero of=disk/filler bs=1k status=none 2>/dev/null || true
expect 1 -- mtlsca crl
found disk-full
rm disk/filler
well

echo "the settings are broken"
cp disk/ca/mtlsca.toml away
echo nonsense >>disk/ca/mtlsca.toml
expect 3 -- mtlsca crl --if-due
expect 11 -- mtlsca status --json
jq -e '.status == "critical" and .findings[0].rule == "ca-unusable"' output >/dev/null || fail "status does not say it"
cat away >disk/ca/mtlsca.toml
well

echo "a folder that cannot be written"
mount_here disk/ca/crl --bind disk/ca/crl
mount -o remount,bind,ro disk/ca/crl
expect 1 -- mtlsca crl
failed_job crl
unmount disk/ca/crl
well

echo "another process holds the database"
mkfifo go
sqlite3 disk/ca/mtlsca.db <go >/dev/null &
holder=$!
exec 3>go
echo 'BEGIN IMMEDIATE; SELECT 1;' >&3
until ! sqlite3 disk/ca/mtlsca.db 'BEGIN IMMEDIATE; ROLLBACK' 2>/dev/null; do :; done
expect 7 -- mtlsca --lock-timeout 1s crl
found database-locked
exec 3>&-
wait $holder
well

echo "another command hangs"
exec 4<disk/ca
flock 4
expect 7 -- mtlsca --lock-timeout 1s crl
failed_job lock
flock -u 4
exec 4<&-
well

echo "nobody runs it: seen a day before it expires, and critical six hours before"
export LD_PRELOAD=$MTLSCA_TEST_CLOCK
at() { # DURATION STATUS RULE
    NOW=$(date -u -d "now + $1" '+%F %T') expect "$2" -- mtlsca status --json
    jq -e --arg rule "$3" '.findings | any(.rule == $rule)' output >/dev/null || { cat output >&2; fail "$1: no $3"; }
}
at '6 days 1 hour' 10 crl-due
at '6 days 19 hours' 11 crl-expiring
at '7 days 1 hour' 11 crl-expired
