#!/bin/bash
# Many processes on one CA at once: all wait for each other, all succeed, and nothing is there twice.
. "$(dirname "$0")/setup.sh"
patient=(--lock-timeout 600s)

new_ca ca

# The exit statuses of all that were started, counted: "0x1 5x15".
outcome() {
    local process
    for process in "${processes[@]}"; do
        if wait "$process"; then echo 0; else echo $?; fi
    done >outcomes
    result=$(sort outcomes | uniq -c | awk '{ print $2 "x" $1 }' | xargs)
    processes=()
}

processes=()
echo "64 issue at once"
for i in $(seq 64); do
    mtlsca issue "user$i" --out out "${patient[@]}" >"log$i" 2>&1 &
    processes+=($!)
done
outcome
[ "$result" = 0x64 ] || { cat log* >&2; fail "exit statuses: $result"; }
[ "$(find out -name '*.crt' | wc -l)" = 64 ] || fail "not 64 certificates"
[ "$(find out -name '*.key' | wc -l)" = 64 ] || fail "not 64 keys"
[ "$(mtlsca list --json | jq 'map(select(.status == "valid")) | length')" = 64 ] || fail "not 64 rows"
for file in out/*.crt; do
    openssl x509 -in "$file" -noout -serial
done | sort -u >serials
[ "$(wc -l <serials)" = 64 ] || fail "not 64 serials"
diff <(sed 's/serial=//' serials) <(mtlsca list --json | jq -r '.[].serial' | sort) || fail "other serials in the inventory than on disk"
for i in 1 32 64; do
    cmp <(openssl pkey -in "out/user$i.key" -pubout) <(openssl x509 -in "out/user$i.crt" -noout -pubkey) || fail "user$i has another's key"
done
sound ca out
no_leftovers ca out

echo "one name, 16 times at once"
for i in $(seq 16); do
    mtlsca issue same --out "same$i" "${patient[@]}" >/dev/null 2>&1 &
    processes+=($!)
done
outcome
[ "$result" = "0x1 5x15" ] || fail "exit statuses: $result"
[ "$(find same* -name '*.crt' | wc -l)" = 1 ] || fail "not one certificate"

echo "one revocation, 8 times at once"
for i in $(seq 8); do
    mtlsca revoke same "${patient[@]}" >/dev/null 2>&1 &
    processes+=($!)
done
outcome
[ "$result" = "0x1 5x7" ] || fail "exit statuses: $result"

echo "everything at once, with a folder for nginx"
mtlsca nginx site --server-name a.test --cert a.crt --key a.key --root . --revocation map --out site >/dev/null ||
    fail "no folder for nginx"
for i in $(seq 12); do
    mtlsca issue "more$i" --out out "${patient[@]}" >/dev/null 2>&1 &
    processes+=($!)
    mtlsca revoke "user$i" "${patient[@]}" >/dev/null 2>&1 &
    processes+=($!)
    mtlsca crl "${patient[@]}" >/dev/null 2>&1 &
    processes+=($!)
    mtlsca list "${patient[@]}" >/dev/null 2>&1 &
    processes+=($!)
    printf 'name\nbatch%s-1\nbatch%s-2\n' "$i" "$i" >"rows$i.csv"
    mtlsca batch "rows$i.csv" --out out --jobs 1 "${patient[@]}" >/dev/null 2>&1 &
    processes+=($!)
    mtlsca nginx apply --no-reload --nginx true --conf nowhere.conf "${patient[@]}" >/dev/null 2>&1 &
    processes+=($!)
done
outcome
[ "$result" = 0x72 ] || fail "exit statuses: $result"
sound ca out
no_leftovers ca out
expect 0 -- mtlsca crl check
[ "$(mtlsca crl show ca/crl/issuing.crl --json | jq .entry_count)" = 13 ] || fail "the newest CRL lacks a revocation"
[ "$(mtlsca crl show ca/crl/bundle.pem --json | jq '.[0].entry_count')" = 13 ] || fail "the bundle lacks a revocation"
# Whoever was last must not have left what he read before others.
cmp ca/crl/bundle.pem site/bundle.pem || fail "the folder has an older bundle than the CA"
[ "$(grep -c ' 1;$' site/maps/revoked.map)" = 13 ] || fail "the folder's map lacks a revocation"
for i in $(seq 12); do
    for name in "more$i" "batch$i-1" "batch$i-2"; do
        grep -q " $name;" site/maps/identities.map || fail "the folder's map lacks $name"
    done
done
[ -z "$(find . -maxdepth 1 -name '.site*')" ] || fail "a staged folder was left"
mtlsca audit show --json | jq -r '.[] | select(.event == "crl") | .detail' | jq -r '"\(.issuer) \(.number)"' >numbers
[ "$(sort -u numbers | wc -l)" = "$(wc -l <numbers)" ] || fail "a CRL number was used twice"
[ "$(crl_number ca issuing)" = "$(grep issuing numbers | cut -d' ' -f2 | sort -n | tail -1)" ] || fail "an older CRL lies over a newer one"

echo "one new CA, 6 times at once"
for i in $(seq 6); do
    mtlsca --home new init --name Acme --no-passphrase >/dev/null 2>&1 &
    processes+=($!)
done
outcome
[ "$result" = "0x1 5x5" ] || fail "exit statuses: $result"
sound new
no_leftovers new
