#!/bin/bash
# A CA's folder in which something is damaged, missing, wrong or newer than the program: the right code and a sentence,
# never a crash, and never a certificate from a store that is not sound.
. "$(dirname "$0")/setup.sh"

new_ca good
export MTLSCA_HOME=$scratch/good
for i in $(seq 20); do
    expect 0 -- mtlsca issue "user$i" --out leaves
done
expect 0 -- mtlsca revoke user1
unset MTLSCA_HOME

# damaged COMMAND: what COMMAND does to a copy of the CA, in its folder.
damaged() {
    rm -rf ca
    cp -a good ca
    (cd ca && eval "$1")
}

echo "databases that are none"
for what in 'echo nonsense > mtlsca.db' 'head -c 100000 /dev/urandom > mtlsca.db' 'head -c 100 ../good/mtlsca.db > mtlsca.db' \
    'head -c 5000 ../good/mtlsca.db > mtlsca.db' 'truncate -s -4096 mtlsca.db' 'truncate -s 4096 mtlsca.db' \
    'sqlite3 mtlsca.db "INSERT INTO schema_version VALUES (999)"' 'sqlite3 mtlsca.db "DROP TABLE certificate"' \
    'rm mtlsca.db; sqlite3 mtlsca.db "CREATE TABLE other (x)"' ': > mtlsca.db'; do
    for command in list "issue new --out new" crl; do
        damaged "$what"
        # shellcheck disable=SC2086
        expect 8 -- mtlsca $command
        said "mtlsca.db"
    done
done
[ ! -e new ] || fail "a certificate from a damaged store"

echo "pages of the database overwritten, one at a time"
pages=$(($(stat -c %s good/mtlsca.db) / 4096))
[ "$pages" -gt 10 ] || fail "only $pages pages"
noticed=0
for page in $(seq 0 $((pages - 1))); do
    damaged "dd if=/dev/urandom of=mtlsca.db bs=4096 count=1 seek=$page conv=notrunc status=none"
    # A damaged page that a command does not read is none of its business.
    expect 0 8 -- mtlsca list
    expect 0 8 -- mtlsca issue new --out "new$page"
    expect 0 8 11 -- mtlsca audit verify
    grep -qE 'damaged|broken|not a database' output && noticed=$((noticed + 1))
done
[ $noticed -gt $((pages / 4)) ] || fail "only $noticed of $pages damaged pages were noticed by audit verify"

echo "keys, settings and files"
damaged 'rm private/issuing.key'
expect 6 -- mtlsca issue new --out new
expect 0 -- mtlsca list
damaged 'rm -r private'
expect 6 -- mtlsca revoke user2
expect 6 -- mtlsca crl
damaged 'cp private/root.key private/issuing.key'
expect 6 -- mtlsca issue new --out new
damaged ': > private/issuing.key'
expect 6 -- mtlsca issue new --out new
damaged 'truncate -s 100 private/issuing.key'
expect 6 -- mtlsca issue new --out new
damaged 'rm mtlsca.toml'
expect 4 -- mtlsca issue new --out new
damaged 'head -c 1000 /dev/urandom > mtlsca.toml'
expect 3 -- mtlsca issue new --out new
damaged 'rm mtlsca.db'
expect 4 -- mtlsca list
damaged 'rm crl/bundle.pem'
expect 4 -- mtlsca crl check
expect 0 -- mtlsca crl --if-due
sound ca
damaged 'echo nonsense > crl/bundle.pem; echo nonsense > crl/issuing.crl'
expect 11 -- mtlsca crl check
expect 0 -- mtlsca crl
sound ca
damaged 'rm chain.pem'
expect 4 -- mtlsca verify leaves/user2.crt --as-nginx
[ ! -e new ] || fail "a certificate in spite of all"

echo "a passphrase that is wrong"
export RIGHT=right WRONG=wrong
expect 0 -- mtlsca --home locked init --name Acme --ca-pass env:RIGHT
expect 6 -- mtlsca --home locked issue new --out new --ca-pass env:WRONG
expect 6 -- mtlsca --home locked crl --ca-pass env:WRONG
[ "$(mtlsca --home locked list --json | jq length)" = 0 ] || fail "something was recorded"
sound locked
