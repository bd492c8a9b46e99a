  $ . "$TESTDIR/setup.sh"
  $ new_ca
  $ places() { sed -E "s|$PWD|HERE|g; s/Digest: [0-9a-f]{64}/Digest: D/"; }
  $ options="--user mtlsca --program /usr/bin/mtlsca --passphrase-file /etc/mtlsca/passphrase"

The units, printed; the tests in tests/schedule let systemd judge them.

  $ mtlsca schedule systemd $options | grep -E '^(###|ExecStart=|User=|LoadCred|OnCalendar|PathChanged)' | places
  ### /etc/systemd/system/mtlsca-crl.service
  User=mtlsca
  ExecStart=/usr/bin/mtlsca --home HERE/ca --ca-pass file:%d/ca-pass crl --if-due
  LoadCredential=ca-pass:/etc/mtlsca/passphrase
  ### /etc/systemd/system/mtlsca-crl.timer
  OnCalendar=hourly
  ### /etc/systemd/system/mtlsca-renew.service
  User=mtlsca
  ExecStart=/usr/bin/mtlsca --home HERE/ca --ca-pass file:%d/ca-pass renew --due
  LoadCredential=ca-pass:/etc/mtlsca/passphrase
  ### /etc/systemd/system/mtlsca-renew.timer
  OnCalendar=daily
  ### /etc/systemd/system/mtlsca-status.service
  User=mtlsca
  ExecStart=/usr/bin/mtlsca --home HERE/ca status --warn 25%% --critical 8%% --format prometheus --out HERE/ca/status.prom
  ### /etc/systemd/system/mtlsca-status.timer
  OnCalendar=*-*-* *:30:00
  ### /etc/systemd/system/mtlsca-nginx.service
  ExecStart=/usr/bin/systemctl reload nginx.service
  ### /etc/systemd/system/mtlsca-nginx.path
  PathChanged=HERE/ca/crl/bundle.pem
  $ mtlsca schedule systemd $options --json | jq -r '.next[]'
  systemctl daemon-reload
  systemctl enable --now mtlsca-crl.timer mtlsca-renew.timer mtlsca-status.timer mtlsca-nginx.path

Lines for cron: % is escaped, and jobs wait for each other by themselves.

  $ mtlsca schedule cron $options --mail-to ops@example.com | grep -vE '^#' | places | sed -E 's/^[0-9]+ ([0-9*]+) /M \1 /; s/^M [0-9]+ /M H /'
  SHELL=/bin/sh
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  MAILTO=ops@example.com
  
  M * * * * mtlsca /usr/bin/mtlsca --home HERE/ca --ca-pass file:/etc/mtlsca/passphrase crl --if-due >/dev/null
  M H * * * mtlsca /usr/bin/mtlsca --home HERE/ca --ca-pass file:/etc/mtlsca/passphrase renew --due >/dev/null
  M * * * * mtlsca /usr/bin/mtlsca --home HERE/ca status --warn 25\% --critical 8\% --format prometheus --out HERE/ca/status.prom >/dev/null

Without a passphrase's file only keys without one can be opened, and nobody finds out late.

  $ mtlsca schedule cron --user mtlsca --program /usr/bin/mtlsca | head -1 | places
  mtlsca: note: without --passphrase-file the jobs can open only keys that have no passphrase
  # Written by mtlsca, not to be edited. To write it again: mtlsca --home HERE/ca schedule cron --user mtlsca --program /usr/bin/mtlsca Digest: D

Options of renew are quoted as for a shell: a command of several words arrives as one.

  $ mtlsca schedule cron $options --renew-options "--exec 'nginx -s reload' --out \"my tls\"" | grep -o 'renew --due.*'
  renew --due --exec 'nginx -s reload' --out 'my tls' >/dev/null
  $ mtlsca schedule cron $options --renew-options '--exec "nginx'
  mtlsca: error: --exec "nginx: has a quote that does not end
  [2]

The first line says what writes the files again, with all that was said the first time.

  $ mtlsca schedule systemd $options --apply --renew-options '--spread 1h' --metrics x.prom --writable dir >units; again=$(sed -n '2s/.*again: \(.*\) Digest.*/\1/p' units)
  $ echo "$again" | places
  mtlsca --home HERE/ca schedule systemd --user mtlsca --program /usr/bin/mtlsca --passphrase-file /etc/mtlsca/passphrase --apply --renew-options '--spread 1h' --metrics HERE/x.prom --writable HERE/dir
  $ eval "$again" | cmp - units

Installing: idempotent, told line by line, and never over what somebody edited.

  $ mtlsca schedule systemd $options --install --root image | places
  added      image/etc/systemd/system/mtlsca-crl.service
  added      image/etc/systemd/system/mtlsca-crl.timer
  added      image/etc/systemd/system/mtlsca-renew.service
  added      image/etc/systemd/system/mtlsca-renew.timer
  added      image/etc/systemd/system/mtlsca-status.service
  added      image/etc/systemd/system/mtlsca-status.timer
  added      image/etc/systemd/system/mtlsca-nginx.service
  added      image/etc/systemd/system/mtlsca-nginx.path
  next: systemctl daemon-reload
  next: systemctl enable --now mtlsca-crl.timer mtlsca-renew.timer mtlsca-status.timer mtlsca-nginx.path
  $ mtlsca schedule systemd $options --install --root image | sort | uniq -c | awk '{print $2}' | sort -u
  unchanged
  $ mtlsca schedule systemd ${options/--user mtlsca/--user other} --install --root image | places | head -3
  changed    image/etc/systemd/system/mtlsca-crl.service
    -User=mtlsca
    +User=other
  $ echo '# mine' >>image/etc/systemd/system/mtlsca-crl.timer
  $ mtlsca schedule systemd $options --install --root image 2>&1 | places
  mtlsca: error: image/etc/systemd/system: holds files that would be overwritten
    error    image/etc/systemd/system/mtlsca-crl.timer: was edited, or is not by mtlsca; a file NAME.d/override.conf beside a unit keeps changes
  mtlsca: hint: --force overwrites them; without --install they are printed
  $ grep User= image/etc/systemd/system/mtlsca-status.service; tail -1 image/etc/systemd/system/mtlsca-crl.timer
  User=other
  # mine
  $ mtlsca schedule systemd $options --install --force --root image --json | jq -r '.files[].change' | sort | uniq -c | awk '{print $1, $2}'
  8 changed
  $ mtlsca schedule cron $options --install --root image; stat -c %a image/etc/cron.d/mtlsca
  added      image/etc/cron.d/mtlsca
  644

What cannot stand in such files is refused, everything at once.

  $ mtlsca schedule systemd --user 'a b' --name ../x --passphrase-file '/a b' --program /usr/bin/mtlsca --on-failure 'x y'
  mtlsca: error: schedule: cannot be written
    error    --name: '../x' is not made of letters, digits, - and _
    error    --user: 'a b' is not the name of a user
    error    --on-failure: 'x y' is not the name of a unit
    error    --passphrase-file: '/a b' cannot stand in such a file: absolute, of letters, digits and /._@+=,~-
  [3]
  $ mtlsca schedule systemd --force
  mtlsca: error: --force: is about --install
  [2]
  $ mtlsca schedule cron --root image
  mtlsca: error: --root: is about --install
  [2]
  $ mtlsca schedule
  mtlsca: error: schedule: a subcommand is required
  mtlsca: hint: mtlsca schedule --help
  [2]
