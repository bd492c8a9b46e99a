#!/bin/bash
# kill.sh deploy|apply|rollover|restore|random|pending: death at every point where a command changes a file, or at random
# ones: the CA is sound afterwards, and the same command, run again, finds its way and leaves nothing behind. The single
# commands are those of sweep/.
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
deploy) each_death "$1" 4 ;;
apply | restore) each_death "$1" 8 ;;
random) random_deaths 15 ;;
pending) pending ;;
rollover) rollover ;;
*) fail "who is $1?" ;;
esac
expect 0 -- mtlsca crl
no_leftovers ca
