#!/bin/bash
# Each line of the file for cron, run as cron runs it: by its SHELL, with its PATH, nothing else, % unescaped.
. "$(dirname "$0")/setup.sh"

mtlsca --home ca --ca-pass file:passphrase issue alice --out out >/dev/null
mtlsca --home ca --ca-pass file:passphrase revoke alice --no-crl >/dev/null 2>&1
mtlsca --home ca schedule cron --program "$scratch/bin/mtlsca" --passphrase-file "$scratch/passphrase" \
    --user "$(id -un)" >table

# run_line WORD: the command of the line that has it; everything behind the user's name.
run_line() {
    local command
    command=$(grep -E "^[0-9].* --home .*$1" table | sed -E 's/^([^ ]+ ){5}[^ ]+ //; s/\\%/%/g')
    [ -n "$command" ] || fail "no line has $1"
    env -i SHELL=/bin/sh PATH="$(sed -n 's/^PATH=//p' table)" HOME=/ LOGNAME=x /bin/sh -c "$command" </dev/null
}

grep -q '^MAILTO=root$' table || fail "nobody gets mail"
[ "$(grep -cE '^[0-9]+ ([0-9]+|\*) \* \* \* [a-z]' table)" -eq 3 ] || fail "not three lines"
if grep -v '^#' table | grep -qE '(^|[^\\])%'; then fail "a % that cron takes for the end"; fi

said=$(run_line 'crl --if-due' 2>&1) || fail "crl: $said"
[ -z "$said" ] || fail "a crl that succeeds sends mail: $said"
mtlsca --home ca crl show ca/crl/issuing.crl | grep -qE 'entries +1$' || fail "the revocation was not published"
run_line status || [ $? -eq 10 ] || fail "status"
promtool check metrics <ca/status.prom || fail "metrics"
said=$(run_line 'renew --due' 2>&1) || fail "renew: $said"

# What fails is said, for the mail, and remembered.
mv passphrase away
mtlsca --home ca --ca-pass file:away issue bob --out out >/dev/null
mtlsca --home ca --ca-pass file:away revoke bob --no-crl >/dev/null 2>&1
said=$(run_line 'crl --if-due' 2>&1) && fail "crl without its passphrase ended with 0"
[[ $said == *passphrase* ]] || fail "crl said: $said"
[ "$(mtlsca --home ca status --json | jq -r '.failed_jobs[].command')" = crl ] || fail "status does not know"
said=$(run_line status 2>&1) && fail "status ended with 0"
[[ $said == *"mtlsca crl: fails since"* ]] || fail "status said: $said"
