#!/bin/bash
# Backups while a crowd works, damage that is found, and a backup put back that un-revokes nobody.
. "$(dirname "$0")/setup.sh"

new_ca ca
export MTLSCA_HOME=$scratch/ca
expect 0 -- mtlsca issue alice --out out

echo "backups while 8 processes issue and one revokes and publishes"
touch working
processes=()
for i in $(seq 8); do
    (
        n=0
        while [ -e working ]; do
            n=$((n + 1))
            mtlsca issue "user$i-$n" --out out || exit
        done
    ) >/dev/null 2>"issue$i.log" &
    processes+=($!)
done
(
    n=0
    while [ -e working ]; do
        n=$((n + 1))
        mtlsca issue "victim$n" --out out || exit
        mtlsca revoke "victim$n" || exit
    done
) >/dev/null 2>revoke.log &
processes+=($!)
# No less than two backups apart in their content, or nobody was at work.
counts=
for i in $(seq 6); do
    expect 0 -- mtlsca db backup backups --json
    count=$(jq .certificates output)
    counts="$counts $count"
    backup=$(jq -r .folder output)
    expect 0 -- mtlsca --home "$backup" db check
    [ "$(mtlsca --home "$backup" list --json | jq length)" = "$count" ] || fail "$backup has not $count certificates"
    (cd "$backup" && sha256sum --quiet --strict -c SHA256SUMS) || fail "$backup: sha256sum"
done
rm working
for process in "${processes[@]}"; do
    wait "$process" || { cat ./*.log; fail "a process was stopped by a backup"; }
done
[ "$(tr ' ' '\n' <<<"$counts" | sort -u | wc -l)" -gt 2 ] || fail "nobody issued meanwhile: $counts"
expect 0 -- mtlsca crl --if-due
expect 0 -- mtlsca db check
no_leftovers backups ca

echo "yesterday's backup, today's revocations, and a database that is lost"
rm -rf backups
expect 0 -- mtlsca db backup backups
expect 0 -- mtlsca issue bob --out out
expect 0 -- mtlsca revoke alice bob --reason keyCompromise
dd if=/dev/urandom of=ca/mtlsca.db bs=4096 count=4 conv=notrunc status=none
expect 8 -- mtlsca db check
expect 8 -- mtlsca list
expect 0 -- mtlsca db restore backups/mtlsca-backup-*
said "2 revocations that the backup did not have"
expect 0 -- mtlsca db check --deep
expect 0 -- mtlsca crl
sound ca
is_revoked ca out/alice.crt || fail "alice is let in again"
is_revoked ca out/bob.crt || fail "bob is let in again"
[ -n "$(find ca -path '*/replaced-*/mtlsca.db')" ] || fail "the damaged database was deleted"

echo "a machine that is lost: the backup has the keys, the CRL comes from nginx"
rm -rf backups
expect 0 -- mtlsca nginx site --server-name a.test --cert a.crt --key a.key --root . --out site
expect 0 -- mtlsca db backup backups --keys
expect 0 -- mtlsca issue carol --out out
expect 0 -- mtlsca revoke carol
rm -rf ca
expect 0 -- mtlsca db restore backups/mtlsca-backup-*
said "site/bundle.pem, newer than the backup"
expect 0 -- mtlsca crl
sound ca
is_revoked ca out/carol.crt || fail "carol is let in again"
expect 0 -- mtlsca issue dave --out out

echo "a database put back by hand is not published over newer CRLs"
cp ca/mtlsca.db older.db
expect 0 -- mtlsca revoke dave
number=$(crl_number ca issuing)
rm -f ca/mtlsca.db-wal ca/mtlsca.db-shm
cp older.db ca/mtlsca.db
expect 8 -- mtlsca crl
said "the database is older than its CRLs"
[ "$(crl_number ca issuing)" = "$number" ] || fail "it was published all the same"
is_revoked ca out/dave.crt || fail "dave is let in again"
expect 8 -- mtlsca db check
expect 0 -- mtlsca db restore ca
expect 0 -- mtlsca crl
is_revoked ca out/dave.crt || fail "dave is let in again"
expect 0 -- mtlsca db check --deep
sound ca

echo "a backup that was changed is not restored"
rm -rf backups
expect 0 -- mtlsca db backup backups
backup=$(echo backups/mtlsca-backup-*)
for change in 'echo >>mtlsca.toml' 'rm chain.pem' 'cp root.crt other.crt' 'echo nonsense >SHA256SUMS' \
    'printf mallory | dd of=mtlsca.db bs=1 seek=5000 conv=notrunc status=none' \
    'echo "$(sha256sum /etc/hostname | cut -d" " -f1)  ../../../etc/hostname" >>SHA256SUMS'; do
    rm -rf changed
    cp -a "$backup" changed
    (cd changed && eval "$change")
    expect 8 -- mtlsca --home new db restore changed
    [ ! -e new ] || fail "something was restored"
done
