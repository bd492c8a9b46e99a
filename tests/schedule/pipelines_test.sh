#!/bin/bash
# The pipelines are YAML of their kind, and their scripts issue a certificate without leaking its key.
. "$(dirname "$0")/setup.sh"

mtlsca schedule github >github.yml
mtlsca schedule gitlab >gitlab.yml
python3 "$tests/pipelines.py" github.yml gitlab.yml || fail "not a pipeline"

# run_job NAME: its script, as the runner runs it, in a workspace of its own with the variables of the job.
run_job() {
    mkdir "$1.workspace" "$1.temp" "$1.certificates"
    (
        cd "$1.workspace"
        env -i PATH="$PATH" HOME=/ NAME=www.example.com MTLSCA_HOME="$scratch/ca" \
            CERTIFICATE_FOLDER="$scratch/$1.certificates" MTLSCA_PASSPHRASE=correct-horse \
            MTLSCA_CA_PASS=env:MTLSCA_PASSPHRASE \
            GITHUB_RUN_ID=17 RUNNER_TEMP="$scratch/$1.temp" CI_PIPELINE_ID=17 sh -e "$scratch/$1.script"
    ) >"$1.log" 2>&1 </dev/null || fail "$1: $(cat "$1.log")"
    artifact=$(cat "$1.artifact")
    artifact=${artifact/RUNNER_TEMP/$scratch/$1.temp}
    artifact=$(cd "$1.workspace" && realpath "$artifact")
    openssl verify -CAfile ca/root.crt -untrusted "$artifact" "$artifact" >/dev/null || fail "$1: the artifact does not verify"
    [ "$(openssl x509 -in "$artifact" -noout -ext subjectAltName | tail -1 | xargs)" = DNS:www.example.com ] || fail "$1: another name"
    if grep -rlE 'PRIVATE KEY|correct-horse' "$1.workspace" "$1.temp" "$1.log"; then fail "$1: a secret leaks"; fi
    key=$(find "$1.certificates" -name '*.key')
    [ "$(stat -c %a "$key")" = 600 ] || fail "$1: the key's mode"
    [ "$(openssl pkey -in "$key" -pubout)" = "$(openssl x509 -in "$artifact" -noout -pubkey)" ] || fail "$1: another key"
}
run_job github
run_job gitlab

echo "a name that is a command, and one that is an option"
for name in '$(touch pwned)' '; touch pwned' '--home'; do
    (
        cd gitlab.workspace
        env -i PATH="$PATH" HOME=/ NAME="$name" MTLSCA_HOME="$scratch/ca" CERTIFICATE_FOLDER="$scratch/gitlab.certificates" \
            MTLSCA_PASSPHRASE=correct-horse MTLSCA_CA_PASS=env:MTLSCA_PASSPHRASE CI_PIPELINE_ID=18 sh -e "$scratch/gitlab.script"
    ) >log 2>&1 </dev/null && fail "$name was taken"
    [ ! -e gitlab.workspace/pwned ] || fail "$name was run"
done
