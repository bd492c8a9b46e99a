#!/bin/bash
# kill.sh issue|batch|renew|deploy|crl|revoke|init|apply|rollover|backup|restore|upgrade|presign|random|pending: death at every point where a command changes a file, or at random ones:
# the CA is sound afterwards, and the same command, run again, finds its way and leaves nothing behind.
top=$(cd "$(dirname "$0")/.." && pwd)
# Memory, where there is room for several of these: what the kernel has it keeps when a process dies, and a disk would only be waited for.
if [ -w /dev/shm ] && [ "$(df --output=avail -k /dev/shm | tail -n 1)" -ge 262144 ]; then
    export TMPDIR=/dev/shm
fi
. "$(dirname "$0")/setup.sh"

# Numbers of published CRLs only grow.
published=0
numbers_grow() {
    local now
    now=$(crl_number ca issuing)
    [ "$now" -ge "$published" ] || fail "CRL number $now after $published"
    published=$now
}

# each_death COMMAND EVERY: runs `COMMAND_once N` for N = 1, 2, … until it lives. Only every so many of these deaths are
# died, others with each run; MTLSCA_EVERY_DEATH=1 (the preset nightly) dies them all.
each_death() {
    local at status every=$2
    [ -z "${MTLSCA_EVERY_DEATH:-}" ] || every=1
    at=$((RANDOM % every + 1 - every))
    while :; do
        at=$((at + every))
        [ $at -le 2000 ] || fail "$1 never comes to its end"
        status=0
        "$1_once" $at || status=$?
        [ $status = 0 ] && break
    done
    echo "$1: survived $(((at - 1) / every)) deaths of $((at - 1))"
    [ $at -gt 20 ] || fail "only $at deaths: LD_PRELOAD does not work"
}

issue_once() {
    local status=0
    rm -rf out
    dying "$1" mtlsca issue "user$1" --out out || status=$?
    [ $status = 0 ] || [ $status = 137 ] || fail "issue ended with $status"
    sound ca out
    if mtlsca list --status valid --json | jq -e --arg name "user$1" 'any(.[]; .name == $name)' >/dev/null; then
        # Recorded, so it can be delivered again; its name is taken.
        expect 0 -- mtlsca export "user$1" --as pem
        expect 5 -- mtlsca issue "user$1" --out elsewhere
        expect 0 -- mtlsca revoke "user$1"
    fi
    expect 0 -- mtlsca issue "user$1" --out out --force
    no_leftovers out
    return $status
}

# With a new key in the place of the old one, and somebody who is told: the same command, run again, brings it to its
# end with the same certificate, whose key is there.
renew_once() {
    local status=0 old new command
    rm -rf out told
    expect 0 -- mtlsca issue "user$1" --out out
    old=$(openssl x509 -in "out/user$1.crt" -noout -serial | sed 's/serial=//')
    command=(mtlsca renew "$old" --rekey --force --out out --revoke-old-after 1d --exec 'echo "$MTLSCA_SERIAL" >>told')
    dying "$1" "${command[@]}" || status=$?
    [ $status = 0 ] || [ $status = 137 ] || fail "renew ended with $status"
    sound ca out
    expect 0 5 -- "${command[@]}"
    sound ca out
    new=$(mtlsca show "$old" --json | jq -r .renewed_by)
    [ "$(mtlsca list --status valid --json | jq --arg name "user$1" '[.[] | select(.name == $name)] | length')" = 2 ] ||
        fail "one predecessor has not one successor"
    [ "$(openssl x509 -in "out/user$1.crt" -noout -serial)" = "serial=$new" ] || fail "the file is not the successor's"
    [ "$(openssl x509 -in "out/user$1.crt" -noout -pubkey)" = "$(openssl pkey -in "out/user$1.key" -pubout)" ] ||
        fail "the key is not the successor's"
    [ "$(sort -u told)" = "$new" ] || fail "not the successor was told of"
    [ "$(cd out && echo *)" = "user$1.crt user$1.key" ] || fail "a staged key was left"
    expect 0 -- mtlsca renew --due --out out
    said "nothing was due"
    no_leftovers out
    return $status
}

# Rows of which one cannot be: run again with --resume, each of the others has one certificate and its key.
batch_once() {
    local status=0 row resume=--resume
    rm -rf out
    { echo name,labels && printf "row%s-$1,\n" 1 2 3 4 5 && echo "bad-$1,=" && printf "row%s-$1,\n" 6 7 8; } >rows.csv
    dying "$1" mtlsca batch rows.csv --out out --jobs 2 || status=$?
    [ $status = 1 ] || [ $status = 137 ] || fail "batch ended with $status"
    sound ca out
    [ -n "$(sqlite3 ca/mtlsca.db 'SELECT 1 FROM batch')" ] || resume=
    expect 1 -- mtlsca batch rows.csv --out out $resume
    for row in 1 2 3 4 5 6 7 8; do
        row=row$row-$1
        [ "$(mtlsca list --name "$row" --status valid --json | jq length)" = 1 ] || fail "$row has not one certificate"
        [ "$(openssl x509 -in "out/$row.crt" -noout -pubkey)" = "$(openssl pkey -in "out/$row.key" -pubout)" ] ||
            fail "the key of $row is another's"
    done
    sound ca out
    no_leftovers out
    sed -i /bad/d rows.csv
    expect 0 -- mtlsca batch rows.csv --out out --resume
    [ -z "$(sqlite3 ca/mtlsca.db 'SELECT 1 FROM batch UNION ALL SELECT 1 FROM batch_row')" ] ||
        fail "a batch that is done is remembered"
    [ $status = 1 ] && return 0
    return $status
}

# Into the place of another's files, which are the old ones or the new ones and never half of one: what was wanted when it
# died `deploy --pending` brings to its end, and key and certificate there are a pair.
deploy_once() {
    local status=0 file command
    if [ ! -e tls ]; then
        mkdir tls
        printf '[deploy.web]\nfolder = "%s/tls"\ncertificate = "web.crt"\nkey = "web.key"\nca = "ca.pem"\nreload = "cp tls/web.crt told"\n' \
            "$PWD" >>ca/mtlsca.toml
    fi
    rm -rf out told
    expect 0 -- mtlsca issue "user$1" --out out
    command=(mtlsca deploy "user$1" --to web --key "out/user$1.key")
    dying "$1" "${command[@]}" || status=$?
    [ $status = 0 ] || [ $status = 137 ] || fail "deploy ended with $status"
    sound ca out
    for file in tls/*; do
        case $file in
        *.key) openssl pkey -in "$file" -noout ;;
        *.crt | *.pem) openssl x509 -in "$file" -noout ;;
        'tls/*') ;;
        *) fail "$file is none of the target's" ;;
        esac || fail "$file is half a file"
    done
    # Nothing was wanted yet where it died before that was recorded.
    mtlsca show "user$1" --json | jq -e '.deployments == ["web"]' >/dev/null || expect 0 -- "${command[@]}"
    expect 0 -- mtlsca deploy --pending
    cmp "out/user$1.crt" tls/web.crt || fail "the target has another certificate"
    cmp "out/user$1.key" tls/web.key || fail "the key there is not the certificate's"
    cmp "out/user$1.crt" told || fail "the target was not told of it"
    expect 0 -- mtlsca deploy --pending
    said "nothing was pending"
    no_leftovers tls out
    return $status
}

revoke_once() {
    local status=0
    expect 0 -- mtlsca issue "victim$1" --out out
    dying "$1" mtlsca revoke "victim$1" --reason keyCompromise || status=$?
    [ $status = 0 ] || [ $status = 137 ] || fail "revoke ended with $status"
    sound ca
    numbers_grow
    # What was recorded is published by who comes next, the cron job or the same command.
    if [ $(($1 % 2)) = 0 ]; then
        expect 0 -- mtlsca crl --if-due
        expect 0 -- mtlsca crl check
    fi
    expect 0 5 -- mtlsca revoke "victim$1" --reason keyCompromise
    expect 0 -- mtlsca crl check
    numbers_grow
    is_revoked ca "out/victim$1.crt" || fail "a revocation was lost"
    expect 0 -- mtlsca crl # writes every file again, also where the second revoke was told "already"
    no_leftovers ca
    return $status
}

crl_once() {
    local status=0
    dying "$1" mtlsca crl || status=$?
    [ $status = 0 ] || [ $status = 137 ] || fail "crl ended with $status"
    sound ca
    numbers_grow
    local before=$published
    expect 0 -- mtlsca crl
    numbers_grow
    [ "$published" -gt "$before" ] || fail "CRL number $published was used twice"
    no_leftovers ca
    return $status
}

presign_once() {
    local status=0 file
    rm -rf ca answers && cp -a ca_before ca # or each death would leave more certificates to be answered for
    dying "$1" mtlsca ocsp presign --out answers --names serial || status=$?
    [ $status = 0 ] || [ $status = 137 ] || fail "presign ended with $status"
    sound ca
    [ ! -e ca/ocsp ] || [ -z "$(find ca/ocsp -perm /077)" ] || fail "others can read a responder's key"
    for file in answers/*.der; do
        [ ! -e "$file" ] || openssl ocsp -respin "$file" -noverify >/dev/null || fail "$file is not whole"
    done
    expect 0 -- mtlsca ocsp presign --out answers --names serial
    openssl ocsp -respin "answers/$presigned.der" -issuer ca/issuing.crt -serial "0x$presigned" -CAfile ca/chain.pem -no_nonce 2>&1 |
        grep -q "0x$presigned: good" || fail "no answer about $presigned"
    no_leftovers ca answers
    return $status
}

init_once() {
    local status=0
    rm -rf new
    dying "$1" mtlsca --home new init --name Acme --no-passphrase || status=$?
    [ $status = 0 ] || [ $status = 137 ] || fail "init ended with $status"
    # Either there is no CA yet, and the next run makes one, or it is complete.
    if [ -e new/mtlsca.db ]; then
        expect 5 -- mtlsca --home new init --name Acme --no-passphrase
    else
        expect 0 -- mtlsca --home new init --name Acme --no-passphrase
        no_leftovers new
    fi
    sound new
    return $status
}

# A revocation on its way into nginx's folder, which is a whole one at any time, the old one or the new one.
apply_once() {
    local status=0
    if [ ! -e site ]; then
        expect 0 -- mtlsca nginx site --server-name a.test --cert a.crt --key a.key --root . --revocation map --out site
        expect 0 -- mtlsca nginx apply --nginx true --reload true --conf "$PWD/nowhere.conf"
    fi
    expect 0 -- mtlsca issue "victim$1" --out out
    dying "$1" mtlsca revoke "victim$1" --apply || status=$?
    [ $status = 0 ] || [ $status = 137 ] || fail "revoke --apply ended with $status"
    sound ca
    numbers_grow
    expect 0 10 -- mtlsca crl check site/bundle.pem # 10: it lacks a revocation still
    [ "$(find site -type f | wc -l)" = 8 ] || fail "the folder has other files than before"
    # Where the death came before the revocation was recorded, it is still to be made.
    expect 0 5 -- mtlsca revoke "victim$1" --apply
    expect 0 -- mtlsca crl --if-due --apply
    cmp ca/crl/bundle.pem site/bundle.pem || fail "nginx's folder has another bundle than the CA"
    grep -q "$(openssl x509 -in "out/victim$1.crt" -noout -serial | sed 's/serial=//') 1;" site/maps/revoked.map ||
        fail "nginx's map lacks a revocation"
    no_leftovers site
    [ -z "$(find . -maxdepth 1 -name '.site*')" ] || fail "a staged folder was left"
    return $status
}

backup_once() {
    local status=0
    [ -e out/alice.crt ] || expect 0 -- mtlsca issue alice --out out
    rm -rf backups
    dying "$1" mtlsca db backup backups --keys || status=$?
    [ $status = 0 ] || [ $status = 137 ] || fail "db backup ended with $status"
    sound ca out
    # What has the name of a backup is a whole one.
    for backup in backups/mtlsca-backup-*; do
        [ ! -e "$backup" ] || expect 0 -- mtlsca --home "$backup" db check --deep
    done
    expect 0 -- mtlsca db backup backups
    no_leftovers backups
    return $status
}

# An older state over a newer one. Whoever looks in between finds one of the two, and never a revoked client let in.
restore_once() {
    local status=0 names
    if [ ! -e newer ]; then
        expect 0 -- mtlsca issue alice --out out
        expect 0 -- mtlsca db backup backups --keys
        expect 0 -- mtlsca issue bob --out out
        expect 0 -- mtlsca revoke alice bob
        expect 0 -- mtlsca issue carol --out out
        cp -a ca newer
    fi
    rm -rf ca
    cp -a newer ca
    dying "$1" mtlsca db restore backups/mtlsca-backup-* --force || status=$?
    [ $status = 0 ] || [ $status = 137 ] || fail "db restore ended with $status"
    sound ca
    names=$(mtlsca list --json | jq -r '[.[].name] | sort | join(" ")')
    [ "$names" = "alice bob carol" ] || [ "$names" = "alice unknown" ] || fail "neither the old CA nor the new one: $names"
    is_revoked ca out/alice.crt && is_revoked ca out/bob.crt || fail "a revocation was lost on the way"
    expect 0 -- mtlsca db restore backups/mtlsca-backup-* --force
    expect 0 -- mtlsca db check --deep
    expect 0 -- mtlsca crl
    is_revoked ca out/alice.crt && is_revoked ca out/bob.crt || fail "a revocation was lost"
    no_leftovers ca
    return $status
}

upgrade_once() {
    local status=0
    if [ ! -e older ]; then
        expect 0 -- mtlsca issue alice --out out
        cp -a ca older
        sh "$top/older_schema.sh" older 1
    fi
    rm -rf ca
    cp -a older ca
    dying "$1" mtlsca db upgrade || status=$?
    [ $status = 0 ] || [ $status = 137 ] || fail "db upgrade ended with $status"
    expect 0 8 -- mtlsca list
    expect 0 -- mtlsca db upgrade
    expect 0 -- mtlsca db check --deep
    sound ca out
    [ "$(find ca/backup -name SHA256SUMS | wc -l)" -ge 1 ] || fail "upgraded without a backup"
    no_leftovers ca
    return $status
}

# accepted FILE...: by who reads our trust file and our bundle, as it stands.
accepted() {
    local file
    for file in "$@"; do
        openssl verify -crl_check_all -CAfile ca/chain.pem -CRLfile ca/crl/bundle.pem -untrusted "$file" "$file" >/dev/null ||
            fail "after a death in \"$step\": $file is refused"
    done
}

# One step of a rollover, each time from the CA as it was before.
step_once() {
    local status=0
    rm -rf ca
    cp -a before ca
    # shellcheck disable=SC2086
    dying "$1" mtlsca ca $step || status=$?
    [ $status = 0 ] || [ $status = 137 ] || fail "ca $step ended with $status"
    sound ca
    accepted out/*.crt
    # shellcheck disable=SC2086
    expect 0 4 5 -- mtlsca ca $step
    expect 0 -- mtlsca crl check
    expect 0 -- mtlsca db check
    expect 0 -- mtlsca crl # writes every file again, also where the second run was told "already"
    no_leftovers ca
    expect 0 -- mtlsca issue "user$steps-$1" --out new
    accepted out/*.crt "new/user$steps-$1.crt"
    is_revoked ca mallory.crt || fail "after a death in \"$step\": a revocation was lost"
    rm -r new
    return $status
}

# The whole way, each step dying at every point. Its number of keys on disk shows that no death makes another one.
rollover() {
    expect 0 -- mtlsca issue mallory
    expect 0 -- mtlsca revoke mallory
    local steps=0
    for step in "rollover prepare issuing" "rollover activate issuing" "rollover activate issuing --undo" \
        "rollover activate issuing" "rollover retire issuing" "renew issuing-2" "rollover prepare root" \
        "rollover activate root" "rollover retire root"; do
        expect 0 -- mtlsca issue "before$((++steps))" --out out
        cp -a ca before
        each_death step 8
        rm -rf before
    done
    [ "$(find ca/private -name '*.key' | wc -l)" = 4 ] || fail "keys: $(ls ca/private)"
}

# random_deaths COUNT: of processes that work at the same time, at any moment. Bounded by its count, not by time.
random_deaths() {
    local i process
    for i in $(seq "$1"); do
        mtlsca issue "random$i" --out out >/dev/null 2>&1 &
        process=$!
        mtlsca crl >/dev/null 2>&1 &
        # The point of time is the test: nothing could be waited for.
        sleep "0.0$((RANDOM % 60 + 10))"
        kill -9 $process $! 2>/dev/null || true
        wait
        sound ca out
        numbers_grow
    done 2>/dev/null
    echo "random: survived $1 times two"
}

# A serial that was recorded and never signed can be seen and revoked, and its name is free again.
pending() {
    local at serial
    for at in $(seq 100); do
        dying "$at" mtlsca issue "user$at" --out out || true
        serial=$(mtlsca list --status pending --json | jq -r '.[0].serial // empty')
        [ -n "$serial" ] && break
    done
    [ -n "$serial" ] || fail "no death left a pending serial"
    sound ca out
    [ ! -e "out/user$at.crt" ] || fail "a certificate that was never signed"
    [ "$(mtlsca show "$serial" --json | jq -r .status)" = pending ] || fail "$serial is not pending"
    expect 4 -- mtlsca export "$serial" --as pem
    [ -z "$(mtlsca list --format index)" ] || fail "openssl's index has it"
    expect 0 -- mtlsca issue "user$at" --out out
    expect 0 -- mtlsca revoke "$serial"
    mtlsca crl show ca/crl/issuing.crl --json | jq -e --arg serial "$serial" 'any(.entries[]; .serial == $serial)' >/dev/null ||
        fail "the CRL lacks $serial"
    sound ca out
}

new_ca ca
case ${1:?which command} in
issue | deploy | crl | revoke) each_death "$1" 4 ;;
batch | renew | init | apply | backup | restore | upgrade) each_death "$1" 8 ;;
presign) # and the responders on the way
    expect 0 -- mtlsca issue asked --out asked
    cp -a ca ca_before
    presigned=$(openssl x509 -in asked/asked.crt -noout -serial | sed 's/serial=//')
    each_death presign 8 ;;
random) random_deaths 15 ;;
pending) pending ;;
rollover) rollover ;;
*) fail "who is $1?" ;;
esac
expect 0 -- mtlsca crl
no_leftovers ca
