  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ mtlsca issue alice --ou Client --san dns:alice.example.com >/dev/null
  $ mtlsca issue rsa --key rsa-2048 >/dev/null
  $ export PASS=horse

PKCS#12 for browsers and devices: key, certificate and chain under a friendly name; read back by openssl.

  $ mtlsca export alice --as p12 --key alice.key --p12-pass env:PASS --out alice.p12
  wrote alice.p12
  $ stat -c %a alice.p12
  600
  $ openssl pkcs12 -in alice.p12 -passin env:PASS -nokeys | grep -E 'friendlyName|subject'
      friendlyName: alice
  subject=OU = Client, CN = alice
  subject=O = Acme, CN = Acme Issuing CA
  subject=O = Acme, CN = Acme Root CA
  $ openssl pkcs12 -in alice.p12 -passin env:PASS -nocerts -nodes | openssl pkey | cmp - alice.key
  $ openssl pkcs12 -in alice.p12 -passin pass:wrong -nokeys 2>&1 | grep -o 'invalid password'
  invalid password
  $ mtlsca export alice --as p12 --key alice.key --p12-pass env:PASS --name "Alice's laptop" | openssl pkcs12 -passin env:PASS -nokeys -clcerts | grep friendlyName
      friendlyName: Alice's laptop

Algorithms that each reader knows.

  $ algorithms() { openssl pkcs12 -in "$1" -passin env:PASS -passout pass: -info -noout -legacy 2>&1 | grep -E 'MAC:|Encrypted data|Keybag'; }
  $ for target in modern macos ios android windows java8; do
  >   echo "$target"; mtlsca export alice --as p12 --key alice.key --p12-pass env:PASS --for $target --out $target.p12 >/dev/null; algorithms $target.p12
  > done
  modern
  MAC: sha256, Iteration 100000
  PKCS7 Encrypted data: PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256
  Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256
  macos
  MAC: sha1, Iteration 100000
  PKCS7 Encrypted data: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000
  Shrouded Keybag: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000
  ios
  MAC: sha1, Iteration 100000
  PKCS7 Encrypted data: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000
  Shrouded Keybag: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000
  android
  MAC: sha1, Iteration 100000
  PKCS7 Encrypted data: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000
  Shrouded Keybag: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000
  windows
  MAC: sha1, Iteration 100000
  PKCS7 Encrypted data: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000
  Shrouded Keybag: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000
  java8
  MAC: sha1, Iteration 100000
  PKCS7 Encrypted data: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000
  Shrouded Keybag: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000
  $ mtlsca export alice --as p12 --key alice.key --p12-pass env:PASS --for windows98
  mtlsca: error: export: --for: windows98 not in {modern,macos,ios,android,windows,java8}
  mtlsca: hint: mtlsca export --help
  [2]

What exists is not overwritten: a PKCS#12 holds a key.

  $ mtlsca export alice --as p12 --key alice.key --p12-pass env:PASS --out alice.p12
  mtlsca: error: alice.p12: is there already
  mtlsca: hint: write elsewhere, or overwrite it with --force
  [5]
  $ mtlsca export alice --as p12 --key alice.key --p12-pass env:PASS --out alice.p12 --force
  wrote alice.p12

The key must be the certificate's, and must open.

  $ mtlsca export alice --as p12 --key rsa.key --p12-pass env:PASS --out wrong.p12
  mtlsca: error: rsa.key: is not the key of alice
  mtlsca: hint: name the key that was made with it
  [6]
  $ mtlsca export alice --as p12 --p12-pass env:PASS --out wrong.p12
  mtlsca: error: --as p12: needs the certificate's key, which the CA does not keep
  mtlsca: hint: --key FILE
  [6]
  $ mtlsca export alice --as p12 --key nosuch.key --p12-pass env:PASS --out wrong.p12
  mtlsca: error: nosuch.key: the private key cannot be opened: no such file or directory
  mtlsca: hint: bring the key there, or name the place where it is
  [6]
  $ mtlsca export alice --as p12 --key alice.crt --p12-pass env:PASS --out wrong.p12
  mtlsca: error: alice.crt: holds no private key
  mtlsca: hint: a PKCS#8 key in PEM or DER is expected
  [6]
  $ mtlsca export alice --as p12 --key alice.key --out wrong.p12
  mtlsca: error: the passphrase of the PKCS#12 file: is needed and there is no terminal to ask for it
  mtlsca: hint: say where it comes from: --p12-pass env:VAR, file:PATH, fd:N or stdin
  [6]
  $ export KEY=secret WRONG=wrong
  $ openssl pkcs8 -topk8 -in alice.key -v2 aes256 -passout env:KEY -out locked.key
  $ mtlsca export alice --as p12 --key locked.key --p12-pass env:PASS --out wrong.p12
  mtlsca: error: locked.key: is encrypted
  mtlsca: hint: say where its passphrase comes from: --key-pass SRC
  [6]
  $ mtlsca export alice --as p12 --key locked.key --key-pass env:WRONG --p12-pass env:PASS --out wrong.p12
  mtlsca: error: locked.key: wrong passphrase
  [6]
  $ ls wrong.p12
  ls: cannot access 'wrong.p12': No such file or directory
  [2]
  $ mtlsca export alice --as p12 --key locked.key --key-pass env:KEY --p12-pass env:PASS --out locked.p12
  wrote locked.p12
  $ openssl ec -in alice.key -out sec1.key 2>/dev/null; head -1 sec1.key; mtlsca export alice --as p12 --key sec1.key --p12-pass env:PASS --out sec1.p12
  -----BEGIN EC PRIVATE KEY-----
  wrote sec1.p12

pem: what nginx takes for ssl_certificate; chain: the CAs; der; p7b. To a file or to standard output; no key, no passphrase.

  $ mv ca/private elsewhere
  $ mtlsca export alice --as pem | cmp - alice.crt
  $ mtlsca export alice --as chain | cmp - ca/chain.pem
  $ mtlsca export alice --as der | openssl x509 -inform DER | cmp - <(sed '/END/q' alice.crt)
  $ mtlsca export alice --as p7b | openssl pkcs7 -inform DER -print_certs -noout | grep subject
  subject=O = Acme, CN = Acme Root CA
  subject=O = Acme, CN = Acme Issuing CA
  subject=OU = Client, CN = alice
  $ mtlsca export alice --as pem --out again.crt
  wrote again.crt
  $ cmp again.crt alice.crt && stat -c %a again.crt
  644
  $ mtlsca export alice --as pem --out nowhere/again.crt
  mtlsca: error: nowhere: there is no such folder
  mtlsca: hint: create it, or check the path
  [4]
  $ mtlsca export alice --as pem --key alice.key
  mtlsca: error: --as pem: takes no --key
  [2]
  $ mtlsca export alice
  mtlsca: error: export: --as is required
  mtlsca: hint: mtlsca export --help
  [2]
  $ mtlsca export alice --as jks
  mtlsca: error: export: --as: jks not in {p12,pem,chain,der,p7b,k8s}
  mtlsca: hint: mtlsca export --help
  [2]
  $ mtlsca export nobody --as pem
  mtlsca: error: nobody: no such certificate
  mtlsca: hint: mtlsca list shows what there is
  [4]
  $ mtlsca export alice --as der --out alice.der --json | without_serials
  {
    "serial": "SERIAL",
    "name": "alice",
    "as": "der",
    "file": "alice.der"
  }
  $ mtlsca export alice --as der --json | jq -r .base64 | base64 -d | cmp - alice.der
  $ mtlsca export alice --as pem --json | jq -j .pem | cmp - alice.crt

Revoked ones can be exported: somebody may have to look at them.

  $ mv elsewhere ca/private
  $ mtlsca revoke alice >/dev/null 2>&1
  $ mtlsca export alice --as pem | cmp - alice.crt

One tier: the root is not sent, and chain is the root.

  $ new_ca --home tiny --one-tier; mtlsca --home tiny issue bob --out tiny/out >/dev/null
  $ mtlsca --home tiny export bob --as pem | grep -c BEGIN
  1
  $ mtlsca --home tiny export bob --as chain | cmp - tiny/root.crt
  $ mtlsca --home tiny export bob --as p12 --key tiny/out/bob.key --p12-pass env:PASS | openssl pkcs12 -passin env:PASS -nokeys | grep subject
  subject=CN = bob
  subject=O = Acme, CN = Acme CA
