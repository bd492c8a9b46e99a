#!/bin/sh
# Clients that others wrote ask `mtlsca ocsp serve` over HTTP: openssl, curl, gnutls, Java, NSS.
. "$(dirname "$0")/../parties/setup.sh"
trap 'stop; rm -rf "$folder"' EXIT
javac -d "$folder/classes" "$tests/../parties/OcspCheck.java"

# serve OPTION...: sets $url.
serve() {
    mkfifo started
    "$MTLSCA" --json ocsp serve --listen 127.0.0.1:0 "$@" >started 2>log &
    responder=$!
    # It keeps its output open: until the end of the object, not of the file.
    url=http://$(sed '/^}/q' started | jq -r '.listen[0]')
    rm started
}

stop() {
    [ -z "${responder:-}" ] || { kill "$responder" 2>/dev/null || true; wait "$responder" || true; }
    responder=
}

ask_openssl() {
    name=$1
    shift
    openssl ocsp -url "$url/" "$@" -issuer ca/issuing.crt -cert "$name.crt" -CAfile ca/root.crt
}

ask_gnutls() {
    ocsptool --ask="$url" --load-cert="$1.leaf" --load-issuer=ca/issuing.crt --load-trust=ca/chain.pem
}

ask_java() {
    java -cp "$folder/classes" OcspCheck ca/root.crt ca/issuing.crt "$1.crt" "$url"
}

for key in ec-p256 rsa-2048 ed25519; do
    make_ca "$key" --key "$key"
    "$MTLSCA" issue bob >/dev/null
    serve
    for options in "" -no_nonce -sha256; do
        # shellcheck disable=SC2086
        says "alice.crt: good" "$key: openssl $options" ask_openssl alice $options
        grep -q "Response verify OK" output || fail "$key: openssl does not believe it"
    done
    says "mallory.crt: revoked" "$key: openssl, revoked" ask_openssl mallory
    says "Reason: keyCompromise" "$key: openssl, the reason" ask_openssl mallory
    says "bob.crt: good" "$key: openssl, before a revocation" ask_openssl bob
    "$MTLSCA" revoke bob --no-crl >/dev/null 2>&1
    says "bob.crt: revoked" "$key: openssl, after it" ask_openssl bob

    for name in alice mallory; do openssl x509 -in $name.crt -out $name.leaf; done
    says "Certificate Status: good" "$key: gnutls" ask_gnutls alice
    says "Certificate Status: revoked" "$key: gnutls, revoked" ask_gnutls mallory

    accepted "$key: Java" ask_java alice
    refused "REVOKED" "$key: Java, revoked" ask_java mallory
    stop
    refused "UNDETERMINED_REVOCATION_STATUS" "$key: Java, nobody answers" ask_java alice
done

openssl ocsp -no_nonce -issuer ca/issuing.crt -cert alice.crt -reqout request.der
serve
accepted "curl, POST" curl --silent --show-error --fail --header "Content-Type: application/ocsp-request" \
    --data-binary @request.der --output response.der "$url"
says "alice.crt: good" "what curl got" openssl ocsp -respin response.der -no_nonce -issuer ca/issuing.crt -cert alice.crt \
    -CAfile ca/root.crt
path=$(base64 -w0 request.der | jq -sRr @uri)
accepted "curl, GET" curl --silent --show-error --fail --output response.der "$url/$path"
says "alice.crt: good" "what curl got" openssl ocsp -respin response.der -no_nonce -issuer ca/issuing.crt -cert alice.crt \
    -CAfile ca/root.crt
stop

# NSS asks where the certificate says, and which types of answer it takes. ocspclnt ends with 0 whatever it says. NSS 3.87
# knows no Ed25519.
for key in ec-p256 rsa-2048; do
    make_ca "nss-$key" --key "$key"
    serve
    sed -i "s,^ocsp_url = .*,ocsp_url = \"$url\"," ca/mtlsca.toml
    mkdir db
    certutil -N -d db --empty-password
    certutil -A -d db -n root -t CT,, -i ca/root.crt
    certutil -A -d db -n issuing -t ,, -i ca/issuing.crt
    for name in carol dave; do
        "$MTLSCA" issue "$name" >/dev/null
        certutil -A -d db -n "$name" -t ,, -i "$name.crt"
    done
    "$MTLSCA" revoke dave --no-crl >/dev/null 2>&1
    says "succeeded" "$key: NSS, ocspclnt" ocspclnt -S carol -d db
    says "has been revoked" "$key: NSS, ocspclnt, revoked" ocspclnt -S dave -d db
    set -- -d db -pp -u 0 -g leaf -m ocsp -s requireInfo -s failIfNoInfo -a
    accepted "$key: NSS, vfychain" vfychain "$@" carol.crt
    refused "has been revoked" "$key: NSS, vfychain, revoked" vfychain "$@" dave.crt
    stop
    refused "OCSP server" "$key: NSS, nobody answers" vfychain "$@" carol.crt
done
