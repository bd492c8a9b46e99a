  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ mtlsca issue alice --ou Admin --out out >/dev/null; mtlsca issue bob --out out >/dev/null; mtlsca issue carol --out out >/dev/null
  $ mtlsca issue site.example.com --profile server --out out >/dev/null
  $ mtlsca revoke bob --reason superseded >/dev/null 2>&1; mtlsca hold carol >/dev/null 2>&1
  $ errors() { jq -r '.findings[] | select(.severity == "error") | .rule' | sort -u | paste -sd ' '; }

db check: database, files and CRLs of a sound CA agree.

  $ mtlsca db check
  database, files and CRLs agree
    read          4 certificates
  $ mtlsca db check --deep --json
  {
    "sound": true,
    "certificates": 4,
    "findings": []
  }

A revocation that is not published yet is told and no damage.

  $ cp -a ca copy; mtlsca --home copy revoke alice --no-crl >/dev/null 2>&1; mtlsca --home copy db check | without_serials
  database, files and CRLs agree
    read          4 certificates
    warning       copy/crl/issuing.crl: lacks serial SERIAL, which the database holds revoked; mtlsca crl --if-due publishes it

Each damage is found, all at once, and the status is 8.

  $ damaged() { rm -rf copy; cp -a ca copy; (cd copy; eval "$1"); mtlsca --home copy db check --json >report 2>/dev/null; echo "$? $(errors <report)"; }
  $ damaged 'cp ../out/alice.crt root.crt; cp crl/root.crl crl/issuing.crl; chmod 644 private/root.key; rm chain.pem'
  8 bundle-differs crl-differs crl-lacks crl-record file-differs file-missing permissions
  $ damaged 'rm crl/root.crl crl/bundle.pem issuing.crt; chmod 777 . private'
  8 bundle-missing crl-missing file-missing permissions
  $ damaged 'echo nonsense >crl/issuing.crl; echo nonsense >root.crt'
  8 bundle-differs crl-differs crl-unreadable file-unreadable
  $ damaged 'sqlite3 mtlsca.db "UPDATE certificate SET subject = '"'CN=mallory'"' WHERE name = '"'alice'"'"'
  8 certificate-differs
  $ damaged 'sqlite3 mtlsca.db "UPDATE certificate SET not_after = not_after + 1 WHERE name = '"'alice'"'"'
  8 certificate-differs
  $ damaged 'sqlite3 mtlsca.db "UPDATE certificate SET sans = '"'dns:other.example.com'"' || char(10) WHERE name = '"'site.example.com'"'"'
  8 certificate-differs certificate-index
  $ damaged 'sqlite3 mtlsca.db "UPDATE certificate SET spki_sha256 = zeroblob(32) WHERE name = '"'alice'"'"'
  8 certificate-differs
  $ damaged 'sqlite3 mtlsca.db "UPDATE certificate_der SET der = (SELECT der FROM certificate_der WHERE certificate = 2) WHERE certificate = 1"'
  8 certificate-differs certificate-index
  $ damaged 'sqlite3 mtlsca.db "UPDATE certificate_der SET der = substr(der, 1, 100) WHERE certificate = 1"'
  8 certificate-index certificate-unreadable
  $ damaged 'sqlite3 mtlsca.db "DELETE FROM certificate_der WHERE certificate = 1"'
  8 audit-state certificate-missing
  $ damaged 'sqlite3 mtlsca.db "DELETE FROM certificate_search"'
  8 certificate-index
  $ damaged 'sqlite3 mtlsca.db "DELETE FROM revocation; UPDATE certificate SET state = 1"'
  8 audit-state crl-knows-more
  $ damaged 'sqlite3 mtlsca.db "DELETE FROM revocation WHERE reason <> 6"'
  8 audit-state
  $ damaged 'sqlite3 mtlsca.db "UPDATE certificate SET holds_name = 1 WHERE name = '"'bob'"'"'
  8 name-held
  $ damaged 'sqlite3 mtlsca.db "PRAGMA foreign_keys = OFF; UPDATE certificate SET predecessor = 99 WHERE id = 1"'
  8 database-reference
  $ damaged 'sqlite3 mtlsca.db "UPDATE audit SET time = time + 1 WHERE sequence = 7"'
  8 audit-hash
  $ damaged 'rm audit.head'
  8 audit-head
  $ damaged 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out private/issuing.key 2>/dev/null'
  0 
  $ mtlsca --home copy db check --deep 2>&1 >/dev/null
  mtlsca: note: mtlsca db restore BACKUP puts a backup in place, and keeps revoked what was revoked since
  [8]
  $ mtlsca --home copy db check --deep 2>/dev/null | tail -1
    error         copy/private/issuing.key: is not the key of copy/issuing.crt
  $ new_ca --home other; damaged 'cp ../other/issuing.crt . ; cp ../other/crl/issuing.crl crl'
  8 bundle-differs crl-differs crl-lacks crl-record file-differs
  $ damaged 'dd if=/dev/urandom of=mtlsca.db bs=4096 count=1 seek=20 conv=notrunc status=none' | cut -d' ' -f1
  8
  $ damaged ': > mtlsca.db'
  8 

A CRL whose command died before it recorded it is no damage; one that the database never began is.

  $ before() { cp mtlsca.db audit.head ..; mtlsca --home . crl; sqlite3 ../mtlsca.db "$1"; mv ../mtlsca.db ../audit.head .; } >/dev/null
  $ damaged 'before "INSERT INTO crl (issuer, number, changes) SELECT issuer, max(number) + 1, max(changes) FROM crl GROUP BY issuer"'
  0 
  $ jq -r '.findings[] | .severity + " " + .rule' report | sort -u
  warning crl-unfinished
  $ mtlsca --home copy crl >/dev/null && mtlsca --home copy db check
  database, files and CRLs agree
    read          4 certificates
  $ damaged 'before ""'
  8 crl-differs crl-record

db backup: a folder that is a CA without keys, with digests that sha256sum knows.

  $ mtlsca db backup backups
  backed up to backups/mtlsca-backup-2026-01-01T00-00-00Z
    database      4 certificates, 2 revocations, 19 audit entries
    files         9, read back and proven
    keys          not in it; --keys takes them along
  $ cd backups/mtlsca-backup-2026-01-01T00-00-00Z; find . -type f -printf '%m %P\n' | sort -k2; stat -c '%a' . ..
  644 SHA256SUMS
  644 audit.head
  644 chain.pem
  644 crl/bundle.pem
  644 crl/issuing.crl
  644 crl/root.crl
  644 issuing.crt
  600 mtlsca.db
  644 mtlsca.toml
  644 root.crt
  700
  700
  $ sha256sum --quiet --strict -c SHA256SUMS && cd ../..
  $ mtlsca --home backups/mtlsca-backup-2026-01-01T00-00-00Z db check
  database, files and CRLs agree
    read          4 certificates
  $ mtlsca --home backups/mtlsca-backup-2026-01-01T00-00-00Z issue eve
  mtlsca: error: backups/mtlsca-backup-2026-01-01T00-00-00Z/private/issuing.key: * (glob)
  mtlsca: hint: * (glob)
  [6]

With keys only where that is said, loudly, and in the log.

  $ mtlsca db backup backups --keys >/dev/null
  mtlsca: warning: backups/mtlsca-backup-2026-01-01T00-00-00Z-2: holds the CA's private keys: keep it as you keep the CA
  $ find backups/*Z-2/private -printf '%m %f\n' | sort -k2
  600 issuing.key
  700 private
  600 root.key
  $ mtlsca audit show --json | jq -r '.[-1] | [.event, .detail] | @tsv'
  backup\twith keys, to backups (esc)
  $ mtlsca db backup backups --json | jq -c '[.folder, .keys, .certificates, .revocations, (.files | length), .dropped]'
  ["backups/mtlsca-backup-2026-01-01T00-00-00Z-3",false,4,2,9,[]]

--keep removes this CA's older ones, and nothing else.

  $ mtlsca --home other db backup backups >/dev/null; mkdir backups/mtlsca-backup-2020-01-01T00-00-00Z backups/notes; ln -s "$PWD/other" backups/mtlsca-backup-2019-01-01T00-00-00Z
  $ NOW='2026-01-02 00:00:00' mtlsca db backup backups --keep 2 | grep removed
    removed       backups/mtlsca-backup-2026-01-01T00-00-00Z-2
    removed       backups/mtlsca-backup-2026-01-01T00-00-00Z
  $ ls -A backups
  mtlsca-backup-2019-01-01T00-00-00Z
  mtlsca-backup-2020-01-01T00-00-00Z
  mtlsca-backup-2026-01-01T00-00-00Z-3
  mtlsca-backup-2026-01-01T00-00-00Z-4
  mtlsca-backup-2026-01-02T00-00-00Z
  notes
  $ rm -rf backups other copy

db restore: yesterday's backup does not un-revoke. Certificates that the backup does not know stay revoked, too.

  $ mtlsca db backup backups >/dev/null; yesterday=backups/mtlsca-backup-2026-01-01T00-00-00Z
  $ export NOW='2026-01-02 00:00:00'
  $ mtlsca issue dave --out out >/dev/null; mtlsca revoke alice --reason keyCompromise --invalidity-date 2026-01-01T12:00:00Z >/dev/null 2>&1
  $ mtlsca revoke dave --reason cessationOfOperation >/dev/null 2>&1; mtlsca unhold carol >/dev/null 2>&1
  $ mtlsca issue erin --out out >/dev/null
  $ mtlsca crl show ca/crl/issuing.crl --json | jq -c '.entries[] | {serial, reason, revoked_at, invalidity_date}' | sort >before_entries; number=$(mtlsca crl show ca/crl/issuing.crl --json | jq -r .number)

What would be lost is said, and is refused.

  $ mtlsca db restore $yesterday | without_serials
  mtlsca: error: ca: would be restored at a loss
    error    the CA in place: has 6 certificates, the backup 4; 3 entries of its log would be lost
    error    certificate * (dave): valid at 2026-01-02T00:00:00Z (glob)
    error    certificate * (carol): released at 2026-01-02T00:00:00Z (glob)
    error    certificate * (erin): valid at 2026-01-02T00:00:00Z (glob)
  mtlsca: hint: --force restores all the same; what lies there is kept aside, not deleted
  $ mtlsca db restore $yesterday >/dev/null 2>&1
  [3]
  $ state() { (cd "$1"; find . -type f -not -name '*-shm' -not -name '*-wal' -exec sha256sum {} + | sort); }
  $ state ca >before; mtlsca db restore $yesterday --force --dry-run 2>/dev/null | without_serials | LC_ALL=C sort
                  alice, serial SERIAL, keyCompromise, 2026-01-02T00:00:00Z
                  unknown, serial SERIAL, cessationOfOperation, 2026-01-02T00:00:00Z
    database      4 certificates
    issuing       CRL number 6 of ca/crl/bundle.pem, newer than the backup
    root          CRL number 1 of ca/crl/bundle.pem
    taken over    2 revocations that the backup did not have
  would restore ca from backups/mtlsca-backup-2026-01-01T00-00-00Z
  $ state ca | diff before -

Where that is what somebody wants, no revocation is lost, and nothing is deleted. In doubt a hold stays.

  $ mtlsca db restore $yesterday --force 2>told | tail -2
    kept aside    ca/replaced-2026-01-02T00-00-00Z
  next: mtlsca --home ca crl
  $ grep note told | without_serials
  mtlsca: note: carol, serial SERIAL: is on hold in the backup and not in the newest CRL; if it was released since: mtlsca unhold SERIAL
  $ mtlsca list --json | jq -r '.[] | [.name, .status, .reason // "-", .revoked_at // "-"] | join(" ")'
  alice revoked keyCompromise 2026-01-02T00:00:00Z
  bob revoked superseded 2026-01-01T00:00:00Z
  carol held certificateHold 2026-01-01T00:00:00Z
  site.example.com valid - -
  unknown revoked cessationOfOperation 2026-01-02T00:00:00Z
  $ mtlsca db check 2>&1 | head -1; mtlsca crl >/dev/null; mtlsca db check
  database, files and CRLs agree
  database, files and CRLs agree
    read          5 certificates
  $ entries() { mtlsca crl show ca/crl/issuing.crl --json | jq -c '.entries[] | {serial, reason, revoked_at, invalidity_date}' | sort; }
  $ comm -23 before_entries <(entries); comm -13 before_entries <(entries) | jq -r .reason
  certificateHold
  $ for who in alice bob dave; do openssl verify -crl_check_all -CAfile ca/root.crt -untrusted out/$who.crt -CRLfile ca/crl/bundle.pem out/$who.crt 2>&1 | grep -o 'certificate revoked'; done
  certificate revoked
  certificate revoked
  certificate revoked
  $ test "$(mtlsca crl show ca/crl/issuing.crl --json | jq -r .number)" -gt "$number" && mtlsca audit verify | head -1
  the audit log is intact
  $ mtlsca audit show --json | jq -r '.[] | select(.command == "db restore") | [.event, .detail] | join(": ")' | sort
  pending: unknown to the backup, by CRL 6
  restored: from backups/mtlsca-backup-2026-01-01T00-00-00Z, 2 revocations taken over
  revoked: cessationOfOperation, by CRL 6
  revoked: keyCompromise, by CRL 6
  $ stat -c %a ca/replaced-*; mtlsca --home ca/replaced-* list --json | jq -r '.[].name' | paste -sd ' '
  700
  alice bob carol site.example.com dave erin
  $ mtlsca issue frank --out out >/dev/null

Into a folder of its own, from a CRL that was fetched where it is published; the keys are those that lie there.

  $ mtlsca --home new db restore $yesterday --crl ca/crl/issuing.crl --json >report; jq -c '[.taken_over, .replaced, (.crls[] | [.issuer, .newer]), (.revoked | map(.known) | sort)]' report
  [2,null,["root",false],["issuing",true],[false,true]]
  $ mtlsca --home new crl
  mtlsca: error: new/private/issuing.key: * (glob)
  mtlsca: hint: * (glob)
  [6]
  $ mtlsca --home third init --name Third --no-passphrase >/dev/null; mtlsca --home new2 db restore $yesterday --crl third/crl/root.crl
  mtlsca: error: third/crl/root.crl: holds no CRL that this CA signed
  mtlsca: hint: take the file from where this CA's CRLs are published
  [3]

What cannot be restored says why.

  $ mtlsca --home new2 db restore nowhere
  mtlsca: error: nowhere: holds no backup
  mtlsca: hint: name the folder of one backup: DIR/mtlsca-backup-TIME
  [4]
  $ cp -a $yesterday changed; echo >>changed/mtlsca.toml; rm changed/chain.pem; mtlsca --home new2 db restore changed
  mtlsca: error: changed: is not as it was backed up
    error    changed/chain.pem: is in the manifest and not in the folder
    error    changed/mtlsca.toml: is not what was backed up: its SHA-256 differs
  mtlsca: hint: take another backup
  [8]
  $ mtlsca --home third db restore $yesterday 2>&1 | grep error
  mtlsca: error: third: would be restored at a loss
    error    audit log: neither is the continuation of the other: another CA's backup, or both went on
    error    CA CN=Third Issuing CA,O=Third: is trusted, and the backup does not know it: what it signed would be refused, and nobody could revoke it
    error    CA CN=Third Root CA,O=Third: is trusted, and the backup does not know it: what it signed would be refused, and nobody could revoke it

A database that was put back by hand is not published over newer CRLs; the folder itself is what it is repaired from.

  $ sqlite3 ca/mtlsca.db 'VACUUM INTO "old.db"'; mtlsca revoke frank >/dev/null 2>&1; rm -f ca/mtlsca.db-*; cat old.db >ca/mtlsca.db; rm old.db
  $ mtlsca crl 2>&1 | without_serials
  mtlsca: error: ca/crl/issuing.crl: has 1 revocation that the database does not know, serial SERIAL first: the database is older than its CRLs
  mtlsca: hint: mtlsca --home ca db restore ca takes them over
  $ mtlsca db check 2>/dev/null | grep -c 'takes it over'
  1
  $ mtlsca db restore ca 2>/dev/null | grep -A1 taken | without_serials
    taken over    1 revocation that the backup did not have
                  frank, serial SERIAL, unspecified, 2026-01-02T00:00:00Z
  $ mtlsca crl >/dev/null && mtlsca db check
  database, files and CRLs agree
    read          6 certificates

db upgrade: a database of the first schema, with a backup first.

  $ sh "$TESTDIR/../older_schema.sh" ca 1; mtlsca list
  mtlsca: error: ca/mtlsca.db: is from an older mtlsca (schema 1)
  mtlsca: hint: `mtlsca db upgrade` backs it up and brings it to this version
  [8]
  $ mtlsca db upgrade | sed -E 's/to [0-9]+$/to NEWEST/'
  upgraded the database from schema 1 to NEWEST
    backup        ca/backup/mtlsca-backup-2026-01-02T00-00-00Z
  $ mtlsca db upgrade | sed -E 's/[0-9]+$/NEWEST/'; mtlsca db upgrade --json | jq -c '[.changed, .from == .to, .backup]'
  the database is up to date, schema NEWEST
  [false,true,null]
  $ mtlsca db check && mtlsca audit show --json | jq -r '.[-1].detail' | sed -E 's/to [0-9]+,/to NEWEST,/'
  database, files and CRLs agree
    read          6 certificates
  schema 1 to NEWEST, backup in ca/backup/mtlsca-backup-2026-01-02T00-00-00Z
  $ sqlite3 ca/backup/*/mtlsca.db 'SELECT max(version) FROM schema_version' && (cd ca/backup/* && sha256sum --quiet --strict -c SHA256SUMS) && stat -c %a ca/backup
  1
  700

A backup of an older schema is upgraded where it is put.

  $ mtlsca --home newest db restore ca/backup/* | grep database
    database      6 certificates, upgraded to this version
  $ mtlsca --home newest db check
  database, files and CRLs agree
    read          6 certificates

  $ sqlite3 newest/mtlsca.db 'INSERT INTO schema_version VALUES (999)'; mtlsca --home newest db upgrade 2>&1 | head -1 | sed -E 's/knows [0-9]+/knows NEWEST/'
  mtlsca: error: newest/mtlsca.db: was written by a newer mtlsca (schema 999, this program knows NEWEST)
  $ mtlsca --home newest db restore ca/backup/* 2>&1 | grep -o 'is of schema 999'
  is of schema 999

A backup from before a rollover does not know who signs since: that is a loss, also where no database tells of it.

  $ mkdir roll; cd roll; new_ca; mtlsca db backup backups >/dev/null
  $ mtlsca ca rollover prepare >/dev/null; mtlsca ca rollover activate >/dev/null
  $ mtlsca db restore backups/*
  mtlsca: error: ca: would be restored at a loss
    error    the CA in place: has 0 certificates, the backup 0; 3 entries of its log would be lost
    error    CA issuing-2 by root: ca-prepared at 2026-01-02T00:00:00Z
    error    CA issuing-2: prepared to active: ca-activated at 2026-01-02T00:00:00Z
    error    CA issuing: active to retiring: ca-activated at 2026-01-02T00:00:00Z
    error    CA CN=Acme Issuing CA 2,O=Acme: is trusted, and the backup does not know it: what it signed would be refused, and nobody could revoke it
  mtlsca: hint: --force restores all the same; what lies there is kept aside, not deleted
  [3]
  $ rm ca/mtlsca.db*; mtlsca db restore backups/* 2>&1 | grep error
  mtlsca: error: ca: would be restored at a loss
    error    CA CN=Acme Issuing CA 2,O=Acme: is trusted, and the backup does not know it: what it signed would be refused, and nobody could revoke it
  $ mtlsca db restore backups/* --force 2>&1 | grep -E 'warning|restored'
  mtlsca: warning: CA CN=Acme Issuing CA 2,O=Acme: is trusted, and the backup does not know it: what it signed would be refused, and nobody could revoke it
  restored ca from backups/mtlsca-backup-2026-01-02T00-00-00Z
  $ printf '%s\n' '-----BEGIN CERTIFICATE-----' broken >ca/chain.pem; mtlsca db restore backups/* 2>&1 | grep -c 'warning .*ca/chain.pem: the PEM block'; cd ..
  1
