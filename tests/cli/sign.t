  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"; }
  $ csr() { name=$1; shift; key "$name"; openssl req -new -key "$name.key" -out "$name.csr" -subj "/CN=$name" "$@"; }

One request and no folder: the certificate and its issuing CA on standard output, for a pipe or a file.

  $ csr alice -addext subjectAltName=DNS:alice.example.com,IP:10.0.0.5
  $ mtlsca sign alice.csr --ou Client > alice.crt
  $ openssl verify -x509_strict -crl_check_all -CAfile ca/root.crt -untrusted alice.crt -CRLfile ca/crl/bundle.pem alice.crt
  alice.crt: OK
  $ grep -c 'BEGIN CERTIFICATE' alice.crt
  2
  $ openssl x509 -in alice.crt -noout -subject -ext subjectAltName
  subject=OU = Client, CN = alice
  X509v3 Subject Alternative Name: 
      DNS:alice.example.com, IP Address:10.0.0.5
  $ diff <(openssl pkey -in alice.key -pubout) <(openssl x509 -in alice.crt -noout -pubkey)

PEM and DER, from files of any name and from standard input; only the request's key, name and SANs count.

  $ csr bob -subj '/C=DE/O=Evil/CN=bob' -addext 'keyUsage=critical,dataEncipherment' -addext extendedKeyUsage=serverAuth
  $ openssl req -in bob.csr -outform DER -out 'b o b.$(x)'
  $ mtlsca sign 'b o b.$(x)' > bob.crt
  mtlsca: note: subject C: dropped: profile client doesn't want it
  mtlsca: note: subject O: dropped: profile client doesn't want it
  mtlsca: note: extension keyUsage: dropped: the profile decides, and nothing is copied
  mtlsca: note: extension extendedKeyUsage: dropped: the profile decides, and nothing is copied
  $ openssl x509 -in bob.crt -noout -subject -ext keyUsage,extendedKeyUsage
  subject=CN = bob
  X509v3 Key Usage: critical
      Digital Signature
  X509v3 Extended Key Usage: 
      TLS Web Client Authentication
  $ csr carol
  $ mtlsca sign - < carol.csr | openssl x509 -noout -subject
  subject=CN = carol
  $ openssl req -in carol.csr -outform DER | mtlsca sign --name carol2 - --days 10 | openssl x509 -noout -subject -enddate
  mtlsca: note: subject CN: the operator's name counts
  subject=CN = carol2
  notAfter=Jan 11 00:00:00 2026 GMT

Several requests need a folder; there each certificate has the name of its subject.

  $ csr dave; csr eve; csr frank
  $ mtlsca sign dave.csr eve.csr
  mtlsca: error: sign: several requests need a folder for their certificates
  mtlsca: hint: --out DIR
  [2]
  $ mtlsca sign dave.csr eve.csr --name both --out out
  mtlsca: error: --name: is for a single request
  [2]
  $ mtlsca sign - - --out out
  mtlsca: error: -: standard input can be read once only
  [2]
  $ mtlsca sign dave.csr eve.csr --out out --owner Team --label env=prod | without_serials
  issued dave (client)
    serial        SERIAL
    subject       CN=dave
    valid until   2026-04-01 00:00 UTC (90 days)
    owner         Team
    certificate   out/dave.crt
  issued eve (client)
    serial        SERIAL
    subject       CN=eve
    valid until   2026-04-01 00:00 UTC (90 days)
    owner         Team
    certificate   out/eve.crt
  $ ls out && stat -c %a out out/dave.crt
  dave.crt
  eve.crt
  755
  644
  $ mtlsca list --owner Team --label env=prod --json | jq -r '.[].name'
  dave
  eve
  $ cp frank.csr twice.csr
  $ mtlsca sign frank.csr twice.csr --out out
  mtlsca: error: frank: several of the requests would be written to one file
  mtlsca: hint: sign them one by one, with --name or other folders
  [3]

A server by its request; its CN is a SAN as well.

  $ csr www.example.com
  $ mtlsca sign www.example.com.csr --profile server | openssl x509 -noout -ext subjectAltName,extendedKeyUsage
  X509v3 Extended Key Usage: 
      TLS Web Server Authentication
  X509v3 Subject Alternative Name: 
      DNS:www.example.com
  $ openssl req -new -key www.example.com.key -subj / -addext subjectAltName=DNS:nameless.example.com -out nameless.csr
  $ mtlsca sign nameless.csr --profile server | openssl x509 -noout -subject -ext subjectAltName
  mtlsca: note: certificate: no subject, so the SAN is critical: nginx's $ssl_client_s_dn will be empty (RFC 5280 4.2.1.6)
  subject=
  X509v3 Subject Alternative Name: critical
      DNS:nameless.example.com

What to do with a request's own SANs: check them, take what is allowed, or ignore all.

  $ csr mixed.example.com -addext subjectAltName=DNS:mixed.example.com,email:x@example.com,DNS:MIXED.example.com
  $ mtlsca sign mixed.example.com.csr --profile server
  mtlsca: error: mixed.example.com.csr: refused by policy
    error    san email:x@example.com: profile server allows dns, ip
  mtlsca: hint: --dry-run shows the whole plan; profiles are in mtlsca.toml
  [3]
  $ mtlsca sign mixed.example.com.csr --profile server --csr-san take | openssl x509 -noout -ext subjectAltName
  mtlsca: note: san email:x@example.com: dropped: profile server allows dns, ip
  X509v3 Subject Alternative Name: 
      DNS:mixed.example.com
  $ mtlsca sign mixed.example.com.csr --profile server --csr-san ignore --san dns:other.example.com | openssl x509 -noout -ext subjectAltName
  mtlsca: note: san email:x@example.com: dropped: a request's SANs are ignored
  X509v3 Subject Alternative Name: 
      DNS:mixed.example.com, DNS:other.example.com
  $ mtlsca sign mixed.example.com.csr --profile server --csr-san trust
  mtlsca: error: sign: --csr-san: trust not in {check,take,ignore}
  mtlsca: hint: mtlsca sign --help
  [2]

A role comes from the operator only. Other OUs of a request are dropped.

  $ csr mallory -subj /OU=Admin/OU=Sales/CN=mallory
  $ mtlsca sign mallory.csr
  mtlsca: error: mallory.csr: refused by policy
    error    ou Admin: is a role, which the operator grants and not the requester: `--ou Admin`
    note     ou Sales: dropped: profile client allows Admin, Client, Gateway, Ops
  mtlsca: hint: grant it: --ou Admin
  [3]
  $ mtlsca sign mallory.csr --ou Client
  mtlsca: error: mallory.csr: refused by policy
    error    ou Admin: is a role, which the operator grants and not the requester: `--ou Admin`
    note     ou Sales: dropped: profile client allows Admin, Client, Gateway, Ops
  mtlsca: hint: grant it: --ou Admin
  [3]
  $ mtlsca sign mallory.csr --ou Admin | openssl x509 -noout -subject
  mtlsca: note: ou Sales: dropped: profile client allows Admin, Client, Gateway, Ops
  subject=OU = Admin, CN = mallory

... unless the profile takes them.

  $ cat >> ca/mtlsca.toml <<'TOML'
  > [profiles.staff]
  > extended_key_usages = ["clientAuth"]
  > ous = ["Admin", "Sales"]
  > request_ou = "take"
  > subject.C = "required"
  > subject.O = "fixed:Acme"
  > subject.L = "optional"
  > subject.ST = "same-as-ca"
  > TOML
  $ csr oscar -subj /C=DE/O=Evil/OU=Admin/OU=Sales/CN=oscar
  $ mtlsca sign oscar.csr --profile staff
  mtlsca: error: oscar.csr: refused by policy
    error    subject ST: must be the CA's, and the CA's own subject has none
    note     subject O: the profile fixes it
  mtlsca: hint: --dry-run shows the whole plan; profiles are in mtlsca.toml
  [3]
  $ sed -i '/same-as-ca/d' ca/mtlsca.toml && tail -1 ca/mtlsca.toml
  subject.L = "optional"
  $ mtlsca sign oscar.csr --profile staff | openssl x509 -noout -subject
  mtlsca: note: subject O: the profile fixes it
  subject=C = DE, O = Acme, OU = Admin, OU = Sales, CN = oscar
  $ csr peggy
  $ mtlsca sign peggy.csr --profile staff
  mtlsca: error: peggy.csr: refused by policy
    error    subject C: profile staff requires it: --attribute C=VALUE
  mtlsca: hint: --dry-run shows the whole plan; profiles are in mtlsca.toml
  [3]
  $ mtlsca sign peggy.csr --profile staff --attribute C=FR --attribute L=Paris | openssl x509 -noout -subject
  subject=C = FR, L = Paris, O = Acme, CN = peggy

--dry-run shows what was requested, and what of it is granted, changed, dropped or refused.

  $ cp -a ca before
  $ mtlsca sign mallory.csr --dry-run --csr-san take
  would refuse mallory.csr
    granted  subject CN: mallory
    refused  ou Admin: Admin  (is a role, which the operator grants and not the requester: `--ou Admin`)
    dropped  ou Sales: Sales  (profile client allows Admin, Client, Gateway, Ops)
    granted  key: ec-p256
    added    not before: 2025-12-31T23:55:00Z  (backdated, because clocks differ)
    added    not after: 2026-04-01T00:00:00Z  (the profile's validity)
    added    key usage digitalSignature  (by the profile)
    dropped  key usage keyEncipherment  (not for ec-p256 keys)
    added    extended key usage clientAuth  (by the profile)
    error    ou Admin: is a role, which the operator grants and not the requester: `--ou Admin`
    note     ou Sales: dropped: profile client allows Admin, Client, Gateway, Ops
  [3]
  $ csr grace -subj '/O=Evil/CN=grace' -addext keyUsage=digitalSignature -addext subjectAltName=DNS:grace.example.com,DNS:grace.example.com
  $ mtlsca sign grace.csr --name Grace --san dns:grace --dry-run
  would sign Grace (client)
    changed  subject CN: grace \xe2\x86\x92 Grace  (the operator's name counts) (esc)
    dropped  subject O: Evil  (profile client doesn't want it)
    granted  san dns:grace: grace  (by the operator)
    granted  san dns:grace.example.com: grace.example.com
    granted  key: ec-p256
    added    not before: 2025-12-31T23:55:00Z  (backdated, because clocks differ)
    added    not after: 2026-04-01T00:00:00Z  (the profile's validity)
    added    key usage digitalSignature  (by the profile)
    dropped  key usage keyEncipherment  (not for ec-p256 keys)
    added    extended key usage clientAuth  (by the profile)
    dropped  extension keyUsage: present  (the profile decides, and nothing is copied)
    note     subject CN: the operator's name counts
    note     subject O: dropped: profile client doesn't want it
    note     extension keyUsage: dropped: the profile decides, and nothing is copied
  $ mtlsca sign grace.csr --dry-run --json | jq -c '.dry_run, .name, .granted, (.decisions[] | [.field, .requested, .outcome, .result])'
  true
  "grace"
  true
  ["subject CN","grace","granted","grace"]
  ["subject O","Evil","dropped",null]
  ["san dns:grace.example.com","grace.example.com","granted","grace.example.com"]
  ["key","ec-p256","granted","ec-p256"]
  ["not before",null,"added","2025-12-31T23:55:00Z"]
  ["not after",null,"added","2026-04-01T00:00:00Z"]
  ["key usage digitalSignature",null,"added","digitalSignature"]
  ["key usage keyEncipherment",null,"dropped",null]
  ["extended key usage clientAuth",null,"added","clientAuth"]
  ["extension keyUsage","present","dropped",null]
  $ mtlsca sign mallory.csr grace.csr --dry-run --out out --json | jq -c '.[] | [.name, .granted, [.findings[].rule]]'
  ["mallory.csr",false,["ou-not-granted","ou-dropped"]]
  ["grace",true,["attribute-dropped","extension-dropped"]]
  $ diff -r ca before

All requests or none: one bad one of several refuses them all, and every finding is told.

  $ csr heidi; csr ivan -subj /OU=Ops/CN=ivan; csr judy -addext subjectAltName=DNS:a..b; echo garbage > garbage.csr
  $ mtlsca sign heidi.csr ivan.csr judy.csr --out all 2>refused
  [3]
  $ grep -E 'ivan.csr.* ou Ops: ' refused | sed 's/:.*//'
    error    ivan.csr
  $ grep -oE 'judy.csr.* san dns:a..b: has an empty label' refused | sed 's/:.*has/ has/'
  judy.csr has an empty label
  $ mtlsca sign heidi.csr garbage.csr nosuch.csr --out all
  mtlsca: error: garbage.csr: is no certificate request
    error    nosuch.csr: there is no such file
  mtlsca: hint: a PKCS#10 request in PEM or DER is expected, as from: openssl req -new
  [3]
  $ ls all
  ls: cannot access 'all': No such file or directory
  [2]
  $ mtlsca list --json | jq -r '.[].name' | grep -E 'heidi|ivan|judy'
  [1]

What cannot be delivered is recorded all the same, and the error says how to get at it.

  $ csr mike; mtlsca sign mike.csr > /dev/full 2>full
  [1]
  $ grep -oE 'signed and recorded as [0-9A-F]{32}|export [0-9A-F]{32} --as pem' full | without_serials
  signed and recorded as SERIAL
  export SERIAL --as pem
  $ csr nina; csr olaf; mkdir -p part/olaf.crt; mtlsca sign nina.csr olaf.csr --out part 2>&1 | grep -E "issued|error" | sort | without_serials
  issued nina (client)
  mtlsca: error: part/olaf.crt: is a folder, not a file; the certificate is signed and recorded as SERIAL
  $ mtlsca export olaf --as pem | openssl x509 -noout -subject
  subject=CN = olaf

As JSON, with the certificate where no file was written.

  $ mtlsca sign heidi.csr --json | without_serials | sed 's/"-----BEGIN.*/PEM/'
  {
    "serial": "SERIAL",
    "name": "heidi",
    "profile": "client",
    "subject": "CN=heidi",
    "san": [],
    "not_before": "2025-12-31T23:55:00Z",
    "not_after": "2026-04-01T00:00:00Z",
    "sha256": "SHA256",
    "certificate_file": null,
    "key_file": null,
    "certificate": PEM
  }
  $ mtlsca sign grace.csr --json --out out 2>/dev/null | jq -c 'keys_unsorted'
  ["serial","name","profile","subject","san","not_before","not_after","sha256","certificate_file","key_file"]
  $ csr kate; csr lars; mtlsca sign kate.csr lars.csr --json --out out | jq -c '.[] | [.name, .certificate_file]'
  ["kate","out/kate.crt"]
  ["lars","out/lars.crt"]
