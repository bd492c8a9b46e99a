  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ mtlsca issue alice --ou Client --label team=pay --label 'note=on call' >/dev/null
  $ mtlsca issue bob >/dev/null
  $ values() { without_serials | sed -E 's/"[A-Za-z0-9+\/=]{100,}"/"BASE64"/'; }

A Secret with the certificate, its key and the CAs; a label that Kubernetes takes comes along.

  $ mtlsca export alice --as k8s --key alice.key | values
  mtlsca: note: label note: is none that Kubernetes takes, and is left out
  # Written by mtlsca: alice, serial SERIAL, valid until 2026-04-01T00:00:00Z
  apiVersion: v1
  kind: Secret
  metadata:
    name: "alice"
    labels:
      "team": "pay"
  data:
    client.crt: "BASE64"
    client.key: "BASE64"
    ca.crt: "BASE64"
  $ datum() { sed -n "s/^  $1: \"\(.*\)\"/\1/p" | base64 -d; }
  $ mtlsca export bob --as k8s --key bob.key --out bob.yaml
  wrote bob.yaml
  $ stat -c %a bob.yaml
  600
  $ datum client.crt <bob.yaml | cmp - bob.crt
  $ datum client.key <bob.yaml | cmp - bob.key
  $ datum ca.crt <bob.yaml | cmp - ca/chain.pem

As JSON it is the same text, whatever stands in it.

  $ mtlsca export bob --as k8s --key bob.key --json | jq -j .yaml | cmp - bob.yaml
  $ mtlsca issue 'Jürgen Ö' --out odd >/dev/null; odd() { mtlsca export 'Jürgen Ö' --as k8s --key odd/*.key --secret-name odd "$@"; }
  $ odd --json | tee odd.json | jq -j .yaml | cmp - <(odd); grep -cP '[^ -~]' odd.json
  0
  [1]

An encrypted key is unlocked: what reads the Secret has no passphrase.

  $ export PASS=horse
  $ openssl pkcs8 -topk8 -in bob.key -v2 aes256 -passout env:PASS -out locked.key
  $ mtlsca export bob --as k8s --key locked.key --key-pass env:PASS --type tls --secret-name bob.tls --namespace prod | tee tls.yaml | values
  # Written by mtlsca: bob, serial SERIAL, valid until 2026-04-01T00:00:00Z
  apiVersion: v1
  kind: Secret
  metadata:
    name: "bob.tls"
    namespace: "prod"
  type: kubernetes.io/tls
  data:
    tls.crt: "BASE64"
    tls.key: "BASE64"
  $ datum tls.key <tls.yaml | cmp - bob.key

A file with a key is not overwritten, nor written with the wrong key or by a wrong name.

  $ mtlsca export bob --as k8s --key bob.key --out bob.yaml
  mtlsca: error: bob.yaml: is there already
  mtlsca: hint: write elsewhere, or overwrite it with --force
  [5]
  $ mtlsca export bob --as k8s --key bob.key --out bob.yaml --force
  wrote bob.yaml
  $ mtlsca export bob --as k8s --key alice.key --out wrong.yaml
  mtlsca: error: alice.key: is not the key of bob
  mtlsca: hint: name the key that was made with it
  [6]
  $ mtlsca export bob --as k8s --out wrong.yaml
  mtlsca: error: --as k8s: needs the certificate's key, which the CA does not keep
  mtlsca: hint: --key FILE
  [6]
  $ mtlsca export bob --as k8s --key bob.key --secret-name Bob --namespace $'a\nb: c' --deployment web --image 'a b' --out wrong.yaml
  mtlsca: error: --as k8s: names that Kubernetes would refuse
    error    secret-name: 'Bob' is none that Kubernetes takes: small letters, digits, dashes and dots inside, at most 253 (RFC 1123)
    error    namespace: 'a\x0Ab: c' is none that Kubernetes takes: small letters, digits and dashes inside, at most 63 (RFC 1123)
    error    image: 'a b' is none that Kubernetes takes: such as registry.example.com/team/app:1.2
  [3]
  $ ls wrong.yaml
  ls: cannot access 'wrong.yaml': No such file or directory
  [2]

A Deployment that mounts it, readable for its owner and the group of the pod.

  $ mtlsca export bob --as k8s --key bob.key --deployment web --image nginx:1.22 --mount /run/bob | sed '1,/^---/d' | grep -v '^#'
  apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: "web"
    labels:
      app.kubernetes.io/name: "web"
  spec:
    selector:
      matchLabels:
        app.kubernetes.io/name: "web"
    template:
      metadata:
        labels:
          app.kubernetes.io/name: "web"
      spec:
        securityContext:
          # The files belong to root and to this group, which may read them: so may a container that is not root.
          fsGroup: 65532
        containers:
          - name: "web"
            image: "nginx:1.22"
            volumeMounts:
              - name: certificate
                mountPath: "/run/bob"
                readOnly: true
        volumes:
          - name: certificate
            secret:
              secretName: "bob"
              defaultMode: 256 # 0400: YAML 1.1 and 1.2 read octal numbers differently
              items:
                - key: client.crt
                  path: client.crt
                - key: client.key
                  path: client.key
                - key: ca.crt
                  path: ca.crt

For ingress-nginx: the CAs and their CRLs, which are nobody's secret.

  $ mtlsca export --as k8s --type ingress-ca --out ca.yaml
  wrote ca.yaml
  $ mtlsca export --as k8s --type ingress-ca --out ca.yaml
  wrote ca.yaml
  $ stat -c %a ca.yaml; values <ca.yaml
  644
  # Written by mtlsca: whom Acme has certified may enter. To be written again after each publication of its CRLs.
  apiVersion: v1
  kind: Secret
  metadata:
    name: "acme-ca"
  data:
    ca.crt: "BASE64"
    ca.crl: "BASE64"
  $ datum ca.crl <ca.yaml | cmp - ca/crl/bundle.pem
  $ mtlsca export --as k8s --type ingress-ca --json | jq -r 'keys_unsorted | join(" ")'
  as file yaml

What does not go together.

  $ mtlsca export bob --as k8s --type ingress-ca
  mtlsca: error: export: ID is not taken: ingress-ca holds what is the CA's own
  mtlsca: hint: mtlsca export --help
  [2]
  $ mtlsca export --as k8s --key bob.key
  mtlsca: error: export: ID is required
  mtlsca: hint: mtlsca export --help
  [2]
  $ mtlsca export --as k8s --type ingress-ca --deployment web --image nginx
  mtlsca: error: --deployment: mounts a certificate, and ingress-ca holds none
  mtlsca: hint: name the Secret in ingress-nginx's annotation auth-tls-secret
  [2]
  $ mtlsca export bob --as k8s --key bob.key --deployment web
  mtlsca: error: --deployment: needs the image of its container
  mtlsca: hint: --image IMAGE
  [2]
  $ mtlsca export bob --as k8s --key bob.key --mount /x
  mtlsca: error: --mount: is about a Deployment
  mtlsca: hint: --deployment NAME
  [2]
  $ mtlsca export bob --as pem --namespace prod
  mtlsca: error: --as pem: takes none of the options for Kubernetes
  mtlsca: hint: --as k8s, or leave them out
  [2]
