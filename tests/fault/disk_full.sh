#!/bin/bash
# A disk that is full, nearly full, or becomes full on the way: the right code, nothing lost, nothing half written, and all
# is well when there is room again.
. "$(dirname "$0")/setup.sh"

mkdir disk
mount_here disk -t tmpfs -o size=2M tmpfs
new_ca disk/ca
export MTLSCA_HOME=$scratch/disk/ca
expect 0 -- mtlsca issue kept --out leaves
expect 0 -- mtlsca issue victim --out leaves

# Leaves KIBIBYTES on the disk.
leave() {
    rm -f disk/filler
    local room
    room=$(($(df --output=avail -k disk | tail -1) - $1))
    [ $room -le 0 ] || dd if=/dev/zero of=disk/filler bs=1k count=$room status=none 2>/dev/null || true
    [ "$(df --output=avail -k disk | tail -1)" -le "$1" ] || fail "the disk is not full"
}

refused=0
number=$(crl_number disk/ca issuing)
for room in 0 4 8 12 16 24 32 48 64 96 128 192 256; do
    printf 'name\nrow%s-1\nrow%s-2\n' $room $room >rows$room.csv
    for command in "issue full$room --out leaves" "batch rows$room.csv --out leaves --jobs 2" "crl" "revoke victim --reason superseded" "hold kept" "unhold kept"; do
        leave $room
        status=0
        # Word by word: a command and its options.
        # shellcheck disable=SC2086
        mtlsca $command >said 2>&1 || status=$?
        case $status in
        0 | 5) ;;
        1)
            refused=$((refused + 1))
            grep -qiE 'no space|disk is full|full' said || { cat said >&2; fail "$command: nobody said that the disk is full"; }
            ;;
        *)
            cat said >&2
            fail "$command with $room KiB left ended with $status"
            ;;
        esac
        rm -f disk/filler
        sound disk/ca leaves
        now=$(crl_number disk/ca issuing)
        [ "$now" -ge "$number" ] || fail "CRL number $now after $number"
        number=$now
        expect 0 -- mtlsca show file:leaves/kept.crt
    done
done
[ $refused -gt 5 ] || fail "only $refused commands met a full disk: this test does not bite"
echo "$refused commands met a full disk"

# Each batch that was cut off goes on, and leaves each row with one certificate.
for room in 0 4 8 12 16 24 32 48 64 96 128 192 256; do
    printf 'name\nrow%s-1\nrow%s-2\n' $room $room >rows$room.csv
    mtlsca batch rows$room.csv --out leaves --resume >/dev/null 2>&1 || mtlsca batch rows$room.csv --out leaves >/dev/null 2>&1 || true
    for row in 1 2; do
        [ "$(mtlsca list --name "row$room-$row" --status valid --json | jq length)" = 1 ] || fail "row$room-$row has not one certificate"
        openssl x509 -in "leaves/row$room-$row.crt" -noout || fail "row$room-$row was not delivered"
    done
done
expect 0 5 -- mtlsca revoke victim
expect 0 -- mtlsca crl
expect 0 -- mtlsca issue later --out leaves
is_revoked disk/ca leaves/victim.crt || fail "the revocation was lost"
no_leftovers disk/ca leaves

echo "a full disk for the certificate, not for the CA"
mkdir small
mount_here small -t tmpfs -o size=16k tmpfs
dd if=/dev/zero of=small/filler bs=1k status=none 2>/dev/null || true
expect 1 -- mtlsca issue undelivered --out small
said "signed and recorded"
serial=$(grep -oE '[0-9A-F]{32}' output | head -1)
expect 0 -- mtlsca export "$serial" --as pem --out delivered.crt
[ "$(openssl x509 -in delivered.crt -noout -serial)" = "serial=$serial" ] || fail "another certificate was delivered"
no_leftovers small
expect 1 -- mtlsca export "$serial" --as pem --out small/again.crt
expect 1 -- mtlsca crl --out small/copy.pem
no_leftovers small
sound disk/ca leaves
