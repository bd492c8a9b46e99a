What nginx site, apply and logrotate say. What nginx does with it: tests/nginx.

  $ . "$TESTDIR/setup.sh"
  $ here() { sed "s,$PWD,HERE,g"; }
  $ mtlsca init --name Acme --no-passphrase >/dev/null
  $ mtlsca issue www.test --profile server >/dev/null

A site by flags, and the same by a file, which can say more.

  $ mtlsca nginx site --server-name www.test --cert www.test.crt --key www.test.key --upstream http://127.0.0.1:8080 --role admin=/admin --nginx-version 1.22.1 --out site | here
  wrote HERE/site
  
  in nginx.conf, inside http { }:
      include HERE/site/http.conf;    # once per nginx
      include HERE/site/www.test.conf;
  then: mtlsca nginx apply    # tests it, reloads, or takes all of it back
  $ mtlsca nginx site --server-name www.test --cert www.test.crt --key www.test.key --upstream http://127.0.0.1:8080 --role admin=/admin --nginx-version 1.22.1 --out site | head -1 | here
  HERE/site is as it should be
  $ (cd site; find . -type f -printf '%m %P\n' | sort -k2)
  644 bundle.pem
  644 chain.pem
  644 http.conf
  644 maps/bindings.map
  644 maps/identities.map
  644 maps/revoked.map
  644 maps/roles.map
  644 www.test.conf
  $ cat > pay.toml <<END
  > server_name = "pay.test"
  > cert = "www.test.crt"
  > key = "www.test.key"
  > root = "files"
  > revocation = ["crl", "map"]
  > log_format = "json"
  > [[location]]
  > path = "/pay/"
  > roles = ["admin"]
  > names = ["cn:billing", "san:URI:SPIFFE://acme/pay", "owner:team payments"]
  > END
  $ mtlsca nginx site --site pay.toml --out site --json | here
  {
    "changed": true,
    "folder": "HERE/site",
    "http_file": "HERE/site/http.conf",
    "site_file": "HERE/site/pay.test.conf"
  }
  $ sed -n '/^map/,/^}/p' site/pay.test.conf
  map $mtlsca_name $mtlsca_named_892395e0_1_cn {
      default "";
      "~^billing\\z" 1;
  }
  map $mtlsca_san $mtlsca_named_892395e0_1_san {
      default "";
      "~(?:^| )uri:spiffe://acme/pay(?: |\\z)" 1;
  }
  map $mtlsca_owner $mtlsca_named_892395e0_1_owner {
      default "";
      "~^team payments\\z" 1;
  }
  map "$mtlsca_refuse:$mtlsca_role_gateway$mtlsca_role_admin$mtlsca_named_892395e0_1_cn$mtlsca_named_892395e0_1_san$mtlsca_named_892395e0_1_owner" $mtlsca_refuse_892395e0_1 {
      default 1;
      "~^0:." 0;
  }
  $ grep -n 'ssl_crl\|mtlsca_revoked\|access_log\|root' site/pay.test.conf | here
  35:    ssl_crl HERE/site/bundle.pem;
  44:    if ($mtlsca_revoked) {
  58:        root HERE/files;
  66:        root HERE/files;
  74:        root HERE/files;
  77:    access_log /var/log/nginx/pay.test.access.log mtlsca_json;
  78:    access_log /var/log/nginx/pay.test.failed.log mtlsca_json if=$mtlsca_failed;
  $ head -1 site/pay.test.conf | here
  # Written by mtlsca, not to be edited. To write it again: mtlsca --home HERE/ca nginx site --site HERE/pay.toml --out HERE/site

A file that says what nobody reads, and one that is none.

  $ printf 'server_nam = "a"\nlisten = 443\n[[location]]\npth = "/"\n' > bad.toml
  $ mtlsca nginx site --site bad.toml
  mtlsca: error: bad.toml: holds settings that cannot be read
    error    listen: is a number (line 2), a string is wanted
    error    location[0].pth: nobody reads this key (line 4); known here: access, names, path, roles, root, upstream
    error    server_nam: nobody reads this key (line 1); known here: cert, http_listen, key, listen, location, log_folder, log_format, ocsp_responder, redirect_http, resolver, revocation, roles_from, root, server_name, tls, upstream
  mtlsca: hint: see mtlsca-nginx(1)
  [3]
  $ mtlsca nginx site --site www.test.key
  mtlsca: error: www.test.key: line 1, column 12: Error while parsing key-value pair: expected '=', saw 'P'
  mtlsca: hint: see mtlsca-nginx(1)
  [3]
  $ mtlsca nginx site --site nowhere.toml
  mtlsca: error: nowhere.toml: there is no such file
  mtlsca: hint: check the path
  [4]
  $ mtlsca nginx site --site pay.toml --key x
  mtlsca: error: --site: says everything about the site; only --out, --apply and --nginx-version go with it
  [2]
  $ mtlsca nginx site --server-name a.test
  mtlsca: error: --cert: is required
  mtlsca: hint: or all in a file: --site FILE.toml
  [2]
  $ mtlsca nginx site --site pay.toml --apply
  mtlsca: error: --apply: needs --out DIR, a folder that nginx includes
  [2]

Everything that is wrong at once, and nothing written.

  $ cat > wrong.toml <<END
  > server_name = "a b"
  > cert = "x"
  > key = "y"
  > tls = "1.1"
  > revocation = ["ocsp", "luck"]
  > log_format = "xml"
  > roles_from = "stars"
  > resolver = "dns.test"
  > [[location]]
  > path = "/x"
  > roles = ["root"]
  > names = ["billing"]
  > END
  $ mtlsca nginx site --site wrong.toml --out wrong; ls | grep wrong
  mtlsca: error: nginx site "a b": its settings cannot be written
    error    server_name "a b": is neither a host name, "*." and a host name, nor an IPv4 address
    error    tls "1.1": is neither 1.2 nor 1.3
    error    log_format "xml": is neither text nor json
    error    roles_from "stars": is neither dn nor inventory
    error    revocation "luck": is none of crl, map and ocsp
    error    ocsp_responder: is missing: the certificates of this CA name no responder, and nginx would refuse every client
    error    resolver "dns.test": is no address: 10.0.0.53, [::1]:53
    error    location "/x" role "root": is not in [roles] of mtlsca.toml, which has admin, client, gateway, ops
    error    location "/x" names "billing": is none of cn:NAME, san:TYPE:VALUE and owner:WHO, or holds what nginx cannot compare
    error    location "/x": has neither an upstream nor a root
    error    location "/": has neither an upstream nor a root
  wrong.toml

An nginx that lacks what would be written.

  $ mtlsca nginx site --server-name a.test --cert x --key y --root . --ocsp --ocsp-responder http://127.0.0.1:8889 --nginx-version 1.18.0
  mtlsca: error: nginx site "a.test": needs a newer nginx
    error    nginx 1.18.0: does not know ssl_ocsp: it is in 1.19.0 and newer
    error    nginx 1.18.0: does not know ssl_ocsp_responder: it is in 1.19.0 and newer
  mtlsca: hint: a newer nginx, or another way of revocation
  [3]

Two sites in one folder agree about where roles come from.

  $ mtlsca nginx site --server-name a.test --cert x --key y --root . --roles-from inventory --out site
  mtlsca: error: nginx site "a.test": takes roles from another place than the site pay.test, and they share maps
  mtlsca: hint: give it a folder of its own, or let both have the same roles_from
  [3]

A site whose file is removed is forgotten.

  $ rm site/pay.test.conf; mtlsca crl 2>&1 >/dev/null | here; grep -c revoked.map site/http.conf
  mtlsca: note: HERE/site/pay.test.conf: is gone, and the site is forgotten
  0
  [1]

Logs.

  $ mtlsca nginx site --server-name b.test --cert x --key y --root . --log-folder logs --out other >/dev/null; rm -r site; mtlsca crl 2>&1 >/dev/null | here
  mtlsca: note: HERE/site/www.test.conf: is gone, and the site is forgotten
  mtlsca: note: HERE/site: is gone and was forgotten; mtlsca nginx site writes it again
  $ mtlsca nginx logrotate | here
  # Written by mtlsca, not to be edited. To write it again: mtlsca --home HERE/ca nginx logrotate
  "HERE/logs/b.test.access.log"
  "HERE/logs/b.test.failed.log"
  {
      daily
      rotate 90
      missingok
      notifempty
      compress
      delaycompress
      sharedscripts
      postrotate
          [ ! -s /run/nginx.pid ] || kill -USR1 "$(cat /run/nginx.pid)"
      endscript
  }

apply names what it does not find.

  $ mtlsca nginx apply nowhere
  mtlsca: error: nowhere: is no folder that this CA writes for nginx
  mtlsca: hint: mtlsca nginx site --out DIR makes it one
  [4]
  $ mtlsca nginx apply --reload x --pid y
  mtlsca: error: nginx apply: --reload excludes --pid
  mtlsca: hint: mtlsca nginx apply --help
  [2]
  $ mtlsca nginx apply other --nginx false --conf nowhere.conf
  mtlsca: error: nginx -t: ended with 1
  mtlsca: hint: the folders are as they were; mtlsca nginx check says more
  [1]
  $ mtlsca revoke www.test --no-crl --apply
  mtlsca: error: --apply: brings a publication into nginx, and --no-crl makes none
  [2]
  $ mtlsca --home empty init --name Empty --no-passphrase >/dev/null; mtlsca --home empty nginx apply; mtlsca --home empty nginx logrotate
  mtlsca: error: nginx apply: this CA has written no folder for nginx yet
  mtlsca: hint: mtlsca nginx site --out DIR writes one
  mtlsca: error: nginx logrotate: this CA has written no folder for nginx yet
  mtlsca: hint: mtlsca nginx site --out DIR writes one
  [4]
