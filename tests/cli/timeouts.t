  $ . "$TESTDIR/setup.sh"
  $ new_ca

A command that hangs when a certificate is renewed is stopped, and is tried again.

  $ mtlsca issue quinn --out q >/dev/null; q1=$(serial_of quinn)
  $ mtlsca renew $q1 --out q --exec 'test -e awake || sleep 1000' --timeout 1s 2>&1 >/dev/null | without_serials
  mtlsca: warning: quinn, serial SERIAL: "test -e awake || sleep 1000": did not end within 1s and was stopped; the next mtlsca renew --due tries again
  $ mtlsca renew $q1 --out q --exec 'test -e awake || sleep 1000' --timeout 1s >/dev/null 2>&1
  [1]
  $ touch awake; mtlsca renew $q1 --out q --exec 'test -e awake || sleep 1000' --timeout 1s 2>&1 >/dev/null | without_serials
  mtlsca: note: quinn, serial SERIAL: was renewed by an earlier run, which is brought to its end

A reload that hangs is stopped with all that it started, has failed, and is tried again.

  $ mkdir tls; printf '[deploy.web]\nfolder = "%s"\nreload = "true"\n' "$PWD/tls" >>ca/mtlsca.toml
  $ mtlsca issue carol --deploy web >/dev/null
  mtlsca: note: deploy web: carol is there
  $ sed -i "s/^reload = .*/reload = \"exec 9>held; flock 9; (trap '' TERM; sleep 1000) \& sleep 1000\"/" ca/mtlsca.toml
  $ mtlsca deploy carol --timeout 1s 2>&1 | sed 's/"exec .*sleep 1000"/COMMAND/'
  mtlsca: warning: deploy web: the files are there, but COMMAND did not end within 1s and was stopped; mtlsca deploy --pending tries again
  $ flock --nonblock held echo nobody holds it any more
  nobody holds it any more
  $ sed -i 's/^reload = .*/reload = "echo told"/' ca/mtlsca.toml; mtlsca deploy --pending | without_serials
  told
  carol, serial SERIAL: is at web
  $ mtlsca deploy carol --timeout 0s
  mtlsca: error: --timeout: 0s is not from 1s to 1d
  [2]
