  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ mtlsca issue alice >/dev/null; mtlsca issue bob >/dev/null
  $ mtlsca hold alice >/dev/null 2>&1; mtlsca unhold alice >/dev/null 2>&1
  $ mtlsca revoke alice bob --reason superseded >/dev/null 2>&1

Every change of state, with time, command, actor and serial.

  $ mtlsca audit show | sed -E "s/$(id -un)@$(uname -n)/ACTOR/" | without_serials | cut -c1-110 | sed 's/ *$//'
       1  2026-01-01T00:00:00Z  init       init     SERIAL  ACTOR  root
       2  2026-01-01T00:00:00Z  init       init     SERIAL  ACTOR  issuing
       3  2026-01-01T00:00:00Z  crl        init                                       ACTOR  {"issuer":"root","n
       4  2026-01-01T00:00:00Z  crl        init                                       ACTOR  {"issuer":"issuing"
       5  2026-01-01T00:00:00Z  sealed     init                                       ACTOR  {"sequence":4,"sign
       6  2026-01-01T00:00:00Z  pending    issue    SERIAL  ACTOR
       7  2026-01-01T00:00:00Z  valid      issue    SERIAL  ACTOR
       8  2026-01-01T00:00:00Z  pending    issue    SERIAL  ACTOR
       9  2026-01-01T00:00:00Z  valid      issue    SERIAL  ACTOR
      10  2026-01-01T00:00:00Z  held       hold     SERIAL  ACTOR  certificateHold
      11  2026-01-01T00:00:00Z  crl        hold                                       ACTOR  {"issuer":"issuing"
      12  2026-01-01T00:00:00Z  sealed     hold                                       ACTOR  {"sequence":11,"sig
      13  2026-01-01T00:00:00Z  released   unhold   SERIAL  ACTOR
      14  2026-01-01T00:00:00Z  crl        unhold                                     ACTOR  {"issuer":"issuing"
      15  2026-01-01T00:00:00Z  sealed     unhold                                     ACTOR  {"sequence":14,"sig
      16  2026-01-01T00:00:00Z  revoked    revoke   SERIAL  ACTOR  superseded
      17  2026-01-01T00:00:00Z  revoked    revoke   SERIAL  ACTOR  superseded
      18  2026-01-01T00:00:00Z  crl        revoke                                     ACTOR  {"issuer":"issuing"
      19  2026-01-01T00:00:00Z  sealed     revoke                                     ACTOR  {"sequence":18,"sig
  $ mtlsca audit show --json | jq -c '.[0] | keys_unsorted'
  ["sequence","time","command","actor","event","serial","detail","hash"]
  $ mtlsca audit show alice --json | jq -r '.[] | [.command, .event, .detail] | @tsv' | tr '\t' ' '
  issue pending 
  issue valid 
  hold held certificateHold
  unhold released 
  revoke revoked superseded
  $ mtlsca audit show --since 2026-01-02T00:00:00Z
  $ mtlsca audit show --since 2026-01-01T00:00:00Z --json | jq -r '.[].sequence' | sort -nc && echo sorted
  sorted
  $ SUDO_USER=$'eve\x1b[31m' mtlsca issue carol >/dev/null; mtlsca audit show carol --json | jq -r '.[0].actor' | grep -o '(.*)'
  (sudo eve??31m)

The head is signed with each CRL; what came later is not yet sealed.

  $ mtlsca audit verify
  the audit log is intact
    entries       21
    sealed        up to 18, at 2026-01-01 00:00 UTC
    not yet sealed2 entries; the next CRL seals them
  $ mtlsca issue dave >/dev/null; mtlsca audit verify --json | jq -c '[.intact, .unsealed > 0, .findings]'
  [true,true,[]]
  $ mtlsca crl >/dev/null; mtlsca audit verify --json | jq -c '[.intact, .unsealed]'
  [true,0]
  $ head -1 ca/audit.head
  mtlsca audit head 1
  $ mv ca/private elsewhere; mtlsca audit verify | head -1; mv elsewhere ca/private
  the audit log is intact

Any edit, removal, reordering and cut is found.

  $ tampered() { rm -rf copy; cp -a ca copy; sqlite3 copy/mtlsca.db "$1"; mtlsca --home copy audit verify >report; echo "exit $?"; grep -E 'broken|error' report | without_serials | sort; }
  $ tampered "UPDATE audit SET time = time + 1 WHERE sequence = 5"
  exit 11
    error         entry 5: its hash does not fit: it was changed, or the entry before it
  the audit log is broken
  $ tampered "UPDATE audit SET detail = 'x' WHERE sequence = 5"
  exit 11
    error         entry 5: its hash does not fit: it was changed, or the entry before it
  the audit log is broken
  $ tampered "UPDATE audit SET actor = (SELECT actor FROM audit WHERE sequence = 1) + 1 WHERE sequence = 5"
  exit 11
    error         entry 5: its hash does not fit: it was changed, or the entry before it
  the audit log is broken
  $ tampered "DELETE FROM audit WHERE sequence = 5"
  exit 11
    error         entry 6: comes after entry 4, what was between them is gone
  the audit log is broken
  $ tampered "UPDATE audit SET sequence = 999 WHERE sequence = 5; UPDATE audit SET sequence = 5 WHERE sequence = 6; UPDATE audit SET sequence = 6 WHERE sequence = 999"
  exit 11
    error         entry 5: its hash does not fit: it was changed, or the entry before it
    error         entry 6: its hash does not fit: it was changed, or the entry before it
    error         entry 7: its hash does not fit: it was changed, or the entry before it
  the audit log is broken
  $ tampered "DELETE FROM audit WHERE sequence > 5"
  exit 11
    error         certificate SERIAL: is in the inventory, but the log does not know it
    error         certificate SERIAL: is in the inventory, but the log does not know it
    error         certificate SERIAL: is in the inventory, but the log does not know it
    error         certificate SERIAL: is in the inventory, but the log does not know it
    error         entry 25: was sealed at 2026-01-01T00:00:00Z and is gone: the log was cut
  the audit log is broken
  $ tampered "DELETE FROM audit"
  exit 11
    error         certificate SERIAL: is in the inventory, but the log does not know it
    error         certificate SERIAL: is in the inventory, but the log does not know it
    error         certificate SERIAL: is in the inventory, but the log does not know it
    error         certificate SERIAL: is in the inventory, but the log does not know it
    error         entry 25: was sealed at 2026-01-01T00:00:00Z and is gone: the log was cut
  the audit log is broken
  $ tampered "UPDATE certificate SET serial = x'00112233445566778899AABBCCDDEEFF' WHERE name = 'dave'"
  exit 11
    error         entry 22: its hash does not fit: it was changed, or the entry before it
    error         entry 23: its hash does not fit: it was changed, or the entry before it
  the audit log is broken

... and so is a head that somebody else wrote, or took away.

  $ with_head() { rm -rf copy; cp -a ca copy; (cd copy; eval "$1"); mtlsca --home copy audit verify >report; echo "exit $?"; grep error report; }
  $ with_head 'rm audit.head'
  exit 11
    error         copy/audit.head: is missing: nothing proves that the log was not cut
  $ with_head 'sed -i "s/^sequence .*/sequence 3/" audit.head'
  exit 11
    error         copy/audit.head: its signature is not by a key of this CA
  $ with_head 'echo nonsense > audit.head'
  exit 11
    error         copy/audit.head: is not a signed head of an audit log
  $ new_ca --home other; with_head 'cp ../other/audit.head .'
  exit 11
    error         copy/audit.head: its signature is not by a key of this CA
