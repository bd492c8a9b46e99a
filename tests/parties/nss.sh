#!/bin/sh
# NSS (Firefox, Chromium on Linux, many Red Hat programs) believes our certificates, CRLs and PKCS#12 files.
. "$(dirname "$0")/setup.sh"

for key in ec-p256 ec-p384 rsa-2048 rsa-4096; do
    make_ca "$key" --key "$key"
    mkdir db
    certutil -N -d db --empty-password
    certutil -A -d db -n root -t CT,, -i ca/root.crt
    certutil -A -d db -n issuing -t ,, -i ca/issuing.crt
    for name in alice mallory www.example.com; do certutil -A -d db -n "$name" -t ,, -i "$name.crt"; done
    accepted "$key: client" certutil -V -d db -n alice -u C -e
    accepted "$key: server" certutil -V -d db -n www.example.com -u V -e
    accepted "$key: root CRL" crlutil -I -d db -i ca/crl/root.crl
    accepted "$key: issuing CRL" crlutil -I -d db -i ca/crl/issuing.crl
    says "$("$MTLSCA" show mallory --json | sed -n 's/.*"serial": "\(..\)\(..\).*/\1:\2/p' | tr 'A-F' 'a-f')" "$key: CRL holds the serial" \
        sh -c "crlutil -L -d db -n issuing | tr 'A-F' 'a-f'"
    accepted "$key: client, with CRLs" certutil -V -d db -n alice -u C -e
    refused "revoked" "$key: revoked client" certutil -V -d db -n mallory -u C -e
    accepted "$key: vfychain" vfychain -d db -pp -u 0 -g leaf -m crl -a alice.crt
    refused "revoked" "$key: vfychain, revoked client" vfychain -d db -pp -u 0 -g leaf -m crl -a mallory.crt
    says "Friendly Name: alice" "$key: PKCS#12 is read" pk12util -l alice.p12 -W "$P12_PASSPHRASE"
    mkdir other
    certutil -N -d other --empty-password
    accepted "$key: PKCS#12 is imported" pk12util -i alice.p12 -d other -W "$P12_PASSPHRASE"
    says "alice" "$key: its key is there" certutil -K -d other
done
