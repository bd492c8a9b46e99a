#!/bin/bash
# Folders that cannot be written, by root on a read-only mount and by another user: the right code, nothing lost, and
# what only reads still works.
. "$(dirname "$0")/setup.sh"

new_ca ca
expect 0 -- mtlsca issue alice --out leaves

echo "the folder for the certificate"
mkdir locked
mount_here locked --bind locked
mount -o remount,bind,ro locked
expect 1 -- mtlsca issue bob --out locked
said "signed and recorded as"
said "export"
serial=$(grep -oE '[0-9A-F]{32}' output | head -1)
[ "$(mtlsca show "$serial" --json | jq -r '.name + " " + .status')" = "bob valid" ] || fail "bob was not recorded"
expect 0 -- mtlsca export "$serial" --as pem --out bob.crt
openssl verify -crl_check_all -CAfile ca/root.crt -untrusted bob.crt -CRLfile ca/crl/bundle.pem bob.crt >/dev/null || fail "bob.crt is not whole"
expect 1 -- mtlsca issue carol --out locked --json
jq -e '.error.code == 1' output >/dev/null || fail "no JSON error"
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout dave.key -subj /CN=dave -out dave.csr 2>/dev/null
expect 1 -- mtlsca sign dave.csr --out locked
said "signed and recorded as"
if grep -q 'key was not kept' output; then fail "the requester has the key of a signed request"; fi
expect 1 -- mtlsca export bob --as pem --out locked/bob.crt
sound ca leaves

echo "the folder of the CA, by a read-only mount"
before=$(sha256sum ca/mtlsca.db ca/crl/*)
mount_here ca --bind ca
mount -o remount,bind,ro ca
for command in "list" "show alice" "show ca/crl/issuing.crl" "crl check" "verify leaves/alice.crt" "verify leaves/alice.crt --as-nginx" \
    "export alice --as pem" "audit verify" "audit show" "crl --if-due" "issue eve --dry-run" "revoke alice --dry-run"; do
    # shellcheck disable=SC2086
    expect 0 -- mtlsca $command
done
for command in "issue eve --out leaves" "sign dave.csr --name dave2" "revoke alice" "hold alice" "crl"; do
    # shellcheck disable=SC2086
    expect 1 -- mtlsca $command
    grep -qi 'read-only' output || { cat output >&2; fail "$command: nobody said read-only"; }
done
expect 5 -- mtlsca init --name Acme --no-passphrase
unmount ca
[ "$before" = "$(sha256sum ca/mtlsca.db ca/crl/*)" ] || fail "something was written"
[ ! -e leaves/eve.crt ] || fail "a certificate that was not recorded"
sound ca leaves

echo "another user"
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
chmod 755 "$scratch"
cp "$MTLSCA" program # the folder of the build may be closed to others
expect 1 -- as_nobody "$scratch/program" --home ca list
said "permission denied"
expect 1 -- as_nobody "$scratch/program" --home ca issue eve --out /nonexistent
expect 0 -- as_nobody "$scratch/program" show ca/root.crt
expect 0 -- as_nobody "$scratch/program" crl show ca/crl/bundle.pem
expect 1 -- as_nobody "$scratch/program" --home mine init --name Mine --no-passphrase
mkdir mine && chown 65534:65534 mine
expect 0 -- as_nobody "$scratch/program" --home mine init --name Mine --no-passphrase
expect 1 -- as_nobody "$scratch/program" --home mine issue alice --out leaves
said "signed and recorded as"
sound mine
